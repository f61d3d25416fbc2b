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

/** A REGISTER that asks only whether somebody is there. */
export function isKeepAlive({ headers }: SipRequest): boolean {
  return (contactsOf(headers) ?? []).some((contact) => contact !== '*' && contact.params.has('cisco-keep-alive'))
}

/** Whether the phone may come back. */
export function asksToken({ headers }: SipRequest): boolean {
  return /urn:x-cisco-remotecc:token-registration/i.test(headers.get('Refer-To') ?? '')
}

export function callInfo(dice: Dice): string {
  const parameters = `orientation=from;security=NotAuthenticated;gci=1-${Math.floor(dice.roll() * 100_000)}`
  return `<urn:x-cisco-remotecc:callinfo>;${parameters}`
}

/** A NOTIFY outside of any dialog, as call managers send it. */
export function serviceControl(contact: string, action: string, sentBy: string, dice: Dice): SipRequest {
  const body = `action=${action}\r\nRegisterCallId={${dice.token(64)}}\r\n`
  return outside('NOTIFY', contact, sentBy, dice, 'text/plain', body, [
    ['Event', 'service-control'],
    ['Subscription-State', 'active'],
  ])
}

/** A REFER that asks the phone to do something itself. */
export function remoteRequest(contact: string, element: string, sentBy: string, dice: Dice): SipRequest {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\r\n<x-cisco-remotecc-request>${element}</x-cisco-remotecc-request>\r\n`
  return outside('REFER', contact, sentBy, dice, 'application/x-cisco-remotecc-request+xml', body, [
    ['Refer-To', '<cid:request@lab>'],
    ['Refer-Sub', 'false'],
  ])
}

function outside(
  method: string,
  contact: string,
  sentBy: string,
  dice: Dice,
  contentType: string,
  body: string,
  more: readonly (readonly [string, string])[],
): SipRequest {
  const bytes = new TextEncoder().encode(body)
  const headers = new Headers()
  for (const [name, value] of [
    ['Via', `SIP/2.0/TCP ${sentBy};branch=z9hG4bK${dice.token(64)}`],
    ['Max-Forwards', '70'],
    ['From', `<sip:lab@${sentBy}>;tag=${dice.token(64)}`],
    ['To', `<${contact}>`],
    ['Call-ID', dice.token(128)],
    ['CSeq', `1 ${method}`],
    ['Contact', `<sip:lab@${sentBy}>`],
    ...more,
    ['Content-Type', contentType],
    ['Content-Length', String(bytes.length)],
  ] as const)
    headers.append(name, value)
  return { kind: 'request', method, uri: contact, headers, body: bytes }
}
