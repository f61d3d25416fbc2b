// Calls that ring: above everything else, without taking the keyboard away from what a person types.
import type { Call } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Icon } from './icons.tsx'
import { Marks } from './marks.tsx'
import { messages } from './messages.ts'
import { NumberForm } from './number-form.tsx'
import type { OfPage } from './page.ts'
import { callerOf, numberBeside } from './sayings.ts'

export function Incoming({ page }: OfPage): JSX.Element | null {
  const { face, sound } = page
  const { incoming } = messages
  const ringing = face.ringing.value
  if (ringing.length === 0) return null
  const isTalking = face.large.value?.state === 'connected'
  return (
    <section class="incoming" aria-label={incoming.heading}>
      {ringing.map((call) => (
        <Ringing key={call.id} page={page} call={call} />
      ))}
      {isTalking && <p class="faint">{incoming.holds}</p>}
      {sound.rings.value && sound.isSilent.value && <p class="faint">{incoming.silent}</p>}
    </section>
  )
}

function Ringing({ page: { acts }, call }: OfPage & { readonly call: Call }): JSX.Element {
  const { incoming } = messages
  const name = callerOf(call)
  const sendsOn = useSignal(false)
  return (
    <div class="incoming-call">
      <div class="who">
        <p class="faint">{incoming.heading}</p>
        <p class="name">{name}</p>
        {numberBeside(call) && <p class="faint">{numberBeside(call)}</p>}
        <Marks call={call} />
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
        {call.video?.is === 'offered' && (
          <button
            type="button"
            class="primary large"
            aria-label={incoming.answerWithVideoOf(name)}
            onClick={() => acts.answer(call, { video: true })}
          >
            <Icon name="camera" />
            {incoming.answerWithVideo}
          </button>
        )}
        <button
          type="button"
          class="danger large"
          aria-label={incoming.declineOf(name)}
          onClick={() => acts.decline(call)}
        >
          <Icon name="end" />
          {incoming.decline}
        </button>
        {call.capabilities.includes('deflect') && (
          <button
            type="button"
            class="plain large"
            aria-expanded={sendsOn.value}
            onClick={() => {
              sendsOn.value = !sendsOn.value
            }}
          >
            <Icon name="forward" />
            {incoming.sendOn}
          </button>
        )}
      </div>
      {sendsOn.value && (
        <NumberForm
          label={incoming.sendOnTo}
          acts={[{ label: incoming.sendOn, act: (to) => acts.deflect(call, to) }]}
        />
      )}
    </div>
  )
}
