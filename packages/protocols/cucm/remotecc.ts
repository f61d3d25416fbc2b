// Remote call control between a call manager and its phones: what comes in a REFER, and what a REGISTER says of it.
import {
  type BodyPart,
  elementAt,
  elementsIn,
  isXml,
  partsOf,
  readXml,
  textAt,
  writeXml,
  type XmlElement,
  xml,
} from '../common/index.ts'

/** The phone's own names for a call: local and remote are the phone's view. */
export interface DialogName {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

export type RemoteRequest =
  | { readonly is: 'dial'; readonly number: string; readonly line: number | undefined }
  | { readonly is: 'answer'; readonly dialog: DialogName | undefined }
  | { readonly is: 'resume'; readonly dialog: DialogName | undefined }
  | { readonly is: 'line'; readonly line: number; readonly what: LineUpdate }
  | { readonly is: 'do-not-disturb'; readonly enabled: boolean }
  /** A sentence to show for so long; an empty one takes it away. */
  | { readonly is: 'display'; readonly text: string; readonly forMs: number }
  | { readonly is: 'other'; readonly name: string }

export interface LineUpdate {
  readonly messages?: { readonly waiting: boolean; readonly fresh?: number; readonly old?: number }
  /** Where all calls go; null: nowhere else. */
  readonly forwardedTo?: string | null
}

export const remoteRequestType = 'application/x-cisco-remotecc-request+xml'

/** Every request in the body. What is not well-formed, or of another type, is none. */
export function readRemoteRequests(contentType: string, body: string): RemoteRequest[] {
  return partsOf(contentType, body).flatMap((part) => {
    if (!part.contentType.toLowerCase().startsWith(remoteRequestType)) return []
    const root = readXml(part.body, { mostCharacters: 65_536 })
    if (!isXml(root) || root.local !== 'x-cisco-remotecc-request') return []
    return elementsIn(root).flatMap(requestsOf)
  })
}

function requestsOf(element: XmlElement): RemoteRequest[] {
  switch (element.local) {
    case 'initiatecallreq': {
      const number = textAt(element, 'dialstring') ?? ''
      return number === '' ? [] : [{ is: 'dial', number: number.slice(0, 256), line: numberAt(element, 'linenumber') }]
    }
    case 'answercallreq':
      return [{ is: 'answer', dialog: dialogOf(element) }]
    case 'holdretrievereq':
      return [{ is: 'resume', dialog: dialogOf(element) }]
    case 'statuslineupdatereq': {
      const text = (textAt(element, 'statustext') ?? '').slice(0, 256)
      const seconds = numberAt(element, 'displaytimeout') ?? 0
      return [{ is: 'display', text, forMs: (seconds > 0 ? Math.min(seconds, 3600) : 3600) * 1000 }]
    }
    case 'dndupdate':
      return [{ is: 'do-not-disturb', enabled: textAt(element, 'state') === 'enable' }]
    case 'cfwdallupdate':
      return [{ is: 'line', line: numberAt(element, 'linenumber') ?? 1, what: forwardingOf(element) }]
    case 'bulkupdate':
      return elementsIn(element, 'contact').map((contact) => ({
        is: 'line',
        line: Number(contact.attributes['line'] ?? 1),
        what: { ...messagesOf(contact), ...forwardingIn(contact) },
      }))
    default:
      return [{ is: 'other', name: element.local.slice(0, 64) }]
  }
}

function dialogOf(element: XmlElement): DialogName | undefined {
  const dialog = elementAt(element, 'dialogid')
  const callId = dialog && textAt(dialog, 'callid')
  if (!dialog || callId === undefined || callId === '') return undefined
  return { callId, localTag: textAt(dialog, 'localtag') ?? '', remoteTag: textAt(dialog, 'remotetag') ?? '' }
}

function messagesOf(contact: XmlElement): LineUpdate {
  const light = textAt(contact, 'mwi')
  const counts = elementAt(contact, 'emwi', 'voice-msg')
  if (light === undefined && !counts) return {}
  const [fresh, old] = ['new', 'old'].map((name) => {
    const count = Number(counts?.attributes[name] ?? Number.NaN)
    return Number.isInteger(count) && count >= 0 ? count : undefined
  })
  return {
    messages: {
      waiting: light === undefined ? (fresh ?? 0) > 0 : light === 'yes',
      ...(fresh === undefined ? {} : { fresh }),
      ...(old === undefined ? {} : { old }),
    },
  }
}

function forwardingIn(contact: XmlElement): LineUpdate {
  const update = elementAt(contact, 'cfwdallupdate')
  return update ? forwardingOf(update) : {}
}

function forwardingOf(update: XmlElement): LineUpdate {
  const to = textAt(update, 'fwdaddress') ?? ''
  const voicemail = textAt(update, 'tovoicemail') === 'on'
  return { forwardedTo: to === '' ? (voicemail ? 'voicemail' : null) : to.slice(0, 256) }
}

function numberAt(element: XmlElement, name: string): number | undefined {
  const text = textAt(element, name)
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** What a phone is asked to do with calls; without a dialog, with the one that it can only be. */
export type AskedOfPhone = Extract<RemoteRequest, { is: 'dial' | 'answer' | 'resume' }>

/** `answer`: the name of that element, which is known from memory alone. */
export function writeRemoteRequest(
  asked: AskedOfPhone,
  { answer = 'answercallreq' }: { answer?: string } = {},
): string {
  return writeXml(xml('x-cisco-remotecc-request', {}, [elementOf(asked, answer)]))
}

function elementOf(asked: AskedOfPhone, answer: string): XmlElement {
  if (asked.is === 'dial') {
    const line = xml('linenumber', {}, [String(asked.line ?? 1)])
    return xml('initiatecallreq', {}, [xml('dialstring', {}, [asked.number]), line])
  }
  const { callId, localTag, remoteTag } = asked.dialog ?? {}
  const names = [xml('callid', {}, [callId ?? '']), xml('localtag', {}, [localTag ?? ''])]
  const dialog = xml('dialogid', {}, [...names, xml('remotetag', {}, [remoteTag ?? ''])])
  return xml(asked.is === 'answer' ? answer : 'holdretrievereq', {}, callId === undefined ? [] : [dialog])
}

/** The body of a REGISTER: all lines at once, and what the phone takes in one message. */
export function registerParts(): BodyPart[] {
  const request = (content: XmlElement): BodyPart => ({
    contentType: remoteRequestType,
    body: writeXml(xml('x-cisco-remotecc-request', {}, [content])),
  })
  const told = (usage: string): XmlElement => xml('dialog', { usage }, [xml('unot'), xml('sub')])
  return [
    request(xml('bulkregisterreq', {}, [xml('contact', { all: 'true' }, [xml('register')])])),
    request(
      xml('optionsind', {}, [
        xml('combine', { max: '6' }, [xml('remotecc', {}, [xml('status')]), xml('service-control')]),
        told('hook status'),
        told('shared line'),
        xml('presence', { usage: 'blf speed dial' }, [xml('unot'), xml('sub')]),
        xml('joinreq'),
        xml('cfwdall-anyline'),
      ]),
    ),
  ]
}
