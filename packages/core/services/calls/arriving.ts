// What becomes of a call that comes in: it rings, is answered by itself, sent on, refused, or takes another's place.
import type { Call, ErrorCode, Precedence, Settings } from '@openparley/contract'
import type { PhoneCommand, PhoneEvent } from './port.ts'
import { accepted, heardPrecedence, type PrecedenceSettings, toPreempt } from './precedence.ts'

export type ArrivalSettings = PrecedenceSettings &
  Pick<
    Settings,
    | 'calls.max'
    | 'calls.waiting'
    | 'calls.busyTrigger'
    | 'calls.doNotDisturb'
    | 'calls.forward.at'
    | 'calls.forward.always'
    | 'calls.forward.busy'
    | 'calls.forward.noAnswer'
    | 'calls.forward.noAnswerMs'
    | 'calls.autoAnswer'
  >

export type Arrival =
  | {
      readonly is: 'ring'
      readonly precedence?: Precedence
      /** Which ends, so that this one can ring. */
      readonly preempted?: Call
      readonly answers: boolean
    }
  | { readonly is: 'sent-on'; readonly to: string }
  | { readonly is: 'unanswerable'; readonly code: ErrorCode }
  | { readonly is: 'refused'; readonly how: Omit<Extract<PhoneCommand, { type: 'decline' }>, 'type' | 'call'> }

/** What the phone itself sends on, and where to. */
export function forwardsHere<T extends Pick<Settings, 'calls.forward.at' | Forwards>>(
  settings: T,
): Pick<T, Forwards> | { readonly [name in Forwards]?: undefined } {
  return settings['calls.forward.at'] === 'phone' ? settings : {}
}

type Forwards = 'calls.forward.always' | 'calls.forward.busy' | 'calls.forward.noAnswer'

/** `up`: the calls that are not ended, on every line; how many there may be is said of each line. */
export function arrival(
  { priorities, autoAnswer, unanswerable }: Extract<PhoneEvent, { type: 'incoming' }>,
  { phone, up }: { readonly phone: string; readonly up: readonly Call[] },
  settings: ArrivalSettings,
): Arrival {
  const heard = heardPrecedence(priorities?.values ?? [], settings)
  if (heard === 'unknown' && priorities?.required === true)
    return { is: 'refused', how: { reason: 'precedence-unknown', accepts: accepted(settings) } }
  const precedence = heard === 'unknown' ? undefined : heard
  const { 'calls.forward.always': always, 'calls.forward.busy': whenBusy } = forwardsHere(settings)
  // What is more important than a routine call reaches the person, whatever they have set.
  const insists = precedence !== undefined && precedence.rank > 0
  const busy: Arrival =
    whenBusy === undefined ? { is: 'refused', how: { reason: 'busy' } } : { is: 'sent-on', to: whenBusy }
  if (always !== undefined && !insists) return { is: 'sent-on', to: always }
  if (settings['calls.doNotDisturb'] && !insists) return busy
  const answers =
    up.length === 0 &&
    (settings['calls.autoAnswer'] === 'always' || (settings['calls.autoAnswer'] === 'asked' && autoAnswer === true))
  const rings = { is: 'ring', answers, ...(precedence === undefined ? {} : { precedence }) } as const
  const most = Math.min(settings['calls.max'], settings['calls.busyTrigger'] ?? Infinity)
  const onLine = up.filter((call) => call.phone === phone)
  const isFree = onLine.length < most && (settings['calls.waiting'] || up.length === 0)
  if (unanswerable !== undefined) return isFree ? { is: 'unanswerable', code: unanswerable } : busy
  if (isFree) return rings
  const preempted = toPreempt(precedence, onLine, settings)
  return preempted ? { ...rings, preempted } : busy
}
