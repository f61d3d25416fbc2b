// How what the core tells is said to a person: who it is, how a call or a phone stands, what a past call was.
import type { Call, CallEnd, CallsChange, HistoryEntry, Lamp, Party, Phone } from '@openparley/sdk/browser'
import { messages } from './messages.ts'

export type Forwarding = Extract<CallsChange, { type: 'forwarding' }>['forwarding']

/** How a person on the other side is called: a name where there is one. */
export function nameOf({ displayName, number, anonymous }: Party): string {
  if (anonymous) return messages.calls.anonymous
  return displayName !== undefined && displayName !== '' ? displayName : number
}

/** Who is on the other side of a call: a directory’s name for their number counts more than what they call themselves. */
export function callerOf({ remote, known }: Pick<Call, 'remote' | 'known'>): string {
  return known === undefined || remote.anonymous ? nameOf(remote) : known.name
}

/** The number beside the name, where it says more than the name. */
export function numberBeside(call: Pick<Call, 'remote' | 'known'>): string | undefined {
  const { remote } = call
  return remote.anonymous || callerOf(call) === remote.number ? undefined : remote.number
}

/** What a call's state is called. */
export function stateOf(call: Call): string {
  const { state, direction, held, muted, earlyMedia, awaits, transfer, remote } = call
  switch (state) {
    case 'dialling':
      return earlyMedia ? 'Dialling … You hear the other side' : 'Dialling …'
    case 'alerting':
      if (direction === 'incoming') return 'Calling you'
      return earlyMedia ? 'Ringing … You hear the other side' : 'Ringing …'
    case 'connected':
      if (awaits) return messages.transfer.awaits(nameOf(remote), nameOf(awaits))
      if (transfer) return messages.transfer.is[transfer.is](nameOf(remote), nameOf(transfer.to))
      return [heldWords[held], muted ? 'Muted' : ''].filter(Boolean).join(' · ') || 'Connected'
    case 'ended':
      return endOf(call.end)
  }
}

/** Why a call ended, short. */
function endOf(end: CallEnd | undefined): string {
  if (end?.transferredTo) return messages.transfer.ended(nameOf(end.transferredTo))
  return end?.error?.sentence ?? (end?.by === 'remote' ? 'The other side has ended the call.' : 'Call ended.')
}

const heldWords = {
  no: '',
  local: 'On hold',
  remote: 'Held by the other side',
  both: 'On hold on both sides',
} as const

/** Flash, Flash override; undefined where the call is like any other. */
export function precedenceOf({ precedence }: Pick<Call, 'precedence'>): string | undefined {
  if (precedence === undefined || precedence.rank === 0) return undefined
  return levelName(precedence.namespace, precedence.level)
}

/** Levels that are mere figures are said with their namespace. */
export function levelName(namespace: string, level: string): string {
  if (/^\d+$/.test(level)) return `${namespace.toUpperCase()} ${level}`
  const words = level.replaceAll('-', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** Whether the other side was busy or did not answer: then one may be told when they can be called. */
export function canBeAwaited({ direction, state, answeredAt, end }: Call): boolean {
  const code = end?.error?.code
  return (
    direction === 'outgoing' &&
    state === 'ended' &&
    answeredAt === undefined &&
    (code === 'call-busy' || code === 'call-unanswered' || code === 'call-unreachable')
  )
}

/** What became of telling the server to send calls on. */
export function forwardingText({ to, error }: Forwarding): string {
  const { is } = messages.forward
  if (error) return is.refused(error.sentence)
  return to === undefined ? is.off : is.on(to)
}

export function lampText({ is, remote }: Lamp): string {
  const { states, busyWith, ringingFrom } = messages.lines
  if (remote && is === 'busy') return busyWith(nameOf(remote))
  return remote && is === 'ringing' ? ringingFrom(nameOf(remote)) : states[is]
}

/** What a past call was. */
export type Past = 'outgoing' | 'incoming' | 'missed' | 'declined' | 'sentOn' | 'elsewhere' | 'failed'

export function pastOf({ direction, answeredAt, end, missed }: HistoryEntry): Past {
  if (answeredAt !== undefined) return direction
  if (direction === 'outgoing') return end.by === 'local' && !end.error ? 'outgoing' : 'failed'
  if (end.error?.code === 'call-taken-elsewhere') return 'elsewhere'
  if (end.transferredTo) return 'sentOn'
  return (missed ?? end.by !== 'local') ? 'missed' : 'declined'
}

export const pastWords: Readonly<Record<Past, string>> = {
  outgoing: 'Outgoing',
  incoming: 'Incoming',
  missed: 'Missed',
  declined: 'Declined',
  sentOn: 'Sent on',
  elsewhere: 'Answered elsewhere',
  failed: 'Not reached',
}

/** How a phone is, in a word or two. */
export const phoneWords: Readonly<Record<Phone['state']['is'], string>> = {
  off: 'Phone is off',
  connecting: 'Connecting …',
  ready: 'Ready',
  waiting: 'Trying again …',
  failed: 'Phone does not work',
}
