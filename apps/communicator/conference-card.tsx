// A conference that is shown large: everybody in it, and what can be done with all and with each.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { canOf, type OfCall, RecordAct, Round, StillHeld, Timer } from './call-card.tsx'
import { places } from './focus.ts'
import { further } from './further.ts'
import { Icon } from './icons.tsx'
import { Marks } from './marks.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { ConferencePanel } from './panels.tsx'
import { callerOf, numberBeside, stateOf } from './sayings.ts'

export function ConferenceCard({ page, calls }: OfPage & { readonly calls: readonly [Call, ...Call[]] }): JSX.Element {
  const { face, acts } = page
  const { act, conference } = messages
  const [first] = calls
  const any = (what: Call['capabilities'][number]): boolean => calls.some((call) => canOf(page, call)(what))
  const isHeld = !any('hold')
  const isMuted = !any('mute')
  const others = further(page, first, 'conference')
  return (
    <article class="call connected" id={places.call} tabIndex={-1} aria-label={conference.heading}>
      <p class="name">{conference.heading}</p>
      <p class="faint">{conference.people(calls.length)}</p>
      <div class="row acts">
        <Round
          icon={isHeld ? 'resume' : 'hold'}
          label={isHeld ? act.resume : act.hold}
          isOn={isHeld}
          press={() => acts.toggleHold(...calls)}
        />
        <Round
          icon={isMuted ? 'unmute' : 'mute'}
          label={isMuted ? act.unmute : act.mute}
          isOn={isMuted}
          press={() => acts.toggleMute(...calls)}
        />
        <RecordAct page={page} call={calls.find(({ recording }) => recording) ?? first} />
        <Round icon="end" label={conference.end} kind="end" press={() => acts.end(...calls)} />
      </div>
      {others.length > 0 && (
        <div class="row acts further">
          <Round
            icon="conference"
            label={act.conference}
            opens={face.panel.value === 'conference'}
            press={() => face.toggle('conference')}
          />
        </div>
      )}
      {others.length > 0 && face.panel.value === 'conference' && <ConferencePanel page={page} call={first} />}
      <ul class="list parties">
        {calls.map((call) => (
          <Member key={call.id} page={page} call={call} />
        ))}
      </ul>
    </article>
  )
}

function Member({ page, call }: OfCall): JSX.Element {
  const { acts } = page
  const { conference } = messages
  const name = callerOf(call)
  const can = canOf(page, call)
  return (
    <li class="item">
      <div class="grow">
        <strong>{name}</strong>
        <span class="faint">
          {[numberBeside(call), stateOf(call), call.silenced ? conference.silenced : ''].filter(Boolean).join(' · ')}{' '}
          <Timer page={page} call={call} />
        </span>
        <StillHeld page={page} call={call} />
        <Marks call={call} />
      </div>
      {(can('silence') || can('unsilence')) && (
        <button
          type="button"
          class={call.silenced ? 'quiet square on' : 'quiet square'}
          aria-label={call.silenced ? conference.unsilence(name) : conference.silence(name)}
          onClick={() => acts.toggleSilence(call)}
        >
          <Icon name={call.silenced ? 'unmute' : 'mute'} />
        </button>
      )}
      {can('split') && (
        <button
          type="button"
          class="quiet square"
          aria-label={conference.split(name)}
          onClick={() => acts.talkAlone(call)}
        >
          <Icon name="split" />
        </button>
      )}
      {can('end') && (
        <button
          type="button"
          class="quiet square bad"
          aria-label={conference.drop(name)}
          onClick={() => acts.end(call)}
        >
          <Icon name="end" />
        </button>
      )}
    </li>
  )
}
