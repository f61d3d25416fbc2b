// The lab's directory: entries by their names, and where each stands.

export interface Entry {
  /** As it is told: uid=alice,ou=people,dc=lab,dc=example. */
  readonly dn: string
  /** By attribute names in their usual case. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

export type Given = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>

export class Tree {
  readonly #entries = new Map<string, Entry>()

  /** The same name again is the same entry. */
  put(dn: string, given: Given): void {
    const attributes = new Map<string, Buffer[]>()
    for (const [name, value] of Object.entries(given)) {
      const values = Array.isArray(value) ? (value as readonly (string | Uint8Array)[]) : [value as string | Uint8Array]
      attributes.set(
        name,
        values.map((each) => (typeof each === 'string' ? Buffer.from(each) : Buffer.from(each))),
      )
    }
    this.#entries.set(normal(dn), { dn, attributes })
  }

  remove(dn: string): void {
    this.#entries.delete(normal(dn))
  }

  at(dn: string): Entry | undefined {
    return this.#entries.get(normal(dn))
  }

  /** scope: 0 the entry itself, 1 those directly below, 2 it and all below. Undefined: there is no such base. */
  below(base: string, scope: number): Entry[] | undefined {
    const root = normal(base)
    if (root !== '' && !this.#entries.has(root)) return undefined
    const found: Entry[] = []
    for (const [name, entry] of this.#entries) {
      const above =
        name === root ? undefined : root === '' ? name : name.endsWith(`,${root}`) && name.slice(0, -root.length - 1)
      if (above === false) continue
      const depth = above === undefined ? 0 : partsOf(above)
      if (scope === 2 || depth === scope) found.push(entry)
    }
    return found
  }
}

/** How a name is told apart from others: case and spaces after commas are not (enough for the names here). */
function normal(dn: string): string {
  return dn
    .toLowerCase()
    .replace(/(?<!\\),\s+/g, ',')
    .trim()
}

function partsOf(dn: string): number {
  return dn.split(/(?<!\\),/).length
}

export function valuesOf({ attributes }: Entry, name: string): readonly Buffer[] {
  const lower = name.toLowerCase()
  for (const [key, values] of attributes) if (key.toLowerCase() === lower) return values
  return []
}

/** As its matching rule sees it: of texts case and doubled spaces, of numbers spaces and hyphens do not count (RFC 4517). */
export function plain(attribute: string, value: string): string {
  const folded = value.toLowerCase()
  return numbers.has(attribute.toLowerCase()) ? folded.replace(/[\s-]/g, '') : folded.replace(/\s+/g, ' ')
}

const numbers = new Set(['telephonenumber', 'mobile', 'homephone', 'othertelephone', 'pager'])
