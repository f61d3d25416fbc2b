// The directory: who is found while somebody types, who has a number, whose address that is. Each source is asked by itself.
import {
  type ChangeOf,
  type DirectoryEntry,
  type DirectorySource,
  ParleyError,
  type Photo,
  type services,
  type Settings,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import { photoIn } from '../../runtime/photo.ts'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { type Answers, askAll } from './asking.ts'
import { canBeShown, readId, shown } from './entries.ts'
import { known as newKnown } from './known.ts'
import { merged } from './merging.ts'
import { countries, formsOf, type NumberRules, readMasks, sameness } from './numbers.ts'
import type { DirectoryPort, Listed, SourceState } from './port.ts'
import { ranked, type Standing } from './ranking.ts'

type Service = (typeof services)['directory']

export interface Found {
  readonly entries: DirectoryEntry[]
  readonly missing: Answers<never>['missing'][number][]
}

export interface DirectoryService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  /** How a source stands now; undefined: it is none any more. What was known of numbers is asked anew. */
  told(source: DirectoryPort['kind'], state: SourceState | undefined): void
  /** Who has that number; undefined, too, where no source can be asked. */
  known(number: string): Promise<DirectoryEntry | undefined>
  /** Whose address for chat, or for mail, that is. */
  at(address: string): Promise<DirectoryEntry | undefined>
  /** The picture of an entry that has one. */
  photo(id: string): Promise<Photo | undefined>
  /** An application has left: nobody waits for what it searched. */
  released(application: string): void
  close(): void
}

export type DirectorySettings = Pick<
  Settings,
  | 'directory.timeoutS'
  | 'directory.leastCharacters'
  | 'directory.pauseMs'
  | 'directory.cacheS'
  | 'directory.phoneNumberMasks'
  | 'directory.country'
>

export interface DirectoryNeeds {
  /** Best first. */
  readonly sources: () => readonly DirectoryPort[]
  readonly settings: () => DirectorySettings
  /** What the directory look-up rules make of a number. */
  readonly toLookUp: (number: string) => string
  /** What they are to the person. */
  readonly standing: (entry: DirectoryEntry) => Standing
}

export function directory(world: World, epoch: string, needs: DirectoryNeeds): DirectoryService {
  const { sources, settings } = needs
  const standings = new Map<DirectoryPort['kind'], SourceState>()
  const searching = new Map<string, { readonly application: string; readonly end: AbortController }>()
  const numbers = newKnown(world)
  const closed = new AbortController()
  const sourceOf = (source: DirectoryPort['kind'], state: SourceState): DirectorySource => ({ source, ...state })
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({
    sources: [...standings].map(([source, each]) => sourceOf(source, each)),
  }))
  const rules = (): NumberRules => ({
    country: settings()['directory.country'],
    masks: readMasks(settings()['directory.phoneNumberMasks']),
  })
  const timeoutMs = (): number => settings()['directory.timeoutS'] * 1000
  const some = (): readonly DirectoryPort[] => {
    const all = sources()
    if (all.length === 0) throw new ParleyError('directory-unavailable', 'no setting names a directory')
    return all
  }
  /** What a source says is shown by its country’s ways of writing numbers. */
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    const [it] = await Promise.all([answer, countries()])
    return it
  }
  const shownOf = (source: DirectoryPort, listed: readonly Listed[]): DirectoryEntry[] =>
    listed.filter(canBeShown).map((each) => shown(source.kind, each, rules()))
  /** Nobody answered: why the first did not. */
  const unless = (missing: Found['missing'], asked: number): void => {
    const [first] = missing
    if (asked === 0 || missing.length < asked) return
    throw new ParleyError('directory-unavailable', first?.error?.detail ?? first?.error?.code, first?.error?.peer)
  }

  const search = async (
    { text, box, limit }: { text: string; box: string; limit: number },
    caller: Caller,
    signal: AbortSignal,
  ): Promise<Found> => {
    const all = some()
    if (text.trim().length < settings()['directory.leastCharacters']) return { entries: [], missing: [] }
    const asked = [...all.filter(({ isHere }) => isHere), ...all.filter(({ isHere }) => !isHere)]
    const found = ({ found: each, missing }: Answers<DirectoryEntry[]>): Found => {
      // In the order in which they are best, whenever they answered.
      const bySource = all.map((source) => each[asked.indexOf(source)] ?? [])
      return { entries: ranked(merged(bySource), text, needs.standing).slice(0, limit), missing: [...missing] }
    }
    const pause = pausing(world, settings()['directory.pauseMs'], signal)
    const answers = await askAll<DirectoryEntry[]>(
      world,
      asked,
      async (source, until) => {
        if (!source.isHere) await pause
        until.throwIfAborted()
        return shownOf(source, await answered(source.search({ text, limit }, until)))
      },
      {
        timeoutMs: timeoutMs() + settings()['directory.pauseMs'],
        signal,
        told: (so) => {
          if (!signal.aborted)
            state.publish({ type: 'found', application: caller.application, box, text, ...found(so) })
        },
      },
    )
    unless([...answers.missing], asked.length)
    return found(answers)
  }
  const lookUp = (number: string): Promise<DirectoryEntry | undefined> => {
    const all = some()
    return numbers.of(number.replaceAll(/[\s().-]/g, ''), settings()['directory.cacheS'] * 1000, async () => {
      await countries()
      const forms = formsOf(number, needs.toLookUp(number), rules())
      const { found, missing } = await askAll(
        world,
        all,
        async (source, signal) => (await source.byNumber(forms, signal)).filter(canBeShown),
        { timeoutMs: timeoutMs(), signal: closed.signal },
      )
      unless([...missing], all.length)
      const entries = all.map((source, n) =>
        best(found[n] ?? [], forms, rules().country).flatMap((each) => shownOf(source, [each])),
      )
      return { entry: merged(entries)[0], isSure: missing.length === 0 }
    })
  }
  const one = <T>(
    id: string,
    ask: (source: DirectoryPort, id: string, signal: AbortSignal) => Promise<T | undefined>,
  ) => {
    const read = readId(id)
    const source = some().find(({ kind }) => kind === read?.source)
    if (!read || !source) throw new ParleyError('directory-entry-unknown', id.slice(0, 100))
    return askAll(world, [source], (each, signal) => answered(ask(each, read.id, signal)), {
      timeoutMs: timeoutMs(),
      signal: closed.signal,
    }).then(({ found: [found], missing }) => {
      unless([...missing], 1)
      return { source, found }
    })
  }
  const photoOf = async (id: string): Promise<Photo | undefined> => {
    const { found } = await one(id, (from, its, signal) => from.photo(its, signal))
    // What it is said to be is nothing: browsers look, too.
    return found && photoIn(found.content)
  }
  return {
    state,
    photo: photoOf,
    told: (source, next) => {
      const before = standings.get(source)
      if (next) standings.set(source, next)
      else standings.delete(source)
      numbers.clear()
      if (next && JSON.stringify(before) !== JSON.stringify(next))
        state.publish({ type: 'source', source: sourceOf(source, next) })
    },
    known: async (number) => {
      try {
        return sources().length === 0 ? undefined : await lookUp(number)
      } catch (thrown) {
        // A call is shown without a name then; a mistake of ours is none of these.
        if (!(thrown instanceof ParleyError)) throw thrown
        return undefined
      }
    },
    at: async (address) => {
      const all = sources()
      if (all.length === 0) return undefined
      const { found } = await askAll(world, all, (source, signal) => answered(source.byAddress(address, signal)), {
        timeoutMs: timeoutMs(),
        signal: closed.signal,
      })
      return merged(all.map((source, n) => shownOf(source, found[n] === undefined ? [] : [found[n]])))[0]
    },
    released: (application) => {
      for (const each of searching.values()) if (each.application === application) each.end.abort()
    },
    close: () => {
      closed.abort()
      for (const { end } of searching.values()) end.abort()
      numbers.clear()
      state.close()
    },
    handlers: {
      search: async (asked, caller) => {
        const key = `${caller.application}\n${asked.box}`
        searching.get(key)?.end.abort()
        const mine = { application: caller.application, end: new AbortController() }
        searching.set(key, mine)
        try {
          return await search(asked, caller, AbortSignal.any([mine.end.signal, caller.signal]))
        } finally {
          if (searching.get(key) === mine) searching.delete(key)
        }
      },
      lookUp: async ({ number }) => {
        const entry = await lookUp(number)
        return entry ? { entry } : {}
      },
      entry: async ({ id }) => {
        const { source, found } = await one(id, (from, its, signal) => from.entry(its, signal))
        const [entry] = found ? shownOf(source, [found]) : []
        if (!entry) throw new ParleyError('directory-entry-unknown', id.slice(0, 100))
        return { entry }
      },
      photo: async ({ id }) => {
        const photo = await photoOf(id)
        if (photo) return { photo }
        const { found } = await one(id, (from, its, signal) => from.entry(its, signal))
        throw new ParleyError(found ? 'directory-no-photo' : 'directory-entry-unknown', id.slice(0, 100))
      },
    },
  }
}

/** Those of one source who have the number, by how sure that is: a source may answer with more than was asked. */
function best(listed: readonly Listed[], forms: readonly string[], country: string | undefined): Listed[] {
  return listed
    .map((each) => ({
      each,
      sure: Math.max(0, ...each.numbers.map(({ number }) => sameness(number, forms, country))),
    }))
    .filter(({ sure }) => sure > 0)
    .toSorted((a, b) => b.sure - a.sure)
    .map(({ each }) => each)
}

/** Resolves when typing has paused, or nobody waits any more. */
function pausing(world: World, ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = world.clock.at(world.clock.now() + ms, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      resolve()
    })
  })
}
