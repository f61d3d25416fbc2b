// What an agent is shown: marked where it is somebody else's, without what cannot be seen, and never more than it can read.
/** Texts of the core are as they are; every other one stands in `{ fromOthers }`. `own`: the paths of the core's. */
export function shown(value: unknown, own: ReadonlySet<string>, leaves: readonly string[] = []): string {
  for (let most = mostElements; ; most = Math.floor(most / 2)) {
    const text = JSON.stringify(marked(value, '', { own, leaves, most })) ?? '{}'
    if (text.length <= mostCharacters || most === 0) return text.slice(0, mostCharacters)
  }
}

interface How {
  readonly own: ReadonlySet<string>
  readonly leaves: readonly string[]
  /** Elements of a list. */
  readonly most: number
}

function marked(value: unknown, path: string, how: How): unknown {
  if (typeof value === 'string') return how.own.has(path) ? value : { fromOthers: readable(value) }
  if (Array.isArray(value)) {
    const taken = value.slice(0, how.most).map((each) => marked(each, `${path}[]`, how))
    return value.length > how.most ? [...taken, { leftOut: value.length - how.most }] : taken
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !how.leaves.includes(name))
      .map(([name, each]) => [name, marked(each, path === '' ? name : `${path}.${name}`, how)]),
  )
}

/** Text that a person would see as an agent reads it: nothing hidden in tags, nothing turned round; of long text the beginning. */
export function readable(text: string, most: number = mostOfText): string {
  const seen = text.replaceAll(/[\p{Cc}\p{Cf}\u{E0000}-\u{E0FFF}]/gu, (sign) => (kept.has(sign) ? sign : '\uFFFD'))
  return seen.length <= most ? seen : `${seen.slice(0, most)} … (${seen.length - most} more)`
}

/** Line ends, tabs, and what joins the signs of an emoji or of a script. */
const kept = new Set(['\n', '\t', '\u200C', '\u200D'])
const mostElements = 50
const mostOfText = 4000
const mostCharacters = 60_000
