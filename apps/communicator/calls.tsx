// Calls in progress: one, or a conference, large; the others as a list.
import type { JSX } from 'preact'
import { CallCard, canOf, type OfCall, StillHeld, Timer } from './call-card.tsx'
import { ConferenceCard } from './conference-card.tsx'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import { Marks } from './marks.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { callerOf, stateOf } from './sayings.ts'

export function Calls({ page }: OfPage): JSX.Element {
  const others = page.face.others.value
  return (
    <section class="panel calls" id={places.calls} tabIndex={-1} aria-labelledby="calls-heading">
      <h2 id="calls-heading">{messages.calls.heading}</h2>
      <Large page={page} />
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

function Large({ page }: OfPage): JSX.Element {
  const large = page.face.large.value
  const [first, ...rest] = page.face.conference.value
  if (first) return <ConferenceCard page={page} calls={[first, ...rest]} />
  if (large) return <CallCard key={large.id} page={page} call={large} />
  return (
    <div class="empty">
      <Icon name="call" />
      <p class="name">{messages.calls.none}</p>
      <p class="faint">{messages.calls.hint}</p>
    </div>
  )
}

function OtherCall({ page, call }: OfCall): JSX.Element {
  const { face, acts } = page
  const { act } = messages
  const name = callerOf(call)
  const can = canOf(page, call)
  return (
    <li class="item">
      <button type="button" class="quiet grow" onClick={() => acts.show(call)}>
        <strong>{name}</strong>
        <span class="faint">
          {face.isOurs(call) ? stateOf(call) : messages.calls.elsewhere} <Timer page={page} call={call} />
        </span>
        <StillHeld page={page} call={call} />
        <Marks call={call} />
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
