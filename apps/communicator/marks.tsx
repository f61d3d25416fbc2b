// What a call is beside who and how long: important, recorded, sent on by somebody.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { messages } from './messages.ts'
import { nameOf, precedenceOf } from './sayings.ts'

export function Marks({ call }: { readonly call: Call }): JSX.Element | null {
  const { calls } = messages
  const precedence = precedenceOf(call)
  const { priority, divertedBy, recording, joins } = call
  if (!precedence && !priority && !divertedBy && !recording && joins === undefined) return null
  return (
    <span class="marks">
      {precedence && (
        <span class="mark urgent">
          <span class="unseen">{calls.precedence} </span>
          {precedence}
        </span>
      )}
      {priority && <span class="mark urgent">{calls.urgent[priority]}</span>}
      {recording && (
        <span class="mark recording">
          <span class="dot" aria-hidden="true" />
          {calls.recording}
        </span>
      )}
      {divertedBy && <span class="mark">{calls.divertedBy(nameOf(divertedBy))}</span>}
      {joins !== undefined && call.state === 'alerting' && <span class="mark">{calls.joins}</span>}
    </span>
  )
}
