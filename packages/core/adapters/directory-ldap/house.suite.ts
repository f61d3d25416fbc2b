// A directory's adapter in a test: the clock stands until it is moved, the network and the servers are real.
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { seededDice, virtualClock, type VirtualClock } from '@openparley/testkit'
import { folk, type Somebody } from '../../services/directory/port.suite.ts'
import type { DirectoryPort, Listed, SourceState } from '../../services/directory/port.ts'
import { ldapDirectory } from './directory-ldap.ts'

export interface House {
  readonly clock: VirtualClock
  readonly port: DirectoryPort
  readonly states: readonly SourceState[]
  /** The next state that says how it went. */
  next(): Promise<SourceState>
  /** Begun, and how that went. */
  first(): Promise<SourceState>
  names(text: string, limit?: number): Promise<string[]>
}

export function house(given: Readonly<Record<string, unknown>>): House {
  const clock = virtualClock()
  const states: SourceState[] = []
  const settings = readSettings(given)
  let seen = 0
  let look: (() => void) | undefined
  const port = ldapDirectory({
    world: { clock, dice: seededDice(1), wall: () => new Date(clock.now()).toISOString() },
    settings: () => settings,
    dns: () => dnsResolver(),
    tell: (state) => {
      states.push(state)
      look?.()
    },
  })
  const next = async (): Promise<SourceState> => {
    for (;;) {
      const state = states[seen]
      if (state) seen++
      if (state && state.is !== 'starting') return state
      if (!state)
        await new Promise<void>((resolve) => {
          look = resolve
        })
    }
  }
  return {
    clock,
    port,
    states,
    next,
    first: () => {
      port.start()
      return next()
    },
    names: async (text, limit = 25) => namesOf(await port.search({ text, limit }, never())),
  }
}

export function namesOf(found: readonly Listed[]): string[] {
  return found.map(({ name }) => name).toSorted()
}

export function never(): AbortSignal {
  return new AbortController().signal
}

/** One of the folk as an entry: what an OpenLDAP and what an Active Directory call it. */
export function entryOf({ given, family, user, mail, ...more }: Somebody): Record<string, string | Buffer | string[]> {
  const name = `${given} ${family}`
  const photo = more.photo === undefined ? undefined : Buffer.from(more.photo, 'base64')
  const all = {
    objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson'],
    objectCategory: 'person',
    uid: user,
    sAMAccountName: user,
    cn: name,
    displayName: name,
    givenName: given,
    sn: family,
    mail,
    telephoneNumber: more.work,
    mobile: more.mobile,
    title: more.title,
    o: more.organisation,
    company: more.organisation,
    departmentNumber: more.department,
    department: more.department,
    'msRTCSIP-PrimaryUserAddress': more.address === undefined ? undefined : `sip:${more.address}`,
    jpegPhoto: photo,
    thumbnailPhoto: photo,
  }
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

export const everybody: readonly Somebody[] = folk
