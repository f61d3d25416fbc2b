// Digits to the other side of a call: typed, pasted or pressed, each sent at once.
import type { Call } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Keys } from './dial-pad.tsx'
import { places } from './focus.ts'
import { messages } from './messages.ts'
import { readDigits } from './numbers.ts'
import type { OfPage } from './page.ts'

export function Digits({ page: { acts }, call }: OfPage & { readonly call: Call }): JSX.Element {
  const sent = useSignal('')
  const isRefused = useSignal(false)
  const send = (text: string): void => {
    const digits = readDigits(text)
    isRefused.value = digits === '' && text.trim() !== ''
    if (digits === '') return
    sent.value = (sent.value + digits).slice(-shown)
    acts.sendDigits(call, digits)
  }
  return (
    <div class="digits">
      <label for={places.digits}>{messages.digits.field}</label>
      <input
        id={places.digits}
        class="number"
        type="text"
        inputMode="tel"
        autocomplete="off"
        maxLength={64}
        value=""
        onInput={(event) => {
          send(event.currentTarget.value)
          event.currentTarget.value = ''
        }}
      />
      <p class="faint sent" role="status">
        {isRefused.value ? messages.digits.refused : sent.value === '' ? '' : messages.digits.sent(sent.value)}
      </p>
      <Keys label={messages.digits.heading} press={send} hasPlus={false} />
    </div>
  )
}

const shown = 24
