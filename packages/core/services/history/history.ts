// History: what is over is written down, found again with whoever it was, and deleted when its time is over.
import {
  type ChangeOf,
  type ConferenceEntry,
  type HistoryEntry,
  type HistoryRecord,
  type Message,
  ParleyError,
  type services,
  type StateOf,
  type VoiceMessage,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { csvOf, jsonOf } from './lines.ts'
import { boundsOf, type Page, pageOf, recordOf } from './pages.ts'
import type { Forgotten, HistoryPort, KeptKind, MessagesPort, Sought, Who } from './port.ts'
import { whoIs } from './who.ts'

type History = (typeof services)['history']

export interface HistoryService extends ServiceBody<History> {
  readonly state: Broadcast<StateOf<History>, ChangeOf<History>>
  /** Writes a call down. */
  add(entry: HistoryEntry): void
  /** Writes down that there is a voice message, or how it is now. */
  voicemail(message: VoiceMessage): void
  conference(entry: ConferenceEntry): void
  /** A message, which others keep, is new or has changed; `person` is absent where it is of a room. */
  said(message: Message, person: string | undefined): void
  /** For how long things are kept may have changed. */
  look(): void
  /** The last calls, newest first. */
  latest(): Promise<HistoryEntry[]>
  /** The number that was dialled last; undefined where none was lately. */
  lastDialled(): Promise<string | undefined>
  /** Waits until all that was added is on disk, then ends the watches. */
  close(): Promise<void>
}

export interface HistoryNeeds {
  readonly store: HistoryPort
  readonly messages: MessagesPort
  /** How else a contact is called: numbers in any form. */
  readonly waysTo: (address: string) => Promise<readonly string[]>
  /** The contact that has a number. */
  readonly personAt: (number: string) => Promise<string | undefined>
  /** Contacts that are called by these words, or by what begins with them. */
  readonly named: (words: string) => readonly string[]
  /** For how many days things are kept; 0: for ever. */
  readonly keepDays: () => number
  /** Told why the store cannot be used, and undefined when it can again. */
  readonly failed: (error: ParleyError | undefined) => void
}

export function history(world: World, epoch: string, needs: HistoryNeeds): HistoryService {
  const { store, messages } = needs
  let total = 0
  const state = broadcast<StateOf<History>, ChangeOf<History>>(epoch, () => ({ total }))
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
      needs.failed(undefined)
    } catch (thrown) {
      needs.failed(thrown instanceof ParleyError ? thrown : new ParleyError('store-unusable', String(thrown)))
    }
  }
  // One after the other, so that what is told is in the order of what was written.
  let writing = attempt(async () => {
    total = await store.total()
  })
  const later = (act: () => Promise<void>): void => {
    writing = writing.then(() => attempt(act))
  }
  const now = (): number => Date.parse(world.wall())
  /** What is older is not kept. */
  const oldest = (): number => {
    const days = needs.keepDays()
    return days === 0 ? -Infinity : now() - days * dayMs
  }
  const put = (record: Exclude<HistoryRecord, { kind: 'message' }>): void =>
    later(async () => {
      if (Date.parse(record.at) < oldest() || !(await store.put(record))) return
      if (record.kind === 'call') {
        total++
        state.publish({ type: 'added', entry: record.call })
      }
      state.publish({ type: 'recorded', record })
    })

  const forget = async (which: Forgotten): Promise<number> => {
    const [ofRecords, ofMessages] = await Promise.all([
      store.forget(which),
      messages.forget({ ...which, ...(which.ids ? { ids: idsIn(which.ids) } : {}) }),
    ])
    if (ofRecords > 0) total = await store.total()
    if (ofRecords + ofMessages > 0) state.publish({ type: 'forgotten', total })
    return ofRecords + ofMessages
  }
  let tomorrow: (() => void) | undefined
  const look = (): void => {
    tomorrow?.()
    tomorrow = undefined
    if (needs.keepDays() === 0) return
    tomorrow = world.clock.at(world.clock.now() + dayMs, look)
    later(async () => {
      await forget({ to: oldest() })
    })
  }
  look()

  const who = (text: string | undefined): Promise<Who | undefined> => whoIs(text, needs)
  const search = async (params: Looked): Promise<Page> => {
    await writing
    const { kinds, with: whom, text, from, to, missed, cursor, limit } = params
    const bounds = boundsOf(cursor)
    const people = await who(whom)
    const sought: Sought = {
      ...(people ? { who: people } : {}),
      ...(text === undefined ? {} : { text: { words: text, people: needs.named(text) } }),
      ...(from === undefined ? {} : { from: Date.parse(from) }),
      ...(to === undefined ? {} : { to: Date.parse(to) }),
    }
    const wanted = missed === undefined ? kinds : kinds === undefined || kinds.includes('call') ? callsOnly : []
    const ofStore = wanted?.filter((kind): kind is KeptKind => kind !== 'message')
    const [records, said] = await Promise.all([
      ofStore?.length === 0
        ? []
        : store.search(
            { ...sought, ...(ofStore ? { kinds: ofStore } : {}), ...(missed === undefined ? {} : { missed }) },
            bounds.records,
            limit + 1,
          ),
      wanted === undefined || wanted.includes('message') ? messages.find(sought, bounds.messages, limit + 1) : [],
    ])
    return pageOf(records, said, limit)
  }

  return {
    state,
    add: (entry) =>
      put({ kind: 'call', id: `call:${entry.call}`, at: entry.startedAt, ...withPerson(entry), call: entry }),
    voicemail: (message) =>
      put({
        ...{ kind: 'voicemail', id: `voicemail:${message.id}`, at: message.at },
        ...withPerson(message.from),
        voicemail: message,
      }),
    conference: (entry) =>
      put({
        ...{ kind: 'conference', id: `conference:${entry.conference}`, at: entry.startedAt },
        ...withPerson({ person: entry.from }),
        conference: entry,
      }),
    said: (message, person) => {
      if (message.call) return
      state.publish({ type: 'recorded', record: recordOf({ message, ...withPerson({ person }) }) })
    },
    look,
    latest: async () => {
      await writing
      return (await store.list(undefined, latest)).entries
    },
    lastDialled: async () => {
      await writing
      const { entries } = await store.list(undefined, latest)
      return entries.find(({ direction }) => direction === 'outgoing')?.remote.number
    },
    close: async () => {
      tomorrow?.()
      await writing
      state.close()
    },
    handlers: {
      list: async ({ cursor, limit }) => {
        await writing
        return store.list(cursor, limit)
      },
      search,
      export: async ({ as, ...params }) => {
        const { records, next } = await search(params)
        const content = as === 'csv' ? csvOf(records, params.cursor === undefined) : jsonOf(records)
        return { content, ...(next === undefined ? {} : { next }) }
      },
      forget: async ({ ids, with: whom, before }) => {
        await writing
        if (ids === undefined && whom === undefined && before === undefined) return { forgotten: 0 }
        const people = await who(whom)
        const forgotten = await forget({
          ...(ids ? { ids } : {}),
          ...(people ? { who: people } : {}),
          ...(before === undefined ? {} : { to: Date.parse(before) }),
        })
        return { forgotten }
      },
    },
  }
}

type Looked = Parameters<HistoryService['handlers']['search']>[0]

function withPerson({ person }: { readonly person?: string | undefined }): { readonly person?: string } {
  return person === undefined ? {} : { person }
}

/** Without what of the record they are: messages, and calls as they stand in conversations. */
function idsIn(ids: readonly string[]): string[] {
  return ids.map((id) => id.slice(id.indexOf(':') + 1))
}

const callsOnly: readonly HistoryRecord['kind'][] = ['call']
const dayMs = 24 * 60 * 60 * 1000
/** So far back it is looked for what was dialled last. */
const latest = 200
