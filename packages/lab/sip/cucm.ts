// The call manager's side of a registration: what the device said of itself, and the word to begin anew.
import type { Dice } from '@openparley/protocols/common'
import { contactsOf, Headers, type SipRequest } from '@openparley/protocols/sip'

export interface RegisteredDevice {
  readonly device: string
  readonly model: string
  readonly instance: string
  readonly supported: string
  readonly reason: string
}

/** Undefined where the REGISTER is of a phone that is no device. */
export function deviceIn({ headers }: SipRequest): RegisteredDevice | undefined {
  const contact = (contactsOf(headers) ?? [])[0]
  if (contact === undefined || contact === '*') return undefined
  const bare = (name: string): string => (contact.params.get(name) ?? '').replace(/^"|"$/g, '')
  const device = bare('+u.sip!devicename.ccm.cisco.com')
  if (device === '') return undefined
  return {
    device,
    model: bare('+u.sip!model.ccm.cisco.com'),
    instance: bare('+sip.instance'),
    supported: headers.get('Supported') ?? '',
    reason: headers.get('Reason') ?? '',
  }
}

/** A NOTIFY outside of any dialog, as call managers send it. */
export function serviceControl(contact: string, action: string, sentBy: string, dice: Dice): SipRequest {
  const body = new TextEncoder().encode(`action=${action}\r\nRegisterCallId={${dice.token(64)}}\r\n`)
  const headers = new Headers()
  for (const [name, value] of [
    ['Via', `SIP/2.0/TCP ${sentBy};branch=z9hG4bK${dice.token(64)}`],
    ['Max-Forwards', '70'],
    ['From', `<sip:lab@${sentBy}>;tag=${dice.token(64)}`],
    ['To', `<${contact}>`],
    ['Call-ID', dice.token(128)],
    ['CSeq', '1 NOTIFY'],
    ['Contact', `<sip:lab@${sentBy}>`],
    ['Event', 'service-control'],
    ['Subscription-State', 'active'],
    ['Content-Type', 'text/plain'],
    ['Content-Length', String(body.length)],
  ] as const)
    headers.append(name, value)
  return { kind: 'request', method: 'NOTIFY', uri: contact, headers, body }
}
