// Calls that ring: above everything else, without taking the keyboard away from what a person types.
import type { JSX } from 'preact'
import { Icon } from './icons.tsx'
import { messages, nameOf } from './messages.ts'
import type { OfPage } from './page.ts'

export function Incoming({ page: { face, acts, sound } }: OfPage): JSX.Element | null {
  const { incoming } = messages
  const ringing = face.ringing.value
  if (ringing.length === 0) return null
  const isTalking = face.large.value?.state === 'connected'
  return (
    <section class="incoming" aria-label={incoming.heading}>
      {ringing.map((call) => {
        const name = nameOf(call.remote)
        return (
          <div key={call.id} class="incoming-call">
            <div class="who">
              <p class="faint">{incoming.heading}</p>
              <p class="name">{name}</p>
              {name !== call.remote.number && <p class="faint">{call.remote.number}</p>}
            </div>
            <div class="row">
              <button
                type="button"
                class="primary large"
                aria-label={incoming.answerOf(name)}
                onClick={() => acts.answer(call)}
              >
                <Icon name="call" />
                {incoming.answer}
              </button>
              <button
                type="button"
                class="danger large"
                aria-label={incoming.declineOf(name)}
                onClick={() => acts.decline(call)}
              >
                <Icon name="end" />
                {incoming.decline}
              </button>
            </div>
          </div>
        )
      })}
      {isTalking && <p class="faint">{incoming.holds}</p>}
      {sound.rings.value && sound.isSilent.value && <p class="faint">{incoming.silent}</p>}
    </section>
  )
}
