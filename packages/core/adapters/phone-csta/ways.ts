// The two ways of CSTA to a phone: a connection of its own, and a dialog of SIP.
import { trustIn } from '../../runtime/trust.ts'
import type { PhonePort } from '../../services/calls/port.ts'
import { overTcp } from '../../links/csta/index.ts'
import { overSip } from './over-sip.ts'
import { type CstaPhoneOptions, phoneBy } from './phone.ts'

/** ECMA-323 over TCP. */
export function cstaPhone(options: CstaPhoneOptions): PhonePort {
  const settings = options.settings()
  const tls = settings['deskPhone.tls'] ? trustIn(settings, 'deskPhone') : undefined
  return phoneBy(overTcp({ dns: options.dns, tls }), options)
}

/** ECMA TR/87. */
export function uacstaPhone(options: CstaPhoneOptions): PhonePort {
  const settings = options.settings()
  // The dialog is the session.
  const never = { 'deskPhone.csta.session': 'never' } as const
  const given = Object.assign(Object.create(settings) as typeof settings, never)
  return phoneBy(overSip({ ...options, settings }), { ...options, settings: () => given })
}
