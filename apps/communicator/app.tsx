// The whole page.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { messages, nameOf, stateOf } from './messages.ts'
import type { Model } from './model.ts'
import { endpoint } from './sound.ts'

export function App({ model }: { readonly model: Model }): JSX.Element {
  const number = useSignal('')
  return (
    <main>
      <h1>
        {messages.product}: {model.name}
      </h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void model.session.calls.dial({ to: number.value, endpoint: endpoint() })
        }}
      >
        <label for="number">{messages.dial.field}</label>
        <input
          id="number"
          value={number}
          onInput={(event) => {
            number.value = event.currentTarget.value
          }}
        />
        <button type="submit">{messages.dial.call}</button>
      </form>
      <ul>
        {model.calls.value.map((call) => (
          <li key={call.id}>
            {nameOf(call.remote)}: {stateOf(call)}{' '}
            {call.capabilities.includes('end') && (
              <button type="button" onClick={() => void model.session.calls.end({ call: call.id })}>
                {messages.end}
              </button>
            )}
          </li>
        ))}
      </ul>
    </main>
  )
}
