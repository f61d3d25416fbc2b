// What changed in a call, as a sentence for a screen reader.
import type { Call } from '@openparley/sdk/browser'
import { messages } from './messages.ts'
import { callerOf, nameOf, precedenceOf } from './sayings.ts'

/** Something to be read out. `isUrgent` interrupts what is being read. */
export interface News {
  readonly text: string
  readonly isUrgent: boolean
}

/** Undefined where nothing changed that a person would want to hear of. */
export function newsBetween(before: Call | undefined, after: Call): News | undefined {
  const name = callerOf(after)
  const { news } = messages
  if (before?.state !== after.state) {
    if (after.state === 'alerting' && after.direction === 'incoming')
      return { text: [precedenceOf(after), news.incoming(name)].filter(Boolean).join('. '), isUrgent: true }
    if (after.state === 'dialling') return calm(news.dialling(name))
    if (after.state === 'alerting') return calm(news.ringing(name))
    if (after.state === 'connected') return calm(news.connected(name))
    return calm(ended(name, after))
  }
  if (!before.digitsWanted && after.digitsWanted) return { text: news.digitsWanted, isUrgent: true }
  if (!before.preserved && after.preserved) return { text: news.preserved(name), isUrgent: true }
  if (before.recording !== after.recording)
    return calm(after.recording ? news.recording(name) : news.recordingOver(name))
  if (before.conference !== after.conference)
    return calm(after.conference === undefined ? news.alone(name) : news.together(name))
  if (before.silenced !== after.silenced) return calm(after.silenced ? news.silenced(name) : news.unsilenced(name))
  if (before.transfer?.is !== after.transfer?.is && after.transfer)
    return calm(messages.transfer.is[after.transfer.is](name, nameOf(after.transfer.to)))
  if (!before.awaits && after.awaits) return calm(messages.transfer.awaits(name, nameOf(after.awaits)))
  if (before.remote.number !== after.remote.number) return calm(news.connected(name))
  if (before.muted !== after.muted) return calm(after.muted ? news.muted(name) : news.unmuted(name))
  const [was, is] = [sides[before.held], sides[after.held]]
  if (was.local !== is.local) return calm(is.local ? news.held(name) : news.resumed(name))
  if (was.remote !== is.remote) return calm(is.remote ? news.heldThere(name) : news.resumedThere(name))
  return undefined
}

/** A call is still on hold. */
export function reminderOf({ remote }: Call): News {
  return calm(messages.news.stillHeld(nameOf(remote)))
}

function ended(name: string, { end }: Call): string {
  if (end?.transferredTo) return messages.transfer.done(name, nameOf(end.transferredTo))
  return [messages.news.ended(name), end?.error?.sentence].filter(Boolean).join('. ')
}

function calm(text: string): News {
  return { text, isUrgent: false }
}

const sides = {
  no: { local: false, remote: false },
  local: { local: true, remote: false },
  remote: { local: false, remote: true },
  both: { local: true, remote: true },
} as const
