// Messages over SIP (RFC 3428), each a request of its own by the registration of the phone: text, to and from persons.
import { type ErrorCode, ParleyError } from '@openparley/contract'
import {
  type Cause,
  cseqOf,
  fromOf,
  isSip,
  parseValue,
  type SipRequest,
  type SipResponse,
  uriOf,
  userOf,
  writeUri,
} from '@openparley/protocols/sip'
import type { SharedLink } from '../../links/sip/index.ts'
import type { ChatEvent, ChatPort, Outgoing } from '../../services/chat/port.ts'

export interface SipChatOptions {
  readonly link: SharedLink
  readonly wall: () => string
  readonly tell: (event: ChatEvent) => void
}

export function sipChat({ link, wall, tell }: SipChatOptions): ChatPort {
  link.use({
    ready: (is) => tell({ type: is ? 'ready' : 'away', by: 'sip' }),
    request: (id, request) => {
      if (request.method !== 'MESSAGE') return false
      const read = readMessage(request, wall())
      // It is told before it is answered: what nobody took is not taken.
      if ('event' in read && read.event) tell(read.event)
      if ('event' in read) link.reply(id, 200)
      else link.reply(id, read.refuse, read.refuse === 415 ? [['Accept', 'text/plain']] : [])
      return true
    },
  })
  /** Messages to one person go one after the other (§8): they would overtake one another. */
  const lasts = new Map<string, Promise<void>>()
  const inOrder = (message: Outgoing): void => {
    const last = (lasts.get(message.to) ?? Promise.resolve()).then(() => hand(message))
    lasts.set(message.to, last)
    void last.then(() => lasts.get(message.to) === last && lasts.delete(message.to))
  }
  const hand = async ({ id, to, text }: Outgoing): Promise<void> => {
    const headers = [['Content-Type', 'text/plain;charset=UTF-8']] as const
    tell(outcomeOf(id, await link.ask({ method: 'MESSAGE', uri: to, headers, body: text })))
  }
  return {
    send: (message) => {
      const { transport } = link
      // There is no way to say that something said before is meant otherwise.
      if (transport === undefined || message.replaces !== undefined) return false
      if (transport === 'udp' && new TextEncoder().encode(message.text).length > mostOverUdp)
        tell({ type: 'refused', wire: message.id, code: 'chat-refused', cause: tooLarge })
      else inOrder(message)
      return true
    },
    typing: () => {},
    receipt: () => {},
    react: () => false,
    // There is no word for it, and there will be none later.
    withdraw: () => true,
    join: async (room) => {
      throw new ParleyError('contact-invalid', `${room} is no room: there are none over SIP`)
    },
    leave: () => {},
  }
}

function outcomeOf(id: string, answer: SipResponse | Cause['is']): ChatEvent {
  if (typeof answer === 'string')
    // A server that is silent may have passed it on: to send it again by ourselves could say it twice.
    return answer === 'transport' || answer === 'unresolved'
      ? { type: 'unsent', id }
      : { type: 'refused', wire: id, code: answer === 'no-credentials' ? 'credentials-rejected' : 'server-silent' }
  const { status, reason } = answer
  if (status < 300) return { type: 'sent', id }
  const code: ErrorCode = unknown.includes(status) ? 'chat-recipient-unknown' : 'chat-refused'
  return { type: 'refused', wire: id, code, cause: { protocol: 'sip', status, text: reason } }
}

/** What it says; no event: nothing that would be shown. */
function readMessage(
  request: SipRequest,
  at: string,
): { readonly event: ChatEvent | undefined } | { readonly refuse: number } {
  const { headers, body } = request
  const uri = uriOf(fromOf(headers))
  const user = userOf(uri)
  if (!isSip(uri) || user === undefined) return { refuse: 403 }
  const type = parseValue(headers.get('Content-Type') ?? 'text/plain')
  const charset = type?.params.get('charset') ?? 'utf-8'
  if (type?.value.toLowerCase() !== 'text/plain' || !/^(utf-8|us-ascii)$/i.test(charset)) return { refuse: 415 }
  if (body.length > mostBytes) return { refuse: 413 }
  const text = new TextDecoder().decode(body)
  if (text === '') return { event: undefined }
  const from = writeUri({ ...uri, scheme: 'sip', params: new Map() }).toLowerCase()
  // One that comes by two ways is the same one.
  const origin = `${headers.get('Call-ID')} ${cseqOf(headers)?.number}`
  return {
    event: {
      type: 'message',
      message: {
        ...{ conversation: from, kind: 'person', direction: 'incoming', from, at, text, origin },
        ...{ wire: undefined, archive: undefined },
      },
    },
  }
}

const unknown: readonly number[] = [404, 410, 604]
const tooLarge = { protocol: 'system', text: 'larger than what may go over UDP (RFC 3428 §8)' } as const
/** The whole request may have 1300 bytes (§8), and its headers have about 500 of them. */
const mostOverUdp = 1300 - 500
const mostBytes = 65_536
