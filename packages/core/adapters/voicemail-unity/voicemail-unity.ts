// A mailbox at Unity Connection's web service (CUMI): asked again and again, at the best server of the list that answers.
import { type ErrorValue, errorValue, ParleyError, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import { standing, type Standing } from '../../runtime/standing.ts'
import type { World } from '../../runtime/world.ts'
import type { Kept, VoicemailEvent, VoicemailPort } from '../../services/voicemail/port.ts'
import { type Asking, asking } from './asking.ts'
import { readPage } from './messages.ts'

export interface UnityVoicemailOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: (event: VoicemailEvent) => void
}

/** What a message is to become. */
type Goal = 'heard' | 'new' | 'deleted' | 'back' | 'erased'

interface Line {
  readonly ask: Asking
  /** Looks at the mailbox, and tells what is in it. */
  look(): Promise<void>
  /** It seems to be lost: looked at now, so that another server is tried. */
  doubt(): void
}

export function unityVoicemail({ world, settings, dns, tell }: UnityVoicemailOptions): VoicemailPort {
  let stands: Standing | undefined
  let line: Line | undefined
  let kept = new Map<string, Kept>()
  const waiting = new Set<() => void>()

  const look = async (ask: Asking): Promise<void> => {
    kept = await listed(ask)
    tell({ type: 'list', messages: [...kept.values()] })
  }
  const at = async (server: string, signal: AbortSignal, ready: () => void): Promise<ErrorValue> => {
    const ask = asking({ server, settings: settings(), dns: dns(), signal })
    await look(ask)
    let wake = (): void => {}
    const mine: Line = {
      ask,
      look: () => look(ask),
      doubt: () => {
        if (line === mine) line = undefined
        wake()
      },
    }
    line = mine
    ready()
    for (const go of [...waiting]) go()
    const leave = (): void => wake()
    signal.addEventListener('abort', leave, { once: true })
    try {
      while (!signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        const everyMs = settings()['voicemail.pollS'] * 1000 * (0.9 + world.dice.roll() / 5)
        const cancel = world.clock.at(world.clock.now() + everyMs, resolve)
        await promise
        cancel()
        if (signal.aborted) break
        await mine.look()
        line = mine
        for (const go of [...waiting]) go()
      }
      return errorValue('server-closed')
    } finally {
      signal.removeEventListener('abort', leave)
      line = undefined
    }
  }

  /** Waits for one that was lost just now. Rejects with `voicemail-unavailable`. */
  const lineAgain = async (byMs: number): Promise<Line> => {
    for (;;) {
      const now = line
      if (now) return now
      if (!stands || world.clock.now() >= byMs) throw new ParleyError('voicemail-unavailable')
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const cancel = world.clock.at(byMs, resolve)
      await promise
      cancel()
      waiting.delete(resolve)
    }
  }
  const pursue = async (goal: Goal, keys: readonly string[]): Promise<void> => {
    if (!line) throw new ParleyError('voicemail-unavailable')
    if (goal !== 'erased' && keys.some((key) => !kept.has(key))) throw new ParleyError('voicemail-unknown')
    const byMs = world.clock.now() + mostActMs
    let last: ParleyError | undefined
    for (let round = 0; round <= mostRounds; round++) {
      const mine = await lineAgain(byMs)
      try {
        // What was cut off before is looked at, so that nothing is done twice.
        if (round > 0) await mine.look()
        const toDo = keys.flatMap((key) => stepFor(goal, kept.get(key)) ?? [])
        if (toDo.length === 0) return
        for (const { method, path, body } of toDo) await mine.ask.act(method, path, body).catch(ifGone(goal))
      } catch (error) {
        const cause = asError(error)
        if (!lost.includes(cause.code)) throw cause
        last = cause
        mine.doubt()
      }
    }
    throw new ParleyError('voicemail-refused', last?.detail, last?.peer)
  }

  return {
    start: () => {
      if (stands) return
      stands = standing({
        world,
        servers: settings()['voicemail.servers'] ?? [],
        setting: 'voicemail.servers',
        pauseMs: (failures) => backoff(failures, pause, world.dice),
        state: ({ since: _, ...state }) => tell({ type: 'state', state }),
        at,
      })
    },
    stop: async () => {
      const before = stands
      stands = undefined
      await before?.close()
      if (before) tell({ type: 'state', state: { is: 'off' } })
      for (const go of [...waiting]) go()
      kept = new Map()
    },
    mark: (keys, heard) => pursue(heard ? 'heard' : 'new', keys),
    delete: (keys) => pursue('deleted', keys),
    undelete: (keys) => pursue('back', keys),
    erase: (keys) => pursue('erased', keys),
    sound: async (key, signal) => {
      const mine = line
      if (!mine) throw new ParleyError('voicemail-unavailable')
      if (!kept.has(key)) throw new ParleyError('voicemail-unknown')
      const cutOff = (error: unknown): never => {
        const cause = asError(error)
        if (!lost.includes(cause.code)) throw cause
        if (!signal.aborted) mine.doubt()
        throw new ParleyError('voicemail-unavailable', cause.entry.sentence, cause.peer)
      }
      const { type, pieces } = await mine.ask.sound(`/vmrest/messages/${key}/attachments/0`, signal).catch(cutOff)
      if (!/^audio\//i.test(type)) throw new ParleyError('voicemail-sound-unusable', type.slice(0, 100))
      return { type, pieces: orCutOff(pieces, cutOff) }
    },
    answerDispatch: async (key, accept) => {
      if (!line) throw new ParleyError('voicemail-unavailable')
      if (!kept.has(key)) throw new ParleyError('voicemail-unknown')
      const mine = line
      try {
        await mine.ask.act('POST', `/vmrest/messages/${key}?method=${accept ? 'accept' : 'reject'}`)
        await mine.look()
      } catch (error) {
        const cause = asError(error)
        if (!lost.includes(cause.code)) throw cause
        // Whether somebody else took it meanwhile is seen when the service is there again.
        mine.doubt()
        throw new ParleyError('voicemail-unavailable', cause.entry.sentence, cause.peer)
      }
    },
  }
}

/** Both folders, page by page. */
async function listed(ask: Asking): Promise<Map<string, Kept>> {
  const all = new Map<string, Kept>()
  for (const folder of ['deleted', 'inbox'] as const) {
    for (let page = 1, seen = 0; page <= mostPages; page++) {
      const query = `pagenumber=${page}&rowsperpage=${rowsPerPage}`
      const { total, rows, messages } = readPage(
        await ask.json(`/vmrest/mailbox/folders/${folder}/messages?${query}`),
        folder === 'deleted',
      )
      for (const message of messages) all.set(message.key, message)
      seen += rows
      if (rows === 0 || seen >= total) break
    }
  }
  return all
}

interface Step {
  readonly method: 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

/** Undefined where it is so already, or cannot become so: of the deleted ones nothing but their place can be changed. */
function stepFor(goal: Goal, message: Kept | undefined): Step | undefined {
  if (!message) return undefined
  const path = `/vmrest/messages/${message.key}`
  const { deleted, isNew } = message
  switch (goal) {
    case 'heard':
    case 'new':
      return deleted || isNew === (goal === 'new')
        ? undefined
        : { method: 'PUT', path, body: { Read: String(goal === 'heard') } }
    case 'deleted':
      return deleted ? undefined : { method: 'DELETE', path: `${path}?harddelete=false` }
    case 'back':
      return deleted ? { method: 'POST', path: `${path}?method=undelete` } : undefined
    case 'erased':
      return { method: 'DELETE', path: deleted ? path : `${path}?harddelete=true` }
  }
}

function ifGone(goal: Goal): (error: unknown) => void {
  return (error) => {
    if (goal !== 'erased' || !(error instanceof ParleyError) || error.code !== 'voicemail-unknown') throw error
  }
}

async function* orCutOff(
  pieces: AsyncIterable<Uint8Array>,
  cutOff: (error: unknown) => never,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (error) {
    cutOff(error)
  }
}

function asError(error: unknown): ParleyError {
  return error instanceof ParleyError ? error : new ParleyError('internal')
}

/** It may have been done, or may be done elsewhere. */
const lost: readonly string[] = [
  'server-refused',
  'server-closed',
  'server-silent',
  'server-failed',
  'server-overloaded',
  'server-garbled',
  'server-unresolved',
  'network-down',
]
const pause = { baseMs: 1000, mostMs: 120_000 }
const rowsPerPage = 500
const mostPages = 40
const mostActMs = 30_000
const mostRounds = 3
