// The person's own availability in the head, and the dialog that changes it and says why it is so.
import type { Session } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { AvailabilityMark, availabilityText } from './availability.tsx'
import { Dialog } from './kit.tsx'
import type { OfPage } from './page.ts'
import type { Choice } from './people-acts.ts'
import { peopleMessages } from './people-messages.ts'

type Explained = Awaited<ReturnType<Session['presence']['explain']>>

export function OwnPresence({ page: { model, face } }: OfPage): JSX.Element | null {
  const state = model.people.presence.value
  if (!state || !model.people.isSetUp.value) return null
  const text = availabilityText(state.own)
  return (
    <button
      type="button"
      class="quiet own-presence"
      aria-haspopup="dialog"
      aria-label={peopleMessages.presence.open(text)}
      onClick={() => (face.presenceOpen.value = true)}
    >
      <AvailabilityMark is={state.own.availability} />
      <span class="cut">{text}</span>
    </button>
  )
}

export function PresenceDialog({ page }: OfPage): JSX.Element {
  return (
    <Dialog title={peopleMessages.presence.heading} open={page.face.presenceOpen}>
      <Choosing page={page} />
    </Dialog>
  )
}

function Choosing({ page: { model, acts } }: OfPage): JSX.Element {
  const { presence } = peopleMessages
  const state = model.people.presence.value
  const note = useSignal(state?.own.note ?? '')
  const explained = useSignal<Explained | undefined>(undefined)
  useEffect(() => {
    // Each change of it has another reason. Where it cannot be had, the list is not there.
    void acts.explain().then(
      (now) => (explained.value = now),
      () => undefined,
    )
  }, [state])
  return (
    <div class="settings presence">
      <label class="setting">
        <span>{presence.choose}</span>
        <select
          value={state?.choice}
          onChange={({ currentTarget }) => acts.choosePresence(currentTarget.value as Choice)}
        >
          {(Object.keys(presence.choices) as Choice[]).map((choice) => (
            <option key={choice} value={choice}>
              {presence.choices[choice]}
            </option>
          ))}
        </select>
      </label>
      <form
        class="setting"
        onSubmit={(event) => {
          event.preventDefault()
          acts.note(note.value.trim())
        }}
      >
        <label for="presence-note">{presence.note}</label>
        <input
          id="presence-note"
          type="text"
          autocomplete="off"
          maxLength={1024}
          value={note}
          onInput={({ currentTarget }) => {
            note.value = currentTarget.value
          }}
        />
        <button type="submit" class="plain">
          {presence.save}
        </button>
      </form>
      {explained.value && (
        <section aria-labelledby="presence-why">
          <h3 id="presence-why">{presence.why}</h3>
          <p class="row" role="status">
            <AvailabilityMark is={explained.value.own.availability} />
            <strong>{availabilityText(explained.value.own)}</strong>
          </p>
          {state?.published === false && <p class="faint">{presence.notPublished}</p>}
          {!explained.value.reasons.some(({ counts }) => counts) && <p>{presence.noneCounts}</p>}
          <ul class="list">
            {explained.value.reasons.map(({ input, why, counts }, n) => (
              <li key={n} class="item">
                <div class="grow">
                  <strong>{presence.inputs[input]}</strong>
                  <span>{why}</span>
                  {counts && <span class="counts">{presence.counts}</span>}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
