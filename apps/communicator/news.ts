// What changed in a call, as a sentence for a screen reader.
import type { Call } from '@openparley/sdk/browser'
import { messages, nameOf } from './messages.ts'

/** Something to be read out. `isUrgent` interrupts what is being read. */
export interface News {
  readonly text: string
  readonly isUrgent: boolean
}

/** Undefined where nothing changed that a person would want to hear of. */
export function newsBetween(before: Call | undefined, after: Call): News | undefined {
  const name = nameOf(after.remote)
  const { news } = messages
  if (before?.state !== after.state) {
    if (after.state === 'alerting' && after.direction === 'incoming')
      return { text: news.incoming(name), isUrgent: true }
    if (after.state === 'dialling') return calm(news.dialling(name))
    if (after.state === 'alerting') return calm(news.ringing(name))
    if (after.state === 'connected') return calm(news.connected(name))
    return calm([news.ended(name), after.end?.error?.sentence].filter(Boolean).join('. '))
  }
  if (before.muted !== after.muted) return calm(after.muted ? news.muted(name) : news.unmuted(name))
  const [was, is] = [sides[before.held], sides[after.held]]
  if (was.local !== is.local) return calm(is.local ? news.held(name) : news.resumed(name))
  if (was.remote !== is.remote) return calm(is.remote ? news.heldThere(name) : news.resumedThere(name))
  return undefined
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
