// A directory of address books in a test: the clock stands until it is moved, the network and the server are real.
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { writeVcard } from '@openparley/protocols/vcard'
import { seededDice, virtualClock, type VirtualClock } from '@openparley/testkit'
import type { DirectoryPort, SourceState } from '../../services/directory/port.ts'
import type { Somebody } from '../../services/directory/port.suite.ts'
import { carddavDirectory } from './directory-carddav.ts'

export interface House {
  readonly clock: VirtualClock
  readonly port: DirectoryPort
  first(): Promise<SourceState>
  /** The next state that says how it went. */
  next(): Promise<SourceState>
  find(text: string): Promise<string[]>
}

export function house(given: Readonly<Record<string, unknown>>): House {
  const clock = virtualClock()
  const states: SourceState[] = []
  let seen = 0
  let told: (() => void) | undefined
  const port = carddavDirectory({
    world: { clock, dice: seededDice(1), wall: () => '2026-03-10T09:00:00.000Z' },
    settings: () => readSettings(given),
    dns: () => dnsResolver(),
    tell: (state) => {
      states.push(state)
      told?.()
    },
  })
  const next = async (): Promise<SourceState> => {
    for (;;) {
      const state = states[seen]
      if (state) seen++
      if (state && state.is !== 'starting') return state
      if (!state)
        await new Promise<void>((resolve) => {
          told = resolve
        })
    }
  }
  return {
    clock,
    port,
    next,
    first: () => {
      port.start()
      return next()
    },
    find: async (text) =>
      (await port.search({ text, limit: 25 }, new AbortController().signal)).map(({ name }) => name),
  }
}

/** Somebody’s card, as an address book writes it. */
export function folkCard({ given, family, work, mobile, mail, photo, ...rest }: Somebody): string {
  return writeVcard({
    ...rest,
    uid: rest.user,
    name: `${given} ${family}`,
    given,
    family,
    mail: [mail],
    numbers: [
      { number: work, kind: 'work' },
      ...(mobile === undefined ? [] : [{ number: mobile, kind: 'mobile' as const }]),
    ],
    ...(photo === undefined ? {} : { photo: { base64: photo } }),
  })
}

/** A card of no more than a name and a number. */
export function cardText(name: string, number: string): string {
  return writeVcard({ uid: name.replaceAll(' ', '-'), name, mail: [], numbers: [{ number, kind: 'work' }] })
}
