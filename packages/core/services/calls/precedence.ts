// Which call is more important than which: the namespaces of RFC 4412 §10, and what a more important call does to others.
import { type Call, ParleyError, type Precedence, type Settings } from '@openparley/contract'

export type PrecedenceSettings = Pick<
  Settings,
  'calls.precedence.namespaces' | 'calls.precedence.highest' | 'calls.precedence.require' | 'calls.precedence.preempt'
>

interface Namespace {
  /** Lowest first. */
  readonly levels: readonly string[]
  /** Whether a higher call takes the place of a lower one; else it only waits in front of it. */
  readonly preempts: boolean
}

const military = ['routine', 'priority', 'immediate', 'flash', 'flash-override']
const counted = ['4', '3', '2', '1', '0']

/** RFC 4412 §10, registered with IANA. */
const registered: Readonly<Record<string, Namespace>> = {
  dsn: { levels: military, preempts: true },
  drsn: { levels: [...military, 'flash-override-override'], preempts: true },
  q735: { levels: counted, preempts: true },
  ets: { levels: counted, preempts: false },
  wps: { levels: counted, preempts: false },
}

/** A setting's entry is a registered name, or `name:lowest,…,highest` of one's own, which preempts. */
function namespaces(settings: PrecedenceSettings): Map<string, Namespace> {
  const known = settings['calls.precedence.namespaces'].flatMap((entry): [string, Namespace][] => {
    const [name, levels] = entry.toLowerCase().split(':') as [string, string?]
    const namespace = levels === undefined ? registered[name] : { levels: levels.split(','), preempts: true }
    return namespace ? [[name, namespace]] : []
  })
  return new Map(known)
}

/** The one that is meant by `flash` or `dsn.flash`; undefined where there is none. Case does not count (§3.1). */
export function readPrecedence(text: string, settings: PrecedenceSettings): Precedence | undefined {
  const [first, second] = text.toLowerCase().split('.') as [string, string?]
  for (const [namespace, { levels }] of namespaces(settings)) {
    if (second !== undefined && first !== namespace) continue
    const rank = levels.indexOf(second ?? first)
    if (rank >= 0) return { namespace, level: levels[rank] as string, rank }
  }
  return undefined
}

/** What may be dialled. Throws `precedence-invalid`. */
export function dialPrecedence(text: string | undefined, settings: PrecedenceSettings): Precedence | undefined {
  if (text === undefined) return undefined
  const wanted = readPrecedence(text, settings)
  if (!wanted) throw new ParleyError('precedence-invalid', text)
  const highest = readPrecedence(settings['calls.precedence.highest'] ?? text, settings)
  if (!highest || highest.namespace !== wanted.namespace || wanted.rank > highest.rank)
    throw new ParleyError('precedence-invalid', `not above ${settings['calls.precedence.highest']}`)
  return wanted
}

/** The first value of a request that is known here (§4.2); `unknown` where there are some, and none is. */
export function heardPrecedence(
  values: readonly string[],
  settings: PrecedenceSettings,
): Precedence | 'unknown' | undefined {
  if (values.length === 0 || settings['calls.precedence.namespaces'].length === 0) return undefined
  for (const value of values) {
    const known = value.includes('.') ? readPrecedence(value, settings) : undefined
    if (known) return known
  }
  return 'unknown'
}

/** All values that are taken, as Accept-Resource-Priority lists them (§3.2). */
export function accepted(settings: PrecedenceSettings): string[] {
  return [...namespaces(settings)].flatMap(([name, { levels }]) => levels.map((level) => `${name}.${level}`))
}

/** The least important of the calls, where the new one is more important than it and may take its place. */
export function toPreempt(
  incoming: Precedence | undefined,
  up: readonly Call[],
  settings: PrecedenceSettings,
): Call | undefined {
  if (!incoming || !settings['calls.precedence.preempt']) return undefined
  if (!namespaces(settings).get(incoming.namespace)?.preempts) return undefined
  const rankOf = ({ precedence }: Call): number =>
    precedence === undefined ? 0 : precedence.namespace === incoming.namespace ? precedence.rank : Infinity
  // Of several the youngest: the older one has been going on for longer.
  const least = up.toReversed().reduce<Call | undefined>((a, b) => (a && rankOf(a) <= rankOf(b) ? a : b), undefined)
  return least && rankOf(least) < incoming.rank ? least : undefined
}
