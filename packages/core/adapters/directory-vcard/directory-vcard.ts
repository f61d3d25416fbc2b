// Files of address cards as a directory: read a little at a time, held here, and read again when they have changed.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { errorValue, type ErrorValue, ParleyError, type Settings } from '@openparley/contract'
import { type VcardRead, VcardReader } from '@openparley/protocols/vcard'
import { cardOf, type HeldCard, type HeldCards, heldCards } from '../../links/cards/index.ts'
import { photoIn } from '../../runtime/photo.ts'
import type { World } from '../../runtime/world.ts'
import type { DirectoryPort, Listed, TellSource } from '../../services/directory/port.ts'

export interface VcardDirectoryOptions {
  readonly world: World
  readonly settings: () => Pick<Settings, 'directory.vcard.files'>
  readonly tell: TellSource
}

interface File {
  /** What it was when it was read: its time, size and place on the disk. */
  mark: string | undefined
  cards: HeldCards
  unreadable: number
  error: ErrorValue | undefined
}

export function vcardDirectory({ world, settings, tell }: VcardDirectoryOptions): DirectoryPort {
  const files = new Map<string, File>()
  let running: AbortController | undefined
  let round: Promise<void> = Promise.resolve()
  let known: Promise<void> = round
  let cancel: (() => void) | undefined

  const show = (): void => {
    const all = [...files.values()]
    const unreadable = all.reduce((sum, each) => sum + each.unreadable, 0)
    const error =
      all.find((each) => each.error)?.error ??
      (unreadable > 0 ? errorValue('directory-cards-unreadable', `cards: ${unreadable}`) : undefined)
    const isThere = all.some((each) => each.error === undefined)
    tell({
      is: isThere ? 'ready' : 'failed',
      entries: all.reduce((sum, { cards }) => sum + cards.count, 0),
      ...(error ? { error } : {}),
    })
  }
  /** Whether the file is not what it was. */
  const look = async (path: string, file: File, signal: AbortSignal): Promise<boolean> => {
    try {
      const { mtimeMs, size, ino } = await stat(path)
      const mark = `${mtimeMs} ${size} ${ino}`
      if (mark === file.mark) return false
      file.mark = mark
      if (size > mostBytes) throw new Error('more than 50 MB')
      // What was known stays until all of the new one is.
      const read = await readCards(path, signal)
      Object.assign(file, read, { error: undefined })
      return true
    } catch (thrown) {
      const error = errorValue('directory-file-unreadable', `${path}: ${whyOf(thrown)}`)
      const isNew = JSON.stringify(file.error) !== JSON.stringify(error)
      file.error = error
      return isNew
    }
  }
  const begin = async (mine: AbortController): Promise<void> => {
    let isChanged = false
    for (const [path, file] of files) {
      isChanged = (await look(path, file, mine.signal)) || isChanged
      if (mine.signal.aborted) return
    }
    if (isChanged) show()
    cancel = world.clock.at(world.clock.now() + everyMs, () => {
      round = begin(mine)
    })
  }
  const all = <T>(find: (cards: HeldCards) => T): T[] => [...files.values()].map(({ cards }) => find(cards))
  const first = (find: (cards: HeldCards) => HeldCard | undefined): HeldCard | undefined =>
    all(find).find((each) => each !== undefined)
  /** That nothing has been read yet is no answer. */
  const read = async (): Promise<void> => {
    if (!running) throw new ParleyError('directory-unavailable', 'no file of address cards')
    await known
  }
  return {
    kind: 'vcard',
    isHere: true,
    start: () => {
      if (running) return
      running = new AbortController()
      for (const path of settings()['directory.vcard.files'] ?? [])
        files.set(path, { mark: undefined, cards: heldCards(), unreadable: 0, error: undefined })
      tell({ is: 'starting' })
      known = round = begin(running)
    },
    stop: async () => {
      running?.abort()
      running = undefined
      cancel?.()
      await round
      files.clear()
    },
    search: async ({ text, limit }) => {
      await read()
      return all((cards) => cards.search(text, limit))
        .flat()
        .map(shown)
        .slice(0, limit)
    },
    byNumber: async (forms) => {
      await read()
      return all((cards) => cards.byNumber(forms))
        .flat()
        .map(shown)
    },
    byAddress: async (address) => {
      await read()
      return optional(first((cards) => cards.byAddress(address)))
    },
    entry: async (id) => {
      await read()
      return optional(first((cards) => cards.at(id)))
    },
    photo: async (id) => {
      await read()
      const base64 = first((cards) => cards.at(id))?.photo
      return base64 === undefined ? undefined : photoIn(base64)
    },
  }
}

async function readCards(path: string, signal: AbortSignal): Promise<Pick<File, 'cards' | 'unreadable'>> {
  const cards = heldCards()
  const reader = new VcardReader()
  let unreadable = 0
  let bytes = 0
  const take = (found: readonly VcardRead[]): void => {
    for (const each of found) if (each === 'unreadable' || !cards.put(cardOf(each, undefined))) unreadable++
  }
  // So small that what else the process does is not kept waiting.
  for await (const chunk of createReadStream(path, { highWaterMark: breath, signal }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // It has grown meanwhile, or never ends.
    if (bytes > mostBytes) throw new Error('more than 50 MB')
    take(reader.push(chunk))
    await turn()
  }
  take(reader.end())
  if (cards.count === 0 && unreadable === 0 && bytes > 0) throw new Error('no address card is in it')
  return { cards, unreadable }
}

function shown({ photo: _, ...card }: HeldCard): Listed {
  return card
}

function optional(card: HeldCard | undefined): Listed | undefined {
  return card && shown(card)
}

function whyOf(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException
  return code ?? message
}

const mostBytes = 50_000_000
const breath = 16_384
/** How often it is looked whether a file is another. */
const everyMs = 5000
