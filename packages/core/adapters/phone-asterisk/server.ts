// The Asterisk that the settings name, and the line there.
import type { Settings } from '@openparley/contract'
import type { DnsResolver, Trust } from '@openparley/net'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'

export interface AsteriskPhoneOptions {
  readonly world: World
  readonly settings: () => Settings
  /** Throws `credentials-missing`. */
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}

export interface AsteriskServer {
  readonly servers: readonly string[]
  readonly tls: Trust | undefined
  readonly login: () => { readonly user: string; readonly password: string } | undefined
}

export function serverIn(settings: Settings, password: AsteriskPhoneOptions['password']): AsteriskServer {
  const user = settings['deskPhone.user'] ?? settings['user.name']
  return {
    servers: settings['deskPhone.servers'] ?? [],
    tls: settings['deskPhone.tls'] ? trustIn(settings, 'deskPhone') : undefined,
    login: () => {
      const secret = password()
      return user === undefined || secret === undefined ? undefined : { user, password: secret }
    },
  }
}

export interface AsteriskLine {
  /** As Asterisk names it: PJSIP/101. */
  readonly name: string
  /** What is dialled to reach it. */
  readonly number: string
}

/** A bare 101 is PJSIP/101. */
export function lineIn(settings: Settings): AsteriskLine {
  const named = settings['deskPhone.line'] ?? ''
  return {
    name: named.includes('/') ? named : `PJSIP/${named}`,
    number: settings['deskPhone.number'] ?? named.slice(named.indexOf('/') + 1),
  }
}

/** Whether that is an extension of a dial plan, and nothing that would be more in an action or an address. */
export function isDialable(to: string): boolean {
  return /^[\w*#+.-]{1,80}$/.test(to)
}
