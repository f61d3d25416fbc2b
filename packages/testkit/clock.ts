// A clock that stands until it is moved.
import type { Clock, Millis } from '@openparley/protocols/common'

export interface VirtualClock extends Clock {
  /** Lets time pass: whatever falls due happens at its own moment, in order. */
  pass(ms: Millis): void
  /** When the next alarm is due. */
  readonly next: Millis | undefined
  /** How many alarms are set. */
  readonly pending: number
}

export function virtualClock(): VirtualClock {
  let now: Millis = 0
  const alarms = new Set<{ readonly at: Millis; readonly wake: () => void }>()
  const soonest = (until: Millis): { readonly at: Millis; readonly wake: () => void } | undefined => {
    let first: { readonly at: Millis; readonly wake: () => void } | undefined
    for (const alarm of alarms) if (alarm.at <= until && (!first || alarm.at < first.at)) first = alarm
    return first
  }
  return {
    now: () => now,
    at: (at, wake) => {
      const alarm = { at, wake }
      alarms.add(alarm)
      return () => alarms.delete(alarm)
    },
    pass: (ms) => {
      const until = now + ms
      for (let due = soonest(until); due; due = soonest(until)) {
        alarms.delete(due)
        now = Math.max(now, due.at)
        due.wake()
      }
      now = until
    },
    get next() {
      return soonest(Infinity)?.at
    },
    get pending() {
      return alarms.size
    },
  }
}
