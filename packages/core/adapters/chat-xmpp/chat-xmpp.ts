// Chat over XMPP: messages, copies of other clients (XEP-0280), archives (XEP-0313), receipts, markers, rooms.
import type { World } from '../../runtime/world.ts'
import { bareOf, type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'
import type { ChatEvent, ChatPort, Kind, Outgoing } from '../../services/chat/port.ts'
import { archive, type Archived, carbonIn, carbons } from './archive.ts'
import { callInvites, read, timeOf } from './reading.ts'
import { rooms } from './rooms.ts'

export interface XmppChatOptions {
  readonly link: XmppLink
  readonly world: World
  readonly tell: (event: ChatEvent) => void
  /** Whether an address leads to a conference server of the settings. */
  readonly isJoinable: (address: string) => boolean
  /** Up to where all of that archive is here: '' for the person’s own, else a room. */
  readonly placeIn: (of: string) => Promise<string | undefined>
}

export function xmppChat({ link, world, tell, placeIn, isJoinable }: XmppChatOptions): ChatPort {
  const { wall } = world
  const archives = archive(link, () => world.dice.token(64), wall)
  /** What comes while an archive is caught up with waits for it, so that all is in order: by archive. */
  const held = new Map<string, Stanza[]>()
  const overflown = new Set<string>()

  const reading = { isJoinable, own: link.bare, nicknameIn: (room: string) => entered.nicknameIn(room), wall }
  const take = (stanza: Stanza): void => {
    for (const event of read(stanza, reading)) tell(event)
  }
  const takeArchived = (of: string, { stanza, id, at, isNew }: Archived): void => {
    for (const event of read(stanza, { ...reading, archived: { id, of, at: timeOf(at), isNew } })) tell(event)
  }
  /**
   * What comes is kept back from before the archive is asked until all of it is here: whatever is taken moves the place from which the
   * archive is read the next time, and nothing may be left behind it. What is kept back when the stream ends is in the archive.
   */
  const catchUp = async (of: string): Promise<void> => {
    for (let isWhole = false; !isWhole; ) {
      const reached = await archives.catchUp(of, await placeIn(of), (each) => takeArchived(of, each))
      // More came meanwhile than was kept back: the archive has it as well.
      isWhole = reached.isWhole && !overflown.delete(of)
      if (reached.place !== undefined) tell({ type: 'archived', of, place: reached.place })
      if (!isWhole && link.state.is !== 'online') return
    }
    const waiting = held.get(of) ?? []
    held.delete(of)
    for (const stanza of waiting) take(stanza)
  }
  const entered = rooms({
    link,
    tell,
    after: (ms, act) => world.clock.at(world.clock.now() + ms, act),
    entered: (room) => void catchUp(room),
  })
  const arrive = (stanza: Stanza): void => {
    const of = stanza.attrs['type'] === 'groupchat' ? bareOf(stanza.attrs['from'] ?? '') : ''
    const waiting = held.get(of)
    if (!waiting) take(stanza)
    else if (waiting.length < mostHeld) waiting.push(stanza)
    else overflown.add(of)
  }

  link.use({
    online: (resumed) => {
      if (!resumed) held.set('', [])
      void begin(resumed)
    },
    offline: () => {
      entered.offline()
      tell({ type: 'away', by: 'xmpp' })
    },
    presence: (stanza) => entered.presence(stanza),
    message: (stanza) => {
      if (archives.message(stanza)) return true
      const copy = carbonIn(stanza, link.bare)
      if (copy === 'forged') return true
      arrive(copy ?? stanza)
      return true
    },
    acknowledged: (stanza) => {
      if (isMessage(stanza)) tell({ type: 'sent', id: stanza.attrs['id'] ?? '' })
    },
    lost: (stanza) => {
      if (isMessage(stanza)) tell({ type: 'unsent', id: stanza.attrs['id'] ?? '' })
    },
  })
  const begin = async (resumed: boolean): Promise<void> => {
    if (!resumed) {
      try {
        await link.ask('set', undefined, xml('enable', { xmlns: carbons }))
      } catch (error) {
        // Without copies the archive still tells of what other clients wrote, later.
        if (!(error instanceof StanzaFailure)) throw error
      }
    }
    // Also where the stream was taken up again in the middle of it.
    if (held.has('')) await catchUp('')
    if (link.state.is === 'online') tell({ type: 'ready', by: 'xmpp' })
  }

  const note = (to: string, kind: Kind, ...children: Stanza[]): boolean =>
    link.send(xml('message', { to, type: kind === 'room' ? 'groupchat' : 'chat' }, ...children))
  return {
    send: (message) => link.send(stanzaOf(message)),
    typing: (to, is) => {
      const kind = entered.nicknameIn(to) === undefined ? 'person' : 'room'
      note(to, kind, xml(is ? 'composing' : 'active', { xmlns: 'http://jabber.org/protocol/chatstates' }), noStore())
    },
    receipt: (to, id, is) => {
      if (is === 'read') note(to, 'person', xml('displayed', { xmlns: markers, id }), xml('store', { xmlns: hints }))
      else note(to, 'person', xml('received', { xmlns: receipts, id }), xml('store', { xmlns: hints }))
    },
    react: (to, kind, id, emoji) =>
      note(
        to,
        kind,
        xml('reactions', { xmlns: 'urn:xmpp:reactions:0', id }, ...emoji.map((each) => xml('reaction', {}, each))),
        xml('store', { xmlns: hints }),
      ),
    withdraw: (to, kind, id) =>
      note(to, kind, xml('retract', { xmlns: callInvites, id }), xml('store', { xmlns: hints })),
    join: async (room, nickname) => {
      if (entered.nicknameIn(room) !== nickname) held.set(room, [])
      try {
        await entered.join(room, nickname)
      } catch (error) {
        held.delete(room)
        throw error
      }
    },
    leave: (room) => entered.leave(room),
  }
}

function stanzaOf({ id, to, kind, text, replyTo, replaces, file, invitation }: Outgoing): Stanza {
  return xml(
    'message',
    { id, to, type: kind === 'room' ? 'groupchat' : 'chat' },
    invitation?.subject === undefined ? undefined : xml('subject', {}, invitation.subject),
    xml('body', {}, text),
    invitation &&
      xml(
        'invite',
        { xmlns: callInvites, video: String(invitation.video) },
        xml('external', { uri: invitation.address }),
      ),
    xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id }),
    kind === 'room' ? undefined : xml('request', { xmlns: receipts }),
    kind === 'room' ? undefined : xml('markable', { xmlns: markers }),
    kind === 'room' ? undefined : xml('active', { xmlns: 'http://jabber.org/protocol/chatstates' }),
    replyTo && xml('reply', { xmlns: 'urn:xmpp:reply:0', to: replyTo.from, id: replyTo.id }),
    file === undefined ? undefined : xml('x', { xmlns: oob }, xml('url', {}, file)),
    replaces === undefined ? undefined : xml('replace', { xmlns: 'urn:xmpp:message-correct:0', id: replaces }),
  )
}

function isMessage(stanza: Stanza): boolean {
  return stanza.name === 'message' && stanza.getChild('body') !== undefined
}

const noStore = (): Stanza => xml('no-store', { xmlns: hints })
const oob = 'jabber:x:oob'
const hints = 'urn:xmpp:hints'
const receipts = 'urn:xmpp:receipts'
const markers = 'urn:xmpp:chat-markers:0'
const mostHeld = 10_000
