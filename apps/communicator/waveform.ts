// How loud a sound is from its beginning to its end, as bars to be drawn.

/** The loudest of each part, 0 to 1; the loudest of all is 1, and silence stays silence. */
export function barsOf(samples: Float32Array, count: number): number[] {
  const bars = Array.from({ length: count }, (_, bar) => {
    const [from, to] = [bar, bar + 1].map((each) => Math.floor((each * samples.length) / count)) as [number, number]
    let loudest = 0
    for (let at = from; at < to; at++) loudest = Math.max(loudest, Math.abs(samples[at] as number))
    return loudest
  })
  const most = Math.max(...bars)
  return most < least ? bars.map(() => 0) : bars.map((bar) => bar / most)
}

/** Each bar a stroke about the middle of a box that is `bars` wide and 2 high: a silent one is a dot. */
export function pathOf(bars: readonly number[]): string {
  return bars
    .map((bar, at) => {
      const half = Math.max(bar, 0.04).toFixed(2)
      return `M${at + 0.2} ${(1 - Number(half)).toFixed(2)}h.6v${(2 * Number(half)).toFixed(2)}h-.6z`
    })
    .join('')
}

/** Below this a sound is nothing but the noise of its codec. */
const least = 0.002
