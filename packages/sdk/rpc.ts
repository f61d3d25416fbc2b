// JSON-RPC 2.0 over anything that carries texts: answers to their questions, notifications to their feeds.
import type { Revision } from '@openparley/contract'
import { type Connection, type Feed, type Greeting, openMs, type Welcome } from './connection.ts'
import { asProblem, problem, type ParleyError } from './error.ts'
import { contractVersion } from './names.generated.ts'
import { type Arrived, queuedFeed, type QueuedFeed } from './queued-feed.ts'
import { fromBase64, toBase64 } from './pcm.ts'

/** What carries the texts. */
export interface Pipe {
  send(text: string): void
  close(): void
}

export interface PipeEvents {
  text(text: string): void
  /** The pipe is gone; told once, or more often without harm. */
  closed(why: string): void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message?: string; readonly data?: unknown }
}

interface Pending {
  resolve(result: unknown): void
  reject(error: ParleyError): void
}

/** Greets the core over a pipe that is open. Rejects with what the core answers instead of a welcome. */
export async function greet(
  open: (events: PipeEvents) => Pipe,
  greeting: Greeting,
  signal: AbortSignal,
): Promise<Connection> {
  const pending = new Map<number, Pending>()
  const feeds = new Map<number, QueuedFeed>()
  let last = 0
  let ended: ParleyError | undefined
  const { promise: over, resolve: tellOver } = Promise.withResolvers<ParleyError>()

  const end = (why: ParleyError): void => {
    if (ended) return
    ended = why
    for (const { reject } of pending.values()) reject(why)
    pending.clear()
    for (const feed of feeds.values()) feed.end()
    feeds.clear()
    pipe.close()
    tellOver(why)
  }
  const notified = (method: string, params: Readonly<Record<string, unknown>>): void => {
    if (method === 'media.frame') {
      const samples = fromBase64(params['pcm'])
      if (samples && typeof params['stream'] === 'string') greeting.onFrame(params['stream'], samples)
    } else if (method === '$closed') {
      end(asProblem(params['error']))
    } else if (method.endsWith('.changed')) {
      feeds.get(params['watch'] as number)?.push(params as unknown as Arrived)
    }
  }
  const arrived = (text: string): void => {
    let message: Message
    try {
      message = JSON.parse(text) as Message
    } catch {
      end(problem('core-unreachable', 'the core sends what is not JSON'))
      return
    }
    if (message.method !== undefined) {
      notified(message.method, message.params ?? {})
      return
    }
    if (message.id === undefined) return
    const asked = pending.get(message.id)
    pending.delete(message.id)
    if (!message.error) asked?.resolve(message.result)
    else asked?.reject(asProblem(message.error.data ?? problem('internal', message.error.message)))
  }
  const pipe = open({ text: arrived, closed: (why) => end(problem('core-unreachable', why)) })

  const ask = (
    method: string,
    params: unknown,
    { session, signal }: { readonly session?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
    answered: (result: unknown) => unknown = (result) => result,
  ): Promise<unknown> => {
    if (ended) return Promise.reject(ended)
    if (signal?.aborted) return Promise.reject(problem('cancelled'))
    const id = ++last
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        if (!pending.delete(id)) return
        pipe.send(JSON.stringify({ jsonrpc: '2.0', method: '$cancel', params: { id } }))
        reject(problem('cancelled'))
      }
      const settled = (): void => signal?.removeEventListener('abort', cancel)
      pending.set(id, {
        // At once, not in a later turn: a feed must be known before the next message is read.
        resolve: (result) => {
          settled()
          resolve(answered(result))
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
      signal?.addEventListener('abort', cancel)
      pipe.send(JSON.stringify({ jsonrpc: '2.0', id, method, ...(session === undefined ? {} : { session }), params }))
    })
  }
  const watch = (service: string, session: string | undefined): Promise<Feed> =>
    ask(`${service}.watch`, {}, { session }, (result) => {
      const { watch: first, revision, state } = result as { watch: number; revision: Revision; state: unknown }
      let id = first
      const leave = (): void => {
        feeds.delete(id)
        if (!ended) ask('unwatch', { watch: id }).catch(() => undefined)
      }
      const feed = queuedFeed(
        { revision, state },
        {
          leave,
          again: () =>
            ask(`${service}.watch`, {}, { session }, (fresh) => {
              const { watch, revision, state } = fresh as { watch: number; revision: Revision; state: unknown }
              id = watch
              feeds.set(id, feed)
              return { revision, state }
            }) as Promise<Feed['snapshot']>,
        },
      )
      feeds.set(id, feed)
      return feed
    }) as Promise<Feed>

  const { application, role, leaves, token } = greeting
  const late = AbortSignal.any([signal, AbortSignal.timeout(openMs)])
  try {
    const hello = { contract: contractVersion, application, role, leaves, ...(token === undefined ? {} : { token }) }
    const welcome = (await ask('hello', hello, { signal: late })) as Welcome
    return {
      welcome,
      call: ask,
      watch,
      frame: (stream, samples) => {
        if (ended) return
        pipe.send(JSON.stringify({ jsonrpc: '2.0', method: 'media.frame', params: { stream, pcm: toBase64(samples) } }))
      },
      close: () => end(problem('core-unreachable', 'closed by this side')),
      get ended() {
        return ended
      },
      over,
    }
  } catch (thrown) {
    const why = late.aborted && !signal.aborted ? problem('core-unreachable', 'no answer in time') : asProblem(thrown)
    end(why)
    throw why
  }
}
