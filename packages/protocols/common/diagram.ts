// A machine's table as a Mermaid state diagram, for the docs.

/** `Cell` is [next state, …actions]. */
type Machine = Readonly<Record<string, Readonly<Record<string, readonly [next: string, ...actions: string[]]>>>>

/** `first` are the states that it may begin in; `last` is the one in which nothing is left of it. */
export function diagram(machine: object, first: readonly string[], last: string): string {
  const name = (state: string): string => (state === last ? '[*]' : state.replaceAll('-', '_'))
  const lines = ['stateDiagram-v2', ...first.map((state) => `  [*] --> ${name(state)}`)]
  for (const [state, row] of Object.entries(machine as Machine)) {
    for (const [signal, [next, ...actions]] of Object.entries(row)) {
      const label = actions.length === 0 ? signal : `${signal} / ${actions.join(', ')}`
      if (state !== last) lines.push(`  ${name(state)} --> ${name(next)}: ${label}`)
    }
  }
  return lines.join('\n')
}
