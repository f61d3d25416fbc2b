// A pattern of keys: the DRegex of RFC 4730 §5.
export interface KeyRun {
  /** Which keys, each one character of 0–9, *, #, A–D. */
  readonly keys: string
  readonly least: number
  /** Infinity where any number may follow. */
  readonly most: number
}

/** no: these digits can never match. part: more are needed. full: nothing may follow. open: it matches, and more may follow. */
export type Match = 'no' | 'part' | 'full' | 'open'

/** Undefined where it is no pattern, or one of over 64 runs. Long presses (L) are not told apart from others here. */
export function readPattern(text: string): readonly KeyRun[] | undefined {
  const runs: KeyRun[] = []
  let rest = text.replace(/\s+/g, '')
  if (rest === '' || rest.length > mostCharacters) return undefined
  while (rest !== '') {
    const [whole, atom = '', repeat] = atomPattern.exec(rest) ?? []
    const keys = whole === undefined ? undefined : keysOf(atom)
    if (whole === undefined || keys === undefined || keys === '') return undefined
    const times = repeatOf(repeat)
    if (times === undefined) return undefined
    runs.push({ keys, ...times })
    rest = rest.slice(whole.length)
  }
  return runs.length <= mostRuns ? runs : undefined
}

export function matchOf(runs: readonly KeyRun[], digits: string): Match {
  // Every place where the digits so far may stand: the run, and how many of it were taken.
  let places = onward([{ run: 0, taken: 0 }], runs)
  for (const digit of digits) {
    const next: Place[] = []
    for (const { run, taken } of places) {
      const at = runs[run]
      if (at && taken < at.most && at.keys.includes(digit)) next.push({ run, taken: Math.min(taken + 1, mostTimes) })
    }
    places = onward(next, runs)
    if (places.length === 0) return 'no'
  }
  const done = places.some(({ run }) => run === runs.length)
  const grows = places.some(({ run, taken }) => taken < (runs[run]?.most ?? 0))
  if (!done) return 'part'
  return grows ? 'open' : 'full'
}

interface Place {
  readonly run: number
  readonly taken: number
}

/** With the runs that may be passed over: those of which enough were taken. */
function onward(places: readonly Place[], runs: readonly KeyRun[]): Place[] {
  const all = new Map<number, Place>()
  const add = (place: Place): void => {
    const key = place.run * (mostTimes + 1) + place.taken
    if (all.has(key)) return
    all.set(key, place)
    const at = runs[place.run]
    if (at && place.taken >= at.least) add({ run: place.run + 1, taken: 0 })
  }
  for (const place of places) add(place)
  return [...all.values()]
}

function keysOf(atom: string): string | undefined {
  if (atom === 'x' || atom === 'X') return digitKeys
  if (!atom.startsWith('[')) return atom.toUpperCase()
  const except = atom[1] === '^'
  const named = atom.slice(except ? 2 : 1, -1).replace(/x/gi, digitKeys)
  let keys = ''
  for (let at = 0; at < named.length; at++) {
    const from = order.indexOf((named[at] as string).toUpperCase())
    const isRange = named[at + 1] === '-' && at + 2 < named.length
    const to = isRange ? order.indexOf((named[at + 2] as string).toUpperCase()) : from
    if (from < 0 || to < from) return undefined
    keys += order.slice(from, to + 1)
    if (isRange) at += 2
  }
  return except
    ? Array.from(order)
        .filter((key) => !keys.includes(key))
        .join('')
    : keys
}

function repeatOf(repeat: string | undefined): { readonly least: number; readonly most: number } | undefined {
  if (repeat === undefined) return { least: 1, most: 1 }
  if (repeat === '.') return { least: 0, most: Infinity }
  const [least = '', most] = repeat.slice(1, -1).split(',')
  const from = least === '' ? 0 : Number(least)
  const to = most === undefined ? from : most === '' ? Infinity : Number(most)
  if (from > mostTimes || (to !== Infinity && to > mostTimes) || to < from || to === 0) return undefined
  return { least: from, most: to }
}

const order = '0123456789*#ABCD'
const digitKeys = '0123456789'
const atomPattern = /^(\[\^?[^\]]+\]|[0-9xX*#A-Da-d])(\.|\{\d*,\d*\}|\{\d+\})?/
const mostCharacters = 512
const mostRuns = 64
const mostTimes = 99
