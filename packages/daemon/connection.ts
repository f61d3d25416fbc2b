// One application on one channel: hello first, then requests, watches and sound, until either side leaves.
import {
  contractVersion,
  type ErrorCode,
  errorValue,
  Hello,
  maxPending,
  ParleyError,
  Request,
  rpcErrorCode,
  type Scope,
} from '@openparley/contract'
import type { Attachment, Core, Watch } from '@openparley/core'
import type { z } from 'zod'
import type { Channel, OpenChannel } from './channel.ts'
import { fromBase64, toBase64 } from './pcm.ts'

/** What whoever said hello may do, by the judgement of the door. */
export interface Admission {
  readonly scopes: readonly Scope[]
  readonly session?: string | undefined
  /** Calls back at once when the right is taken away; returns what stops that. */
  onRevoked(end: (why: ParleyError) => void): () => void
}

export interface ConnectionNeeds {
  readonly core: Pick<Core, 'attach'>
  /** Judges a hello; throws a ParleyError. */
  admit(hello: z.output<typeof Hello>): Admission
  /** A request was answered: for figures, never with its parameters. */
  readonly answered?:
    | ((method: string, code: ErrorCode | undefined, tookMs: number, session: string | undefined) => void)
    | undefined
  /** The connection is over. */
  closed?(): void
  now(): number
}

export interface ServedConnection {
  /** Tells the application why and closes. */
  end(why: ParleyError): void
}

type Id = number | string
type Message = Readonly<Record<string, unknown>>

/** greeting: nothing but hello is taken. */
type State =
  | { readonly is: 'greeting' }
  | { readonly is: 'attached'; readonly attachment: Attachment; readonly settle: () => void }
  | { readonly is: 'closed' }

export function serveConnection(open: OpenChannel, needs: ConnectionNeeds): ServedConnection {
  let state: State = { is: 'greeting' }
  const acts = new Map<Id, AbortController>()
  const watches = new Map<number, Watch>()
  let lastWatch = 0

  const send = (message: object): void => channel.send(JSON.stringify({ jsonrpc: '2.0', ...message }))
  const refuse = (id: Id | null, error: ParleyError, rpcCode: number = rpcErrorCode): void =>
    send({
      id,
      error: { code: rpcCode, message: error.message, data: errorValue(error.code, error.detail, error.peer) },
    })
  const left = (): void => {
    clearTimeout(impatience)
    if (state.is === 'closed') return
    const before = state
    state = { is: 'closed' }
    for (const act of acts.values()) act.abort()
    for (const watch of watches.values()) watch.stop()
    watches.clear()
    if (before.is === 'attached') {
      before.settle()
      before.attachment.detach()
    }
    needs.closed?.()
  }
  const end = (why: ParleyError): void => {
    if (state.is === 'closed') return
    send({ method: '$closed', params: { error: errorValue(why.code, why.detail) } })
    left()
    channel.close()
  }

  const greet = (id: Id, params: unknown): void => {
    try {
      const read = Hello.safeParse(params)
      if (!read.success) throw new ParleyError('request-malformed', `hello: ${read.error.issues[0]?.message}`)
      const hello = read.data
      if (!speaks(hello.contract)) throw new ParleyError('contract-unsupported', `this core: ${contractVersion}`)
      const admission = needs.admit(hello)
      const { scopes, session } = admission
      const attachment = needs.core.attach({
        name: hello.application,
        role: hello.role,
        leaves: hello.leaves,
        scopes,
        ...(session === undefined ? {} : { session }),
        mayNamePaths: false,
        onFrame: (stream, samples) => {
          // Sound that a slow application would hear late is not worth keeping.
          if (channel.waiting > maxSoundWaiting) return
          send({ method: 'media.frame', params: { stream, pcm: toBase64(samples) } })
        },
      })
      clearTimeout(impatience)
      state = { is: 'attached', attachment, settle: admission.onRevoked(end) }
      send({
        id,
        result: {
          contract: contractVersion,
          application: attachment.id,
          scopes,
          ...(session === undefined ? {} : { session }),
        },
      })
    } catch (thrown) {
      refuse(id, asParley(thrown))
      left()
      channel.close()
    }
  }
  const pump = async (service: string, id: number, watch: Watch): Promise<void> => {
    for (let message = await watch.next(); message; message = await watch.next()) {
      const { revision } = message
      const rest = message.type === 'change' ? { change: message.change } : { state: message.state, resync: true }
      send({ method: `${service}.changed`, params: { watch: id, revision, ...rest } })
      // The next is pulled when this one is taken: what is held for a slow reader is the core's bounded queue.
      await channel.drained()
    }
    if (watches.delete(id)) send({ method: `${service}.changed`, params: { watch: id, ended: true } })
  }
  const watch = (attachment: Attachment, service: string, session: string | undefined): object => {
    if (watches.size >= maxWatches) throw new ParleyError('too-many-requests', `more than ${maxWatches} watches`)
    const found = attachment.watch(service, session)
    const id = ++lastWatch
    watches.set(id, found)
    // After the answer has been written, which happens in this turn.
    queueMicrotask(() => void pump(service, id, found))
    return { watch: id, ...found.snapshot }
  }
  const unwatch = (params: unknown): object => {
    const id = (params as { watch?: unknown } | undefined)?.watch as number
    const found = watches.get(id)
    watches.delete(id)
    found?.stop()
    return {}
  }
  const ask = async (attachment: Attachment, { id, method, session, params }: z.output<typeof Request>) => {
    const cancel = new AbortController()
    acts.set(id, cancel)
    const began = needs.now()
    let code: ErrorCode | undefined
    try {
      const result = await attachment.call(method, params, {
        ...(session === undefined ? {} : { session }),
        signal: cancel.signal,
      })
      acts.delete(id)
      send({ id, result })
    } catch (thrown) {
      acts.delete(id)
      const error = asParley(thrown)
      code = error.code
      refuse(id, error)
    }
    needs.answered?.(method, code, needs.now() - began, session)
  }
  const requested = (request: z.output<typeof Request>): void => {
    const { id, method, session, params } = request
    if (state.is === 'greeting') {
      if (method === 'hello') greet(id, params)
      else end(new ParleyError('request-malformed', 'the first message must be hello'))
      return
    }
    if (state.is === 'closed') return
    const { attachment } = state
    try {
      if (method === 'hello') throw new ParleyError('request-malformed', 'hello is said once')
      if (acts.has(id)) throw new ParleyError('request-malformed', `the id ${id} is waiting for an answer`)
      if (acts.size >= maxPending) throw new ParleyError('too-many-requests')
      if (method === 'unwatch') send({ id, result: unwatch(params) })
      else if (method.endsWith('.watch')) send({ id, result: watch(attachment, method.slice(0, -6), session) })
      else void ask(attachment, request)
    } catch (thrown) {
      refuse(id, asParley(thrown))
    }
  }
  const notified = (method: unknown, params: unknown): void => {
    if (state.is === 'greeting') {
      end(new ParleyError('request-malformed', 'the first message must be hello'))
      return
    }
    if (state.is === 'closed' || typeof params !== 'object' || params === null) return
    const given = params as Message
    if (method === '$cancel') acts.get(given['id'] as Id)?.abort()
    else if (method === 'media.frame' && typeof given['stream'] === 'string') {
      const samples = fromBase64(given['pcm'])
      if (samples) state.attachment.frame(given['stream'], samples)
    }
  }
  const arrived = (text: string): void => {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      refuse(null, new ParleyError('request-malformed', 'not JSON'), -32_700)
      return
    }
    const given = (typeof message === 'object' && message !== null ? message : {}) as Message
    if (Object.hasOwn(given, 'id')) {
      const request = Request.safeParse(given)
      if (request.success) requested(request.data)
      else refuse(idOf(given), new ParleyError('request-malformed', 'not a JSON-RPC request'), -32_600)
    } else if (given['jsonrpc'] === '2.0' && typeof given['method'] === 'string') {
      notified(given['method'], given['params'])
    } else refuse(null, new ParleyError('request-malformed', 'not a JSON-RPC message'), -32_600)
  }

  const channel: Channel = open({
    text: (text) => {
      arrived(text)
      // Who does not read answers may not ask on: otherwise the answers pile up here.
      if (channel.waiting <= maxWaiting) return
      channel.pause()
      void channel.drained().then(() => channel.resume())
    },
    broken: (why) => end(new ParleyError('request-malformed', why)),
    closed: left,
  })
  const impatience = setTimeout(
    () => end(new ParleyError('request-malformed', `no hello within ${helloMs} ms`)),
    helloMs,
  )
  return { end }
}

/** The core serves its own major and the one before. */
function speaks(version: string): boolean {
  const major = (text: string): number => Number.parseInt(text, 10)
  const behind = major(contractVersion) - major(version)
  return behind === 0 || behind === 1
}

function idOf({ id }: Message): Id | null {
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function asParley(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  return new ParleyError('internal', thrown instanceof Error ? thrown.message : String(thrown))
}

/** How long an application may take to say hello. */
const helloMs = 5000
const maxWatches = 256
/** Bytes of answers that may wait for a slow reader before it is read from no more. */
const maxWaiting = 1024 * 1024
const maxSoundWaiting = 256 * 1024
