// A hundred thousand address cards in a file: how long until they are read, and until something is found among them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '../packages/contract/index.ts'
import { vcardDirectory } from '../packages/core/adapters/directory-vcard/index.ts'
import { directory } from '../packages/core/services/directory/index.ts'
import { realClock, realDice } from '../packages/net/index.ts'

export interface Directories {
  readonly readMs: number
  /** The longest that nothing else could be done meanwhile. */
  readonly longestBlockMs: number
  /** A search as somebody types, until its answer: the median and the slowest of all that were tried. */
  readonly searchMs: number
  readonly slowestSearchMs: number
  /** Who has a number, asked for the first time. */
  readonly lookUpMs: number
}

export async function directories(count: number): Promise<Directories> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const file = join(folder, 'cards.vcf')
  await writeFile(file, Array.from({ length: count }, (_, n) => cardOf(n)).join(''))
  const settings = readSettings({ 'directory.vcard.files': [file], 'directory.leastCharacters': 1 })
  const ready = Promise.withResolvers<void>()
  const world = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }
  const port = vcardDirectory({
    world,
    settings: () => settings,
    tell: ({ is }) => is === 'ready' && ready.resolve(),
  })
  const service = directory(world, 'bench', {
    sources: () => [port],
    settings: () => settings,
    toLookUp: (number) => number,
    standing: () => undefined,
  })
  const begun = performance.now()
  let [last, longest, isReading] = [begun, 0, true]
  const breathing = (): void => {
    if (!isReading) return
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    setImmediate(breathing)
  }
  setImmediate(breathing)
  port.start()
  await ready.promise
  const readMs = performance.now() - begun
  isReading = false
  const caller = {
    application: 'a',
    name: 'a',
    role: 'observe',
    mayNamePaths: false,
    signal: new AbortController().signal,
  } as const
  const typed = ['g', 'gi', 'given1', 'family9999', '@example', 'xyzzy', 'given42 family1', '5550', 'ample', 'zz']
  const searches: number[] = []
  for (let n = 0; n < 10; n++)
    for (const text of typed)
      searches.push(await took(async () => void (await service.handlers.search({ text, box: '', limit: 25 }, caller))))
  const lookUps: number[] = []
  for (let n = 0; n < 1000; n++)
    lookUps.push(await took(async () => void (await service.handlers.lookUp({ number: numberOf(n * 97) }, caller))))
  await port.stop()
  service.close()
  await rm(folder, { recursive: true })
  return {
    readMs: Math.round(readMs),
    longestBlockMs: rounded(longest),
    searchMs: rounded(median(searches)),
    slowestSearchMs: rounded(Math.max(...searches)),
    lookUpMs: rounded(median(lookUps)),
  }
}

const numberOf = (n: number): string => `+1303${String(n).padStart(7, '0')}`

function cardOf(n: number): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:u${n}`,
    `N:Family${n};Given${n % 977};;;`,
    `FN:Given${n % 977} Family${n}`,
    'ORG:Example;Sales',
    'TITLE:Engineer',
    `TEL;TYPE=WORK,VOICE:${numberOf(n)}`,
    `EMAIL;TYPE=INTERNET:given${n}@example.com`,
    'END:VCARD',
    '',
  ].join('\r\n')
}

async function took(act: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
