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
          void dial(model, number.value)
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

async function dial({ session }: Model, to: string): Promise<void> {
  await session.calls.dial({ to, endpoint: await endpoint(session) })
}
