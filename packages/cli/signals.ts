// Signals that ask a command to end. One may come twice: from the terminal to the whole group, and again from the launcher.

/** Aborted by the first signal. One that comes well after it ends the process at once. */
export function untilSignal(): AbortSignal {
  const leaving = new AbortController()
  let first = 0
  // Until the process has ended, or the second of a pair would end it in the middle of a clean end.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (!leaving.signal.aborted) first = performance.now()
      else if (performance.now() - first > impatientMs) process.exit(1)
      leaving.abort()
    })
  }
  return leaving.signal
}

const impatientMs = 2000
