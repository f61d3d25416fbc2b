// Signals that ask a command to end. They may come more than once: from the terminal to the whole group, and again from
// whatever started this process. Each is taken, and the first counts.

export interface Leaving {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** From now on a signal ends the process as it usually does. */
  forget(): void
}

export function untilSignal(): Leaving {
  const leaving = new AbortController()
  const leave = (): void => leaving.abort()
  for (const name of names) process.on(name, leave)
  return {
    signal: leaving.signal,
    forget: () => {
      for (const name of names) process.off(name, leave)
    },
  }
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
