// What an import takes back, and what it keeps of names that nobody here knows.
import type { Kept, Removed } from './port.ts'

/** The values of one's own that change where these are taken back; undefined: it has none any more. */
export function withoutRemoved(
  own: Readonly<Record<string, unknown>>,
  removed: readonly Removed[],
): Readonly<Record<string, unknown>> {
  const left: Record<string, unknown> = {}
  // From the back, so that places of a list stay what they are.
  const ordered = [...removed].sort((a, b) => placeOf(b) - placeOf(a))
  for (const { setting, at } of ordered) {
    if (!Object.hasOwn(own, setting)) continue
    const value = setting in left ? left[setting] : own[setting]
    left[setting] = at === undefined ? undefined : withoutPlace(value, at)
  }
  return left
}

function placeOf({ at }: Removed): number {
  return typeof at === 'number' ? at : -1
}

function withoutPlace(value: unknown, at: number | string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const rest = Object.entries(value).filter(([key]) => key !== String(at))
  if (rest.length === 0) return undefined
  return Array.isArray(value) ? rest.map(([, each]) => each) : Object.fromEntries(rest)
}

export function sameKept(a: Kept, b: Kept): boolean {
  const keyOf = ({ format, at, name }: Kept): string => [format, at, name].join('\n')
  return a.format === 'reg' ? keyOf(a).toLowerCase() === keyOf(b).toLowerCase() : keyOf(a) === keyOf(b)
}

export function isDropped(kept: Kept, { at, name }: { readonly at: string; readonly name?: string }): boolean {
  const [place, key] = [kept.at.toLowerCase(), at.toLowerCase()]
  if (name !== undefined) return place === key && kept.name.toLowerCase() === name.toLowerCase()
  return `${place}\\`.startsWith(`${key}\\`)
}
