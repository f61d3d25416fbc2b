// The lab’s rooms as a Janus is spoken to: sessions, handles, and messages that are acknowledged or answered at once.
import type { Dice } from '@openparley/protocols/common'
import { answerTo, atOnce, type RoomsHouse } from './asks.ts'
import { type Body, type Handle, leave, Refused } from './room.ts'

interface Session {
  readonly id: number
  readonly handles: Map<number, Handle>
  /** The connection that it is spoken to by; undefined while it waits to be claimed. */
  to: ((message: Body) => void) | undefined
  expires: NodeJS.Timeout | undefined
}

export interface GatewayOptions extends Omit<RoomsHouse, 'rooms'> {
  readonly apiSecret: () => string
  readonly dice: Dice
  readonly isRefusing: () => boolean
}

export class Gateway {
  readonly #sessions = new Map<number, Session>()
  readonly #house: RoomsHouse
  readonly #options: GatewayOptions
  /** What was asked: the last thousand. */
  readonly asked: string[] = []

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#house = { rooms: new Map(), adminKey: options.adminKey, dice: options.dice }
  }

  get rooms(): RoomsHouse['rooms'] {
    return this.#house.rooms
  }

  /** One message of a connection. */
  async take(message: Body, to: (message: Body) => void): Promise<void> {
    const { janus, transaction, apisecret, session_id: sessionId, handle_id: handleId } = message
    const tx = typeof transaction === 'string' ? { transaction } : {}
    const of = (session: Session): Body => ({ session_id: session.id, ...tx })
    const refuse = (code: number, reason: string): void => to({ janus: 'error', ...tx, error: { code, reason } })
    const request = (message['body'] as Body | undefined)?.['request']
    this.asked.push(typeof request === 'string' ? request : String(janus))
    if (this.asked.length > 1000) this.asked.shift()
    if (apisecret !== this.#options.apiSecret())
      return refuse(403, 'Unauthorized request (wrong or missing secret/token)')
    if (janus === 'create') {
      if (this.#sessions.size >= mostSessions) return refuse(490, 'Too many sessions')
      const session: Session = { id: this.#number(), handles: new Map(), to, expires: undefined }
      this.#sessions.set(session.id, session)
      this.#heard(session)
      return to({ janus: 'success', ...tx, data: { id: session.id } })
    }
    const session = this.#sessions.get(sessionId as number)
    if (!session) return refuse(458, `No such session ${String(sessionId).slice(0, 20)}`)
    this.#heard(session)
    switch (janus) {
      case 'claim':
        session.to = to
        return to({ janus: 'success', ...of(session) })
      case 'keepalive':
        return to({ janus: 'ack', ...of(session) })
      case 'destroy':
        this.#end(session)
        return to({ janus: 'success', ...of(session) })
      case 'attach': {
        if (message['plugin'] !== plugin) return refuse(460, 'No such plugin')
        if (session.handles.size >= mostHandles) return refuse(499, 'Too many handles')
        const id = this.#number()
        session.handles.set(id, {
          tell: (data) =>
            session.to?.({ janus: 'event', session_id: session.id, sender: id, plugindata: { plugin, data } }),
        })
        return to({ janus: 'success', ...of(session), data: { id } })
      }
    }
    const handle = session.handles.get(handleId as number)
    if (!handle) return refuse(459, `No such handle ${String(handleId).slice(0, 20)}`)
    switch (janus) {
      case 'detach':
        session.handles.delete(handleId as number)
        gone(handle)
        return to({ janus: 'success', ...of(session) })
      case 'trickle':
        return to({ janus: 'ack', ...of(session) })
      case 'message':
        return this.#message(message, handle, { ...of(session), sender: handleId }, to)
      default:
        return refuse(453, `Unknown request '${String(janus).slice(0, 40)}'`)
    }
  }

  /** The connection is no more: its sessions wait to be claimed. */
  lost(to: (message: Body) => void): void {
    for (const session of this.#sessions.values()) if (session.to === to) session.to = undefined
  }

  /** All sessions and rooms are gone, as when the server is started anew. */
  clear(): void {
    for (const session of [...this.#sessions.values()]) this.#end(session)
    this.rooms.clear()
  }

  async #message(message: Body, handle: Handle, of: Body, to: (message: Body) => void): Promise<void> {
    const body = (message['body'] ?? {}) as Body
    const { sdp } = (message['jsep'] ?? {}) as { readonly sdp?: string }
    const isAtOnce = atOnce.has(String(body['request']))
    if (!isAtOnce) to({ janus: 'ack', session_id: of['session_id'], transaction: of['transaction'] })
    const janus = isAtOnce ? 'success' : 'event'
    try {
      if (this.#options.isRefusing()) throw new Refused(499, 'The lab was told to refuse')
      const { data, sdp: description } = await answerTo(this.#house, { body, handle, sdp })
      to({ janus, ...of, plugindata: { plugin, data }, ...(description ? { jsep: description } : {}) })
    } catch (error) {
      const { code, message: reason } = error instanceof Refused ? error : new Refused(499, String(error))
      const data = { videoroom: 'event', error_code: code, error: reason }
      to({ janus, ...of, plugindata: { plugin, data } })
    }
  }

  #heard(session: Session): void {
    clearTimeout(session.expires)
    session.expires = setTimeout(() => {
      session.to?.({ janus: 'timeout', session_id: session.id })
      this.#end(session)
    }, sessionMs)
    session.expires.unref()
  }

  #end(session: Session): void {
    clearTimeout(session.expires)
    this.#sessions.delete(session.id)
    for (const handle of session.handles.values()) gone(handle)
    session.handles.clear()
  }

  #number(): number {
    return 1 + Math.floor(this.#options.dice.roll() * (Number.MAX_SAFE_INTEGER - 1))
  }
}

function gone(handle: Handle): void {
  const { at } = handle
  if (at?.is === 'publisher') leave(at)
  else if (at) {
    at.feed.room.subscribers.delete(at)
    at.subscription.close()
  }
  delete handle.at
}

const plugin = 'janus.plugin.videoroom'
const sessionMs = 60_000
const mostSessions = 1000
const mostHandles = 64
