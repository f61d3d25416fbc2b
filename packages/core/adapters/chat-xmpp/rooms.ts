// Rooms (XEP-0045): being let in, who is there, being thrown out.
import { type ErrorCode, ParleyError } from '@openparley/contract'
import {
  bareOf,
  failureIn,
  isAddress,
  resourceOf,
  type Stanza,
  StanzaFailure,
  type XmppLink,
  xml,
} from '../../links/xmpp/index.ts'
import type { ChatEvent } from '../../services/chat/port.ts'

interface Room {
  readonly nickname: string
  readonly occupants: Set<string>
  state: 'joining' | 'in'
  /** Of whoever waits to be let in. */
  readonly settle: { readonly promise: Promise<void>; resolve(): void; reject(error: Error): void }
}

export interface Rooms {
  join(room: string, nickname: string): Promise<void>
  leave(room: string): void
  nicknameIn(room: string): string | undefined
  /** Whether it concerned a room that was asked for. */
  presence(stanza: Stanza): boolean
  offline(): void
}

export interface RoomsOptions {
  readonly link: XmppLink
  readonly tell: (event: ChatEvent) => void
  /** Calls back after so long, and returns what cancels it. */
  readonly after: (ms: number, act: () => void) => () => void
  /** The person is in, and what was said before is to be caught up with. */
  readonly entered: (room: string) => void
}

export function rooms({ link, tell, after, entered }: RoomsOptions): Rooms {
  const known = new Map<string, Room>()
  const show = (room: string, { state, occupants }: Room): void =>
    tell({ type: 'room', room, state, occupants: [...occupants] })
  const out = (room: string, error: ParleyError): void => {
    known.get(room)?.settle.reject(error)
    known.delete(room)
    tell({ type: 'room', room, state: 'out', occupants: [], cause: error.peer })
  }
  /** A room that was not there before lets nobody else in until its maker says how it is to be: as the server likes (XEP-0045 §10.1.2). */
  const unlocked = async (room: string, statuses: readonly Stanza[]): Promise<void> => {
    if (!statuses.some(({ attrs }) => attrs['code'] === '201')) return
    const form = xml('x', { xmlns: 'jabber:x:data', type: 'submit' })
    try {
      await link.ask('set', room, xml('query', { xmlns: `${muc}#owner` }, form))
    } catch (error) {
      // A server that does not lock has nothing to unlock.
      if (!(error instanceof StanzaFailure)) throw error
    }
  }
  return {
    nicknameIn: (room) => known.get(room)?.nickname,
    join: (room, nickname) => {
      if (!isAddress(room)) return Promise.reject(new ParleyError('contact-invalid', room))
      const before = known.get(room)
      if (before?.nickname === nickname) return before.settle.promise
      before?.settle.reject(new ParleyError('chat-room-refused', 'asked for again'))
      // Under another name one comes anew: whoever changes a name in a room is told of it by others alone.
      if (before) link.send(xml('presence', { to: `${room}/${before.nickname}`, type: 'unavailable' }))
      const settle = Promise.withResolvers<void>()
      const late = after(joinMs, () => out(room, new ParleyError('server-silent', room)))
      settle.promise.then(late, late)
      known.set(room, { nickname, occupants: new Set(), state: 'joining', settle })
      // What was said before is asked of the archive: history would bring it twice.
      const history = xml('history', { maxstanzas: '0' })
      const entering = xml('presence', { to: `${room}/${nickname}` }, xml('x', { xmlns: muc }, history))
      if (!link.send(entering)) settle.reject(new ParleyError('chat-unavailable'))
      return settle.promise
    },
    leave: (room) => {
      const there = known.get(room)
      if (!there) return
      known.delete(room)
      link.send(xml('presence', { to: `${room}/${there.nickname}`, type: 'unavailable' }))
    },
    presence: (stanza) => {
      const from = stanza.attrs['from'] ?? ''
      const room = bareOf(from)
      const there = known.get(room)
      if (!there) return false
      const who = resourceOf(from)
      // Of the name that one had before.
      if (who !== there.nickname && there.state === 'joining' && isSelfIn(stanza)) return true
      if (stanza.attrs['type'] === 'error') {
        const { condition, peer } = failureIn(stanza)
        const code: ErrorCode = condition === 'conflict' ? 'chat-nickname-taken' : 'chat-room-refused'
        // An answer to the name that was tried before is none to this one.
        if (there.state === 'joining' && (who === '' || who === there.nickname))
          out(room, new ParleyError(code, undefined, peer))
        return true
      }
      const statuses = statusesIn(stanza)
      const isSelf = isSelfIn(stanza)
      if (stanza.attrs['type'] === 'unavailable') {
        there.occupants.delete(who)
        if (!isSelf) show(room, there)
        else out(room, new ParleyError('chat-room-refused', undefined, { protocol: 'xmpp', text: why(statuses) }))
        return true
      }
      if (there.occupants.size < mostOccupants) there.occupants.add(who)
      if (isSelf && there.state === 'joining') {
        there.state = 'in'
        void unlocked(room, statuses).then(() => {
          there.settle.resolve()
          entered(room)
        })
      }
      if (there.state === 'in') show(room, there)
      return true
    },
    offline: () => {
      for (const { settle } of known.values()) settle.reject(new ParleyError('chat-unavailable'))
      known.clear()
    },
  }
}

function statusesIn(stanza: Stanza): readonly Stanza[] {
  return stanza.getChild('x', `${muc}#user`)?.getChildren('status') ?? []
}

function isSelfIn(stanza: Stanza): boolean {
  return statusesIn(stanza).some(({ attrs }) => attrs['code'] === '110')
}

function why(statuses: readonly Stanza[]): string {
  return statuses.map(({ attrs }) => reasons[attrs['code'] ?? '']).find((each) => each !== undefined) ?? 'left'
}

/** XEP-0045 §15.6. */
const reasons: Readonly<Record<string, string>> = {
  301: 'banned',
  307: 'thrown out',
  321: 'no longer a member',
  322: 'the room is for members only now',
  332: 'the room service shuts down',
}

const muc = 'http://jabber.org/protocol/muc'
const mostOccupants = 5000
const joinMs = 15_000
