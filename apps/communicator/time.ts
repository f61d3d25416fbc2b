// Times as people read them, and the second that running timers share.
import { type ReadonlySignal, signal } from '@preact/signals'

/** 0:07, 12:34, 1:02:03 */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** The time of day, in the person's own way of writing it. */
export function timeOfDay(at: string): string {
  return times.format(new Date(at))
}

export function dayOf(at: string): string {
  return days.format(new Date(at))
}

/** How many midnights lie between; 0 for the same day. */
export function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000)
}

export interface Ticking {
  /** Wall time in milliseconds; another value each second. */
  readonly now: ReadonlySignal<number>
  stop(): void
}

export function ticking(): Ticking {
  const now = signal(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, 1000)
  return { now, stop: () => clearInterval(timer) }
}

/** Made once: making one takes longer than drawing a message. */
const times = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const days = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
