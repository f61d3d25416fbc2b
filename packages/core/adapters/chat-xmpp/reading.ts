// What a <message/> says, wherever it came from: just now, as a copy of the person's other clients, out of an archive.
import type { ErrorCode } from '@openparley/contract'
import { bareOf, failureIn, resourceOf, type Stanza } from '../../links/xmpp/index.ts'
import { safeFileName, typeOfName } from '../../runtime/file-names.ts'
import type { ChatEvent, Incoming, Kind } from '../../services/chat/port.ts'

export interface Reading {
  /** The person’s own address. */
  readonly own: string
  /** The nickname in that room; undefined: the person is not in it. */
  readonly nicknameIn: (room: string) => string | undefined
  /** Whether an address leads to a conference server of the settings. */
  readonly isJoinable: (address: string) => boolean
  /** Wall time, for what bears none. */
  readonly wall: () => string
  /** Out of an archive: its id for the message, and when it came. */
  readonly archived?: {
    readonly id: string
    readonly of: string
    readonly at: string | undefined
    readonly isNew: boolean
  }
}

/** Nothing where the stanza says nothing that concerns chat. */
export function read(stanza: Stanza, reading: Reading): ChatEvent[] {
  const { own, nicknameIn } = reading
  const { type = 'normal', id } = stanza.attrs as Record<string, string | undefined>
  const from = stanza.attrs['from'] ?? own
  if (type === 'error') return id === undefined ? [] : [refused(stanza, id)]
  if (type === 'headline') return []
  const direction = type === 'groupchat' ? undefined : bareOf(from) === own ? 'outgoing' : 'incoming'
  const kind: Kind = type === 'groupchat' ? 'room' : 'person'
  const conversation = direction === 'outgoing' ? bareOf(stanza.attrs['to'] ?? '') : bareOf(from)
  const nickname = nicknameIn(conversation)
  // Of a room that one is not in nobody has anything to say; a private message within one is not a conversation with the room.
  if (conversation === '' || (kind === 'room' ? nickname === undefined : nickname !== undefined)) return []
  const writer = kind === 'room' ? resourceOf(from) : bareOf(from)
  // A subject without a text is none but that, whoever sets it (XEP-0045 §8.1).
  const isSubject = stanza.getChild('subject') !== undefined && stanza.getChild('body') === undefined
  if (kind === 'room' && (writer === '' || isSubject)) return subjectIn(stanza, conversation)
  const about = { stanza, kind, conversation, writer, at: reading.archived?.at ?? delayIn(stanza) ?? reading.wall() }
  const events = [
    ...correctionIn(about),
    ...reactionIn(about),
    ...withdrawalIn(about),
    ...(direction === 'incoming' ? receiptsIn(about) : []),
    ...(direction === 'outgoing' ? seenIn(about) : []),
    // Whether somebody wrote long ago is nothing that is shown.
    ...(reading.archived || direction === 'outgoing' ? [] : typingIn(about)),
  ]
  if (events.some(({ type: what }) => what === 'correction' || what === 'reaction')) return events
  const invitation = invitationIn(stanza, reading)
  const text = stanza.getChildText('body') || invitation?.address
  if (text === undefined || text === null) return events
  const is = kind === 'room' ? (writer === nickname ? 'outgoing' : 'incoming') : (direction ?? 'incoming')
  return [
    ...events,
    { type: 'message', message: { ...messageIn(about, text, is, reading), ...(invitation ? { invitation } : {}) } },
  ]
}

interface About {
  readonly stanza: Stanza
  readonly kind: Kind
  readonly conversation: string
  readonly writer: string
  readonly at: string
}

function messageIn(about: About, text: string, direction: Incoming['direction'], reading: Reading): Incoming {
  const { stanza, kind, conversation, writer, at } = about
  const of = kind === 'room' ? conversation : ''
  // An archive’s id is that archive’s to give, and nobody else’s (XEP-0359 §4).
  const given = stanza.getChildren('stanza-id', sid).find(({ attrs }) => attrs['by'] === (of === '' ? reading.own : of))
  const file = fileIn(stanza, text)
  const archive = reading.archived ?? (given?.attrs['id'] ? { id: given.attrs['id'], of } : undefined)
  return {
    ...{ conversation, kind, direction, from: writer, at, text: text.slice(0, longest) },
    origin: short(stanza.getChild('origin-id', sid)?.attrs['id']),
    wire: short(stanza.attrs['id']),
    archive: archive && { id: archive.id, of: archive.of },
    replyTo: short(stanza.getChild('reply', 'urn:xmpp:reply:0')?.attrs['id']),
    ...(file ? { file } : {}),
    // Whoever wrote long before this core knew the person is not told of it now.
    asks:
      reading.archived && !reading.archived.isNew
        ? undefined
        : stanza.getChild('markable', markers)
          ? 'read'
          : stanza.getChild('request', receipts)
            ? 'delivered'
            : undefined,
  }
}

/** A message that says where a file lies, and says nothing beside (XEP-0066): what else it would say were lost. */
function fileIn(stanza: Stanza, text: string): Incoming['file'] {
  const address = stanza.getChild('x', 'jabber:x:oob')?.getChildText('url')
  if (address !== text || address.length > longestAddress || !URL.canParse(address)) return undefined
  const { protocol, pathname } = new URL(address)
  if (protocol !== 'https:') return undefined
  const name = safeFileName(decoded(pathname.slice(pathname.lastIndexOf('/') + 1)))
  return { name, type: typeOfName(name), address }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Whoever wrote it did not mean it so.
    return text
  }
}

function correctionIn({ stanza, conversation, writer, at }: About): ChatEvent[] {
  const replaces = short(stanza.getChild('replace', 'urn:xmpp:message-correct:0')?.attrs['id'])
  const text = stanza.getChildText('body')?.slice(0, longest)
  if (replaces === undefined || text === undefined) return []
  return [{ type: 'correction', conversation, from: writer, replaces, text, at }]
}

function reactionIn({ stanza, conversation, writer: from }: About): ChatEvent[] {
  const reactions = stanza.getChild('reactions', 'urn:xmpp:reactions:0')
  const of = short(reactions?.attrs['id'])
  if (!reactions || of === undefined) return []
  const emoji = reactions.getChildren('reaction').map((each) => each.getText().slice(0, 64))
  return [{ type: 'reaction', conversation, from, of, emoji: emoji.filter((each) => each !== '') }]
}

function withdrawalIn({ stanza, conversation, writer: from }: About): ChatEvent[] {
  const of = short(stanza.getChild('retract', callInvites)?.attrs['id'])
  return of === undefined ? [] : [{ type: 'withdrawn', conversation, from, of }]
}

/**
 * The first of the ways into it that may be opened (XEP-0482 §2.1): the others are for other programs, or mean harm. A message that has
 * none says what its text says.
 */
function invitationIn(stanza: Stanza, { isJoinable }: Reading): Incoming['invitation'] {
  const invite = stanza.getChild('invite', callInvites)
  if (!invite) return undefined
  const ways = invite.getChildren('external').slice(0, mostWays)
  const address = ways
    .map(({ attrs }) => attrs['uri'] as string | undefined)
    .find((uri) => uri !== undefined && uri.length <= longestAddress && (isJoinable(uri) || isOfHttps(uri)))
  if (address === undefined) return undefined
  const subject = stanza.getChildText('subject')?.slice(0, 256)
  const video = /^(true|1)$/.test(String(invite.attrs['video']))
  return { address, video, ...(subject === undefined || subject === '' ? {} : { subject }) }
}

function isOfHttps(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password } = new URL(address)
  // What stands before the @ looks like a host.
  return protocol === 'https:' && username === '' && password === ''
}

function receiptsIn({ stanza, conversation }: About): ChatEvent[] {
  const named = [
    ['delivered', stanza.getChild('received', receipts)],
    ['delivered', stanza.getChild('received', markers)],
    ['read', stanza.getChild('displayed', markers)],
  ] as const
  return named.flatMap(([is, element]) => {
    const of = short(element?.attrs['id'])
    return of === undefined ? [] : [{ type: 'receipt' as const, conversation, of, is }]
  })
}

/** What the person read on another client is read here. */
function seenIn({ stanza, conversation }: About): ChatEvent[] {
  return stanza.getChild('displayed', markers) ? [{ type: 'seen-elsewhere', conversation }] : []
}

function typingIn({ stanza, conversation, writer: from }: About): ChatEvent[] {
  const state = stanza.getChildElements().find(({ attrs }) => attrs['xmlns'] === chatStates)?.name
  return state === undefined ? [] : [{ type: 'typing', conversation, from, is: state === 'composing' }]
}

function subjectIn(stanza: Stanza, room: string): ChatEvent[] {
  const subject = stanza.getChildText('subject')
  return subject === null ? [] : [{ type: 'subject', room, subject: subject.slice(0, 1024) }]
}

function refused(stanza: Stanza, wire: string): ChatEvent {
  const { condition, peer } = failureIn(stanza)
  const code: ErrorCode = unknown.includes(condition) ? 'chat-recipient-unknown' : 'chat-refused'
  return { type: 'refused', wire, code, cause: peer }
}

function delayIn(stanza: Stanza): string | undefined {
  const stamp = stanza.getChild('delay', 'urn:xmpp:delay')?.attrs['stamp']
  return timeOf(stamp)
}

export function timeOf(stamp: string | undefined): string | undefined {
  const at = stamp === undefined ? Number.NaN : Date.parse(stamp)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Ids of others are data, and of some size. */
function short(id: string | undefined): string | undefined {
  return id === undefined || id === '' || id.length > 512 ? undefined : id
}

const unknown: readonly string[] = ['item-not-found', 'remote-server-not-found', 'jid-malformed', 'gone']
const sid = 'urn:xmpp:sid:0'
const receipts = 'urn:xmpp:receipts'
const markers = 'urn:xmpp:chat-markers:0'
const chatStates = 'http://jabber.org/protocol/chatstates'
export const callInvites = 'urn:xmpp:call-invites:0'
const mostWays = 16
const longest = 65_536
const longestAddress = 4096
