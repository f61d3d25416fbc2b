// Calls in progress: one large, the others as a list.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { Digits } from './digits.tsx'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import { messages, nameOf, stateOf } from './messages.ts'
import type { OfPage } from './page.ts'
import { QualityOf } from './quality-view.tsx'
import { duration } from './time.ts'

export function Calls({ page }: OfPage): JSX.Element {
  const { face } = page
  const large = face.large.value
  const others = face.others.value
  return (
    <section class="panel calls" id={places.calls} tabIndex={-1} aria-labelledby="calls-heading">
      <h2 id="calls-heading">{messages.calls.heading}</h2>
      {large ? (
        <LargeCall key={large.id} page={page} call={large} />
      ) : (
        <div class="empty">
          <Icon name="call" />
          <p class="name">{messages.calls.none}</p>
          <p class="faint">{messages.calls.hint}</p>
        </div>
      )}
      {others.length > 0 && (
        <>
          <h3>{messages.calls.others}</h3>
          <ul class="list">
            {others.map((call) => (
              <OtherCall key={call.id} page={page} call={call} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

interface OfCall extends OfPage {
  readonly call: Call
}

function LargeCall({ page, call }: OfCall): JSX.Element {
  const { face, acts } = page
  const { act } = messages
  const name = nameOf(call.remote)
  const can = (what: Call['capabilities'][number]): boolean => face.isOurs(call) && call.capabilities.includes(what)
  const isHeld = call.held === 'local' || call.held === 'both'
  return (
    <article class={`call ${call.state}`} id={places.call} tabIndex={-1} aria-label={name}>
      <p class="name">{name}</p>
      {name !== call.remote.number && <p class="faint">{call.remote.number}</p>}
      <p class="state">{stateOf(call)}</p>
      {call.end?.error && <p class="faint">{call.end.error.next}</p>}
      <Timer page={page} call={call} isLarge />
      {!face.isOurs(call) && <p class="faint">{messages.calls.elsewhere}</p>}
      <div class="row acts">
        {(can('hold') || can('resume')) && (
          <button type="button" class={isHeld ? 'round on' : 'round'} onClick={() => acts.toggleHold(call)}>
            <Icon name={isHeld ? 'resume' : 'hold'} />
            {isHeld ? act.resume : act.hold}
          </button>
        )}
        {(can('mute') || can('unmute')) && (
          <button type="button" class={call.muted ? 'round on' : 'round'} onClick={() => acts.toggleMute(call)}>
            <Icon name={call.muted ? 'unmute' : 'mute'} />
            {call.muted ? act.unmute : act.mute}
          </button>
        )}
        {can('sendDigits') && (
          <button
            type="button"
            class="round"
            aria-expanded={face.digitsOpen.value}
            onClick={() => {
              face.digitsOpen.value = !face.digitsOpen.value
            }}
          >
            <Icon name="keypad" />
            {act.digits}
          </button>
        )}
        {can('end') && (
          <button type="button" class="round end" onClick={() => acts.end(call)}>
            <Icon name="end" />
            {act.end}
          </button>
        )}
        {call.state === 'ended' && (
          <>
            <button type="button" class="round" onClick={() => acts.dial(call.remote.number)}>
              <Icon name="call" />
              {act.again}
            </button>
            <button type="button" class="round" onClick={() => acts.dismiss(call)}>
              <Icon name="close" />
              {messages.dismiss}
            </button>
          </>
        )}
      </div>
      {can('sendDigits') && face.digitsOpen.value && <Digits page={page} call={call} />}
      {call.state === 'connected' && <QualityOf page={page} call={call} />}
    </article>
  )
}

function OtherCall({ page, call }: OfCall): JSX.Element {
  const { face, acts } = page
  const { act } = messages
  const name = nameOf(call.remote)
  const can = (what: Call['capabilities'][number]): boolean => face.isOurs(call) && call.capabilities.includes(what)
  return (
    <li class="item">
      <button type="button" class="quiet grow" onClick={() => acts.show(call)}>
        <strong>{name}</strong>
        <span class="faint">
          {face.isOurs(call) ? stateOf(call) : messages.calls.elsewhere} <Timer page={page} call={call} />
        </span>
      </button>
      {can('resume') && (
        <button
          type="button"
          class="quiet square"
          aria-label={act.resumeOf(name)}
          onClick={() => acts.toggleHold(call)}
        >
          <Icon name="resume" />
        </button>
      )}
      {can('hold') && (
        <button type="button" class="quiet square" aria-label={act.holdOf(name)} onClick={() => acts.toggleHold(call)}>
          <Icon name="hold" />
        </button>
      )}
      {can('end') && (
        <button type="button" class="quiet square bad" aria-label={act.endOf(name)} onClick={() => acts.end(call)}>
          <Icon name="end" />
        </button>
      )}
      {call.state === 'ended' && (
        <button type="button" class="quiet square" aria-label={act.dismissOf(name)} onClick={() => acts.dismiss(call)}>
          <Icon name="close" />
        </button>
      )}
    </li>
  )
}

/** How long the two have been connected. */
function Timer({
  page: { time },
  call: { answeredAt, endedAt },
  isLarge = false,
}: OfCall & { readonly isLarge?: boolean }): JSX.Element | null {
  if (answeredAt === undefined) return null
  const until = endedAt === undefined ? time.now.value : Date.parse(endedAt)
  return (
    <span class="timer" {...(isLarge ? { role: 'timer' } : {})}>
      {duration(until - Date.parse(answeredAt))}
    </span>
  )
}
