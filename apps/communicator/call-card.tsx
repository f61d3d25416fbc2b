// The call that is shown large: who, how it stands, and what can be done with it now.
import type { Call } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { CallVideo } from './call-video.tsx'
import { conferenceMessages } from './conferences-messages.ts'
import { Digits } from './digits.tsx'
import { places } from './focus.ts'
import { further } from './further.ts'
import { Icon, type IconName } from './icons.tsx'
import { Marks } from './marks.tsx'
import { Members } from './members.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { usable } from './phone-choice.tsx'
import { CodesForm, ConferencePanel, Consultation, TransferPanel } from './panels.tsx'
import { QualityOf } from './quality-view.tsx'
import { callerOf, canBeAwaited, numberBeside, stateOf } from './sayings.ts'
import { duration } from './time.ts'

export interface OfCall extends OfPage {
  readonly call: Call
}

export function CallCard({ page, call }: OfCall): JSX.Element {
  const { face, model } = page
  const name = callerOf(call)
  const consulting = face.consulting.value
  const recorded = model.recordings.value.get(call.id)
  const panel = face.panel.value
  const can = canOf(page, call)
  // Its sound is heard by that phone alone.
  const isOnDesk = model.phones.value.find(({ id }) => id === call.phone)?.kind === 'desk'
  return (
    <article class={`call ${call.state}`} id={places.call} tabIndex={-1} aria-label={name}>
      <p class="name">{name}</p>
      {numberBeside(call) && <p class="faint">{numberBeside(call)}</p>}
      <Marks call={call} />
      <p class="state">{stateOf(call)}</p>
      {call.end?.error && <p class="faint">{call.end.error.next}</p>}
      <Timer page={page} call={call} isLarge />
      <StillHeld page={page} call={call} />
      <CallVideo page={page} call={call} />
      {call.preserved && <p class="warning">{messages.calls.preserved}</p>}
      {recorded !== undefined && <p class="faint">{messages.calls.recorded(recorded)}</p>}
      {!face.isOurs(call) && <p class="faint">{messages.calls.elsewhere}</p>}
      {consulting && <Consultation page={page} held={consulting.held} asked={call} />}
      {call.state === 'ended' ? <EndedActs page={page} call={call} /> : <Acts page={page} call={call} />}
      {call.digitsWanted && can('sendDigits') && <CodesForm page={page} call={call} />}
      {panel === 'digits' && can('sendDigits') && <Digits page={page} call={call} />}
      {panel === 'transfer' && can('transfer') && <TransferPanel page={page} call={call} />}
      {panel === 'conference' && further(page, call, 'conference').length > 0 && (
        <ConferencePanel page={page} call={call} />
      )}
      {call.focus && <Members page={page} call={call} focus={call.focus} />}
      {call.state === 'connected' && !isOnDesk && <QualityOf page={page} call={call} />}
    </article>
  )
}

function Acts({ page, call }: OfCall): JSX.Element {
  const { face, acts, model } = page
  const { act } = messages
  const can = canOf(page, call)
  const isHeld = call.held === 'local' || call.held === 'both'
  const panel = face.panel.value
  const canPark = can('transfer') && model.config.value.settings['calls.park.number'] !== undefined
  /** Where the call can go on: at the person's first phone of the other kind. */
  const here = model.phones.value.find(({ id }) => id === call.phone)
  const elsewhere = usable(model.phones.value)
    .filter(({ kind, state }) => kind !== here?.kind && state.is === 'ready')
    .filter(({ number, can: all }) => number !== undefined && all.includes('answer'))
    .slice(0, 1)
  const canMeet = model.conferences.isSetUp.value && call.state === 'connected'
  const canBring = can('conference') && further(page, call, 'conference').length > 0
  return (
    <>
      <div class="row acts">
        {(can('hold') || can('resume')) && (
          <Round
            icon={isHeld ? 'resume' : 'hold'}
            label={isHeld ? act.resume : act.hold}
            isOn={isHeld}
            press={() => acts.toggleHold(call)}
          />
        )}
        {(can('mute') || can('unmute')) && (
          <Round
            icon={call.muted ? 'unmute' : 'mute'}
            label={call.muted ? act.unmute : act.mute}
            isOn={call.muted}
            press={() => acts.toggleMute(call)}
          />
        )}
        {can('sendDigits') && (
          <Round icon="keypad" label={act.digits} opens={panel === 'digits'} press={() => face.toggle('digits')} />
        )}
        {can('end') && <Round icon="end" label={act.end} kind="end" press={() => acts.end(call)} />}
      </div>
      {(can('transfer') || can('record') || can('stopRecording') || canBring || canMeet) && (
        <div class="row acts further">
          {can('transfer') && (
            <Round
              icon="transfer"
              label={act.transfer}
              opens={panel === 'transfer'}
              press={() => face.toggle('transfer')}
            />
          )}
          {canBring && (
            <Round
              icon="conference"
              label={act.conference}
              opens={panel === 'conference'}
              press={() => face.toggle('conference')}
            />
          )}
          {can('addVideo') && (call.video === undefined || call.video.is === 'none') && (
            <Round icon="camera" label={messages.video.add} press={() => acts.toggleCamera(call)} />
          )}
          <RecordAct page={page} call={call} />
          {canMeet && (
            <Round icon="groups" label={conferenceMessages.fromCall} press={() => acts.startConference({ call })} />
          )}
          {canPark && <Round icon="park" label={act.park} press={() => acts.park(call)} />}
          {can('move') &&
            elsewhere.map((phone) => (
              <Round
                key={phone.id}
                icon={phone.kind === 'desk' ? 'call' : 'sound'}
                label={messages.phones.moveTo[phone.kind]}
                press={() => acts.move(call, phone.id)}
              />
            ))}
        </div>
      )}
    </>
  )
}

export function RecordAct({ page, call }: OfCall): JSX.Element | null {
  const { act } = messages
  const can = canOf(page, call)
  if (!can('record') && !can('stopRecording')) return null
  return (
    <Round
      icon={call.recording ? 'stop' : 'record'}
      label={call.recording ? act.stopRecording : act.record}
      isOn={call.recording}
      press={() => page.acts.toggleRecord(call)}
    />
  )
}

function EndedActs({ page, call }: OfCall): JSX.Element {
  const { face, acts } = page
  const { act } = messages
  const name = callerOf(call)
  const isAwaited = face.awaited.value.has(call.id)
  return (
    <>
      {isAwaited && <p role="status">{act.awaited(name)}</p>}
      <div class="row acts">
        {!call.remote.anonymous && <Round icon="call" label={act.again} press={() => acts.dial(call.remote.number)} />}
        {canBeAwaited(call) && !isAwaited && face.isOurs(call) && (
          <Round icon="bell" label={act.callBack} press={() => acts.callBack(call)} />
        )}
        <Round icon="close" label={messages.dismiss} press={() => acts.dismiss(call)} />
      </div>
    </>
  )
}

/** An act of a call: a drawing and its word. */
export function Round({
  icon,
  label,
  press,
  isOn = false,
  opens,
  kind = '',
}: {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  readonly isOn?: boolean
  /** Whether what it opens is open; absent where it opens nothing. */
  readonly opens?: boolean
  readonly kind?: 'end' | ''
}): JSX.Element {
  return (
    <button
      type="button"
      class={['round', isOn ? 'on' : '', kind].filter(Boolean).join(' ')}
      {...(opens === undefined ? {} : { 'aria-expanded': opens })}
      onClick={press}
    >
      <Icon name={icon} />
      {label}
    </button>
  )
}

export function canOf({ face }: OfPage['page'], call: Call): (what: Call['capabilities'][number]) => boolean {
  return (what) => face.isOurs(call) && call.capabilities.includes(what)
}

/** How long the two have been connected. */
export function Timer({
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

/** Once the person was reminded of it: for how long it has been on hold. */
export function StillHeld({ page: { face, time }, call }: OfCall): JSX.Element | null {
  if (call.heldSince === undefined || !face.reminded.value.has(call.id)) return null
  return (
    <span class="warning timer">{messages.calls.stillHeld(duration(time.now.value - Date.parse(call.heldSince)))}</span>
  )
}
