// How long nobody has touched keyboard or pointer, told to the core: once a minute, and at once when somebody is back.

/** Watches until the returned function is called. */
export function watchIdle(tell: (idleMs: number) => void, target: EventTarget = document): () => void {
  // By the wall: a machine that slept was touched by nobody.
  let touchedAt = Date.now()
  let isAway = false
  const touched = (): void => {
    touchedAt = Date.now()
    if (!isAway) return
    isAway = false
    tell(0)
  }
  const look = (): void => {
    const idleMs = Math.max(0, Date.now() - touchedAt)
    // Whoever is here is told of as here: another application may have told otherwise.
    isAway = idleMs >= everyMs
    tell(isAway ? idleMs : 0)
  }
  for (const type of touches) target.addEventListener(type, touched, { passive: true, capture: true })
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    for (const type of touches) target.removeEventListener(type, touched, { capture: true })
  }
}

const everyMs = 60_000
const touches = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const
