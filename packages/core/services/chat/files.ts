// Files in conversations: a copy is on disk before it is accepted, is brought to the server when that can be, and only then is the
// message sent. What is written to the same conversation meanwhile waits, so that the order stays.
import {
  type ErrorValue,
  errorValue,
  type Message,
  ParleyError,
  type Settings,
  type services,
} from '@openparley/contract'
import { safeFileName, typeOfName } from '../../runtime/file-names.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import type { ChatStore, FileCopies, FilePort, Kept } from './port.ts'

type Handlers = ServiceBody<(typeof services)['chat']>['handlers']

/** Accepts a message under an id that is made for it. `what` may do what must be done before it is on disk. */
export type Accept = (
  about: { readonly to: string; readonly replyTo?: string | undefined; readonly request: string },
  what: (
    id: string,
  ) => Promise<
    Pick<Message, 'text' | 'invitation'> & { readonly file?: NonNullable<Message['file']>; readonly copy?: string }
  >,
) => Promise<{ readonly message: string }>

export interface ChatFiles {
  readonly handlers: Pick<Handlers, 'upload' | 'sendFile' | 'fetchFile'>
  begin(): Promise<void>
  /** Whether the message waits: for its own file, or for one before it in its conversation. */
  holdsUp(kept: Kept): boolean
  /** There is a stream again: nothing waits for its time. */
  again(): void
  remove(kept: Kept): Promise<void>
  end(): void
}

export interface ChatFilesNeeds {
  readonly store: ChatStore
  readonly copies: FileCopies
  readonly port: () => FilePort | undefined
  readonly settings: () => Settings
  readonly accept: Accept
  readonly find: (id: string) => Promise<Kept>
  readonly changed: (kept: Kept, before?: Message['state']) => Promise<void>
  /** Does it after all that came before. */
  readonly later: (act: () => Promise<void>) => void
  /** Hands over what waits. */
  readonly hand: () => Promise<void>
}

export function chatFiles(world: World, needs: ChatFilesNeeds): ChatFiles {
  const { store, copies, settings, changed, later } = needs
  /** By conversation, the message whose file is awaited. */
  const first = new Map<string, string>()
  const underWay = new Set<string>()
  const failures = new Map<string, number>()
  /** What is tried again, and not before its time. */
  const resting = new Map<string, () => void>()
  const ended = new AbortController()
  let fetching = 0

  const bring = async ({ message: { id, file }, copy }: Kept): Promise<void> => {
    underWay.add(id)
    const outcome = await (async (): Promise<string | ParleyError> => {
      try {
        const port = needs.port()
        if (!port) return new ParleyError('chat-unavailable')
        if (!file || copy === undefined) return new ParleyError('chat-file-unreadable')
        const { name, type } = file
        return await port.upload({ name, type, content: await copies.read(copy) }, ended.signal)
      } catch (error) {
        return error instanceof ParleyError ? error : new ParleyError('chat-upload-failed', String(error))
      }
    })()
    underWay.delete(id)
    if (!ended.signal.aborted) later(() => brought(id, outcome))
  }
  const brought = async (id: string, outcome: string | ParleyError): Promise<void> => {
    const kept = await store.byId(id)
    if (!kept) return
    const { message } = kept
    if (message.state === 'queued') {
      if (typeof outcome === 'string') {
        const file = { ...(message.file as NonNullable<Message['file']>), address: outcome }
        await changed({ ...kept, message: { ...message, file, text: outcome } })
      } else {
        // The next stream begins with it.
        if (outcome.code === 'chat-unavailable') return
        const count = (failures.get(id) ?? 0) + 1
        if (outcome.entry.retryable && count < mostTries) {
          failures.set(id, count)
          rest(id, retryMs * 4 ** (count - 1))
          return
        }
        await changed({ ...kept, message: { ...message, state: 'failed', error: asValue(outcome) } }, 'queued')
      }
    }
    failures.delete(id)
    if (first.get(message.conversation) === id) first.delete(message.conversation)
    await needs.hand()
  }
  const rest = (id: string, forMs: number): void => {
    const wake = world.clock.at(world.clock.now() + forMs, () => {
      resting.delete(id)
      later(needs.hand)
    })
    resting.set(id, wake)
  }
  const wakeAll = (): void => {
    for (const cancel of resting.values()) cancel()
    resting.clear()
  }

  /** Both what it is said to be and what its name says count: a system goes by the name. */
  const allowed = ({ name, type }: { readonly name: string; readonly type: string }): void => {
    const patterns = settings()['chat.files.types']
    for (const each of [type, typeOfName(name)])
      if (!isAllowed(each.toLowerCase(), patterns)) throw new ParleyError('chat-file-type-refused', each)
  }
  const bounded = (bytes: number, most: number): void => {
    if (bytes > most) throw new ParleyError('chat-file-too-large', `${most} bytes at most, as set here`)
  }

  return {
    begin: async () => {
      // What cannot be tidied up is no reason to carry no messages.
      await copies.sweep(await store.copies()).catch(() => {})
    },
    holdsUp: (kept) => {
      const { id, conversation, file } = kept.message
      const before = first.get(conversation)
      if (before !== undefined && before !== id) return true
      if (!file || file.address !== undefined) return false
      first.set(conversation, id)
      if (!underWay.has(id) && !resting.has(id) && underWay.size < mostAtOnce) void bring(kept)
      return true
    },
    again: wakeAll,
    remove: async ({ message, copy }) => {
      // What stays on the disk goes at the next start.
      if (copy !== undefined) await copies.remove(copy).catch(() => {})
      resting.get(message.id)?.()
      resting.delete(message.id)
      failures.delete(message.id)
    },
    end: () => {
      ended.abort()
      wakeAll()
    },
    handlers: {
      upload: async ({ content: base64, name: given, type }) => {
        const content = copies.fromBase64(base64)
        bounded(content.length, Math.min(settings()['chat.files.mostBytes'], mostByContract))
        const name = safeFileName(given)
        const file = { name, type: type?.toLowerCase() ?? typeOfName(name), content }
        allowed(file)
        return { handle: await copies.keep(file) }
      },
      sendFile: async ({ to, file: named, name: given, type, requestId }, { name: application, mayNamePaths }) => {
        // SIP carries text alone (RFC 3428); files there are another protocol's.
        if (to.toLowerCase().startsWith('sip:')) throw new ParleyError('chat-upload-unavailable', 'by SIP')
        let made: string | undefined
        try {
          return await needs.accept({ to, request: `${application}\nsendFile\n${requestId}` }, async (id) => {
            made = id
            const mostBytes = settings()['chat.files.mostBytes']
            const taken = await copies.take(named, { as: id, mayNamePaths, mostBytes })
            const name = safeFileName(given ?? taken.name)
            const file = { name, type: (type ?? taken.type)?.toLowerCase() ?? typeOfName(name), bytes: taken.bytes }
            allowed(file)
            return { text: name, file, copy: id }
          })
        } catch (error) {
          if (made !== undefined) await copies.remove(made).catch(() => {})
          throw error
        }
      },
      fetchFile: async ({ message: id, saveAs, force }, { mayNamePaths, signal }) => {
        const { message, copy } = await needs.find(id)
        const { file } = message
        if (!file) throw new ParleyError('message-without-file')
        if (saveAs !== undefined && !mayNamePaths) throw new ParleyError('chat-file-path-refused')
        allowed(file)
        const most = settings()['chat.files.mostBytes']
        const mostBytes = saveAs === undefined ? Math.min(most, mostByContract) : most
        if (fetching >= mostAtOnce) throw new ParleyError('too-many-requests', `${mostAtOnce} files at once`)
        fetching++
        try {
          const content = copy === undefined ? await fetched(file, mostBytes, signal) : await copies.read(copy)
          bounded(content.length, mostBytes)
          const { name, type } = file
          const is = { name, type, bytes: content.length }
          if (saveAs === undefined) return { ...is, content: copies.toBase64(content) }
          await copies.save(saveAs, content, force)
          return is
        } finally {
          fetching--
        }
      },
    },
  }

  async function fetched(
    { address }: NonNullable<Message['file']>,
    mostBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (address === undefined) throw new ParleyError('chat-file-unavailable', 'it was never sent')
    const port = needs.port()
    if (!port) throw new ParleyError('chat-unavailable')
    return port.fetch(address, mostBytes, AbortSignal.any([signal, ended.signal]))
  }
}

function asValue({ code, detail, peer }: ParleyError): ErrorValue {
  return errorValue(code, detail, peer)
}

/** What is excluded is so wherever it stands in the list. */
function isAllowed(type: string, given: readonly string[]): boolean {
  const patterns = given.map((each) => each.toLowerCase())
  const fits = (pattern: string): boolean =>
    pattern === '*/*' || pattern === type || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)))
  return patterns.some((each) => fits(each)) && !patterns.some((each) => each.startsWith('!') && fits(each.slice(1)))
}

/** At most so large in base64 is what a message of the interface may hold. */
const mostByContract = 12_000_000
/** Of each kind, for a session: each is held whole while it is on its way. */
const mostAtOnce = 4
const mostTries = 5
/** Then four times as long after each failure: all in all about three minutes. */
const retryMs = 2000
