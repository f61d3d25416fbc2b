// A call at the phone, as it is followed here.
import type { Referring } from './referring.ts'

export interface DeskCall {
  readonly call: string
  /** As its dialog events name it; undefined while they have not told of it. */
  key: string | undefined
  is: (typeof order)[number]
  /** Where we had it made: to whom, and how it goes. */
  readonly made: { readonly target: string; readonly way: Referring; isOver: boolean } | undefined
  isEnding: boolean
  late: (() => void) | undefined
}

export function isBefore(one: DeskCall['is'], other: DeskCall['is']): boolean {
  return order.indexOf(one) < order.indexOf(other)
}

const order = ['asked', 'proceeding', 'alerting', 'connected'] as const
