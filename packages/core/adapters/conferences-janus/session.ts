// A session with one Janus: questions and answers, handles, and the connection under it, which is made again while the server still has the session.
import { type ErrorValue, errorValue, ParleyError } from '@openparley/contract'
import type { DnsResolver, Trust } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import type { World } from '../../runtime/world.ts'
import { refusal, unreachable } from './causes.ts'
import { isRecord, type JanusSocket, openSocket } from './socket.ts'

export type Data = Readonly<Record<string, unknown>>

export interface Heard {
  readonly data: Data
  /** A description that comes with it. */
  readonly sdp?: string
}

export interface Handle {
  /** Rejects as a port does. */
  ask(body: object, description?: { readonly type: 'offer' | 'answer'; readonly sdp: string }): Promise<Heard>
  detach(): void
}

export interface JanusSession {
  attach(heard: (heard: Heard) => void): Promise<Handle>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly world: World
  readonly server: string
  readonly trust: Trust
  readonly dns: () => DnsResolver
  readonly apiSecret: string | undefined
  /** The connection was lost and is back: what happened meanwhile was not heard. Absent: a lost connection ends it. */
  readonly back?: () => void
  /** The session is no more, and was not closed by us. */
  readonly over?: (why: ErrorValue) => void
}

interface Waiting {
  resolve(answer: Data): void
  reject(why: ParleyError): void
}

export async function openSession(options: SessionOptions): Promise<JanusSession> {
  const { world, server, trust, dns, apiSecret, back, over } = options
  const stop = new AbortController()
  const waiting = new Map<string, Waiting>()
  const handles = new Map<number, (heard: Heard) => void>()
  let socket: JanusSocket | undefined
  let id: number | undefined
  let isOver = false
  let cancelBeat = (): void => {}
  let cancelRetry = (): void => {}

  const ask = (message: object): Promise<Data> => {
    const to = socket
    if (!to || isOver || waiting.size >= mostWaiting) return Promise.reject(new ParleyError('conference-unavailable'))
    const transaction = world.dice.token(64)
    return new Promise((resolve, reject) => {
      const cancel = world.clock.at(world.clock.now() + answerMs, () => {
        waiting.delete(transaction)
        reject(new ParleyError('server-silent'))
      })
      const done = (): void => {
        cancel()
        waiting.delete(transaction)
      }
      waiting.set(transaction, {
        resolve: (answer) => {
          done()
          resolve(answer)
        },
        reject: (why) => {
          done()
          reject(why)
        },
      })
      to.send({ ...message, transaction, ...(apiSecret === undefined ? {} : { apisecret: apiSecret }) })
    })
  }
  const fail = (why: ParleyError): void => {
    for (const each of [...waiting.values()]) each.reject(why)
  }
  const end = (why: ErrorValue): void => {
    if (isOver) return
    shut()
    over?.(why)
  }
  const shut = (): void => {
    isOver = true
    cancelBeat()
    cancelRetry()
    stop.abort()
    fail(new ParleyError('conference-unavailable'))
    handles.clear()
  }
  const onMessage = (message: Data): void => {
    const { janus, transaction, sender, error } = message
    const asked = typeof transaction === 'string' ? waiting.get(transaction) : undefined
    switch (janus) {
      case 'success':
        return asked?.resolve(message)
      case 'error':
        return asked?.reject(isRecord(error) ? refusal(error['code'], error['reason']) : refusal(0, ''))
      case 'event':
        if (asked) return asked.resolve(message)
        if (typeof sender === 'number') handles.get(sender)?.(heardIn(message))
        return
      case 'timeout':
        // The server has forgotten it. A message of an older connection is of another session.
        if (message['session_id'] === id) end(errorValue('conference-unavailable', 'the server gave the session up'))
        return
    }
  }
  /** Janus forgets a session that says nothing for a minute. */
  const beat = (): void => {
    cancelBeat()
    cancelBeat = world.clock.at(world.clock.now() + beatMs, () => {
      ask({ janus: 'keepalive', session_id: id }).catch(() => undefined)
      beat()
    })
  }
  const connect = async (): Promise<void> => {
    socket = await openSocket({
      server,
      trust,
      dns: dns(),
      signal: stop.signal,
      onMessage,
      onOver: (why) => {
        socket = undefined
        if (isOver) return
        const error = unreachable(why)
        fail(new ParleyError('conference-unavailable', error.code))
        if (back && id !== undefined) again(world.clock.now() + claimMs, 1, back)
        else end(errorValue('conference-unavailable', error.code))
      },
    })
  }
  const again = (until: number, failures: number, told: () => void): void => {
    const pauseMs = backoff(failures, { baseMs: 250, mostMs: 5000 }, world.dice)
    cancelRetry = world.clock.at(world.clock.now() + pauseMs, () => {
      const claim = async (): Promise<void> => {
        await connect()
        await ask({ janus: 'claim', session_id: id })
      }
      claim().then(told, (thrown: unknown) => {
        const { code } = unreachable(thrown)
        if (isOver) return
        // A refusal is the server’s word; anything else may pass.
        const isFinal = socket !== undefined && code !== 'server-silent'
        socket?.close()
        socket = undefined
        if (isFinal || world.clock.now() >= until) end(errorValue('conference-unavailable', code))
        else again(until, failures + 1, told)
      })
    })
  }
  try {
    await connect()
    const { data } = await ask({ janus: 'create' })
    id = idIn(data)
  } catch (thrown) {
    shut()
    throw unreachable(thrown)
  }
  beat()

  return {
    attach: async (heard) => {
      if (handles.size >= mostHandles) throw new ParleyError('conference-unavailable', 'too many connections')
      const { data } = await ask({ janus: 'attach', session_id: id, plugin: 'janus.plugin.videoroom' })
      const handle = idIn(data)
      handles.set(handle, heard)
      const of = { session_id: id, handle_id: handle }
      return {
        ask: async (body, description) => {
          const answer = await ask({
            janus: 'message',
            ...of,
            body,
            ...(description ? { jsep: description } : {}),
          })
          const heardNow = heardIn(answer)
          const { error_code: code, error } = heardNow.data
          if (code !== undefined) throw refusal(code, error)
          return heardNow
        },
        detach: () => {
          handles.delete(handle)
          ask({ janus: 'detach', ...of }).catch(() => undefined)
        },
      }
    },
    close: async () => {
      if (isOver) return
      await ask({ janus: 'destroy', session_id: id }).catch(() => undefined)
      shut()
    },
  }
}

function heardIn({ plugindata, jsep }: Data): Heard {
  const data = isRecord(plugindata) && isRecord(plugindata['data']) ? plugindata['data'] : {}
  const sdp = isRecord(jsep) ? jsep['sdp'] : undefined
  return { data, ...(typeof sdp === 'string' && sdp.length <= mostSdp ? { sdp } : {}) }
}

function idIn(data: unknown): number {
  const id = isRecord(data) ? data['id'] : undefined
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new ParleyError('conference-refused-by-server')
  return id
}

const answerMs = 10_000
const beatMs = 25_000
/** As long as Janus keeps a session that nobody is connected to, less a margin. */
const claimMs = 45_000
const mostWaiting = 256
const mostHandles = 64
const mostSdp = 65_536
