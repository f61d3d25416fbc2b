// Web conferences: starting one, those that the calendar has, and those that the person made or was asked into.
import type { WebConference } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { conferenceMessages as say } from './conferences-messages.ts'
import { focus, places } from './focus.ts'
import { Form, TextField } from './form.tsx'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'
import { timeOfDay } from './time.ts'

export function Conferences({ page }: OfPage): JSX.Element {
  const { all, scheduled } = page.model.conferences
  const isStarting = useSignal(false)
  return (
    <section class="panel conferences" id={places.conferences} tabIndex={-1} aria-labelledby="conferences-heading">
      <div class="head">
        <h2 id="conferences-heading">{say.heading}</h2>
        <Quiet
          icon="add"
          label={say.start}
          opens={isStarting.value}
          press={() => (isStarting.value = !isStarting.value)}
        />
      </div>
      {isStarting.value && (
        <StartForm
          page={page}
          close={() => {
            isStarting.value = false
            focus(places.conferences)
          }}
        />
      )}
      {scheduled.value.length > 0 && (
        <>
          <h3>{say.scheduled}</h3>
          <ul class="list">
            {scheduled.value.map(({ event, subject, startsAt, endsAt, invitation }) => (
              <li key={event + startsAt} class="item">
                <div class="grow">
                  <strong class="cut">{subject || say.untitled}</strong>
                  <span class="faint">{say.when(timeOfDay(startsAt), timeOfDay(endsAt))}</span>
                </div>
                <button
                  type="button"
                  class="plain"
                  aria-label={say.joinNamed(subject || say.untitled)}
                  onClick={() => page.acts.joinConference({ invitation })}
                >
                  {say.join}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {all.value.length === 0 && scheduled.value.length === 0 && <p class="faint">{say.none}</p>}
      <ul class="list" aria-label={say.heading}>
        {all.value.map((one) => (
          <Entry key={one.conference} page={page} one={one} />
        ))}
      </ul>
    </section>
  )
}

function Entry({ page, one }: OfPage & { readonly one: WebConference }): JSX.Element {
  const { acts, model } = page
  const { conference, subject, state, from, error } = one
  const name = subject || say.untitled
  const asker = from === undefined ? undefined : (model.people.contacts.value.get(from)?.name ?? from)
  const open = model.conferences.opened.value.get(conference)
  const isHere = model.conferences.here.value?.conference === conference
  const canJoin = !isHere && (state === 'ready' || state === 'left')
  return (
    <li class="item">
      <Icon name="camera" />
      <div class="grow">
        <strong class="cut">{name}</strong>
        <span class="faint">
          {[asker === undefined ? '' : say.from(asker), say.states[state]].filter(Boolean).join(' · ')}
        </span>
        {error && <span class="bad">{error.sentence}</span>}
        {state === 'joined' && open !== undefined && (
          <a href={open} target="_blank" rel="noopener noreferrer">
            {say.open}
          </a>
        )}
      </div>
      {canJoin && (
        <button
          type="button"
          class="plain"
          aria-label={say.joinNamed(name)}
          onClick={() => acts.joinConference({ conference })}
        >
          {say.join}
        </button>
      )}
    </li>
  )
}

function StartForm({ page, close }: OfPage & { readonly close: () => void }): JSX.Element {
  const subject = useSignal('')
  const address = useSignal('')
  return (
    <Form
      label={say.start}
      words={say.startNow}
      close={close}
      send={() => {
        const to = address.value.trim()
        page.acts.startConference({ subject: subject.value.trim(), invite: to === '' ? [] : [to] })
        close()
      }}
    >
      <TextField label={say.subject} value={subject} />
      <TextField label={say.invite} value={address} isAddress isNeeded={false} />
    </Form>
  )
}
