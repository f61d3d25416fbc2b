// Which precedence may be chosen for a call, from the settings: the levels of each namespace (RFC 4412 §10), lowest first.

export interface Choice {
  readonly namespace: string
  /** As it is dialled, dsn.flash, and as the level alone. */
  readonly levels: readonly { readonly value: string; readonly level: string }[]
}

/** The lowest level is left out: it is a call like any other. */
export function choicesOf(namespaces: unknown, highest: unknown): readonly Choice[] {
  if (!Array.isArray(namespaces)) return []
  const [only, most] = typeof highest === 'string' ? (highest.toLowerCase().split('.') as [string, string?]) : []
  return namespaces.flatMap((entry): Choice[] => {
    const [namespace = '', own] = String(entry).toLowerCase().split(':')
    const known = own?.split(',') ?? registered[namespace]
    if (!known || (only !== undefined && only !== namespace)) return []
    const until = most === undefined ? known.length : known.indexOf(most) + 1
    const levels = known.slice(1, until).map((level) => ({ value: `${namespace}.${level}`, level }))
    return levels.length === 0 ? [] : [{ namespace, levels }]
  })
}

const military = ['routine', 'priority', 'immediate', 'flash', 'flash-override']
const counted = ['4', '3', '2', '1', '0']
const registered: Readonly<Record<string, readonly string[]>> = {
  dsn: military,
  drsn: [...military, 'flash-override-override'],
  q735: counted,
  ets: counted,
  wps: counted,
}
