// Where calls are sent on to: all, those that would be busy, those that nobody answers.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'

export function ForwardDialog({ page }: OfPage): JSX.Element {
  return (
    <Dialog title={messages.forward.heading} open={page.face.forwardOpen}>
      <Forwarding page={page} />
    </Dialog>
  )
}

function Forwarding({ page: { model, acts } }: OfPage): JSX.Element {
  const { forward } = messages
  const { settings } = model.config.value
  const now = (name: Where): string => String(settings[`calls.forward.${name}`]?.value ?? '')
  const locked = (name: string): boolean => settings[`calls.forward.${name}`]?.layer === 'policy'
  const typed = {
    always: useSignal(now('always')),
    busy: useSignal(now('busy')),
    noAnswer: useSignal(now('noAnswer')),
  }
  const afterS = useSignal(Number(settings['calls.forward.noAnswerMs']?.value ?? 20_000) / 1000)
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault()
        const { always, busy, noAnswer } = typed
        acts.forward({ always: always.value, busy: busy.value, noAnswer: noAnswer.value, afterS: afterS.value })
      }}
    >
      {wheres.map((name) => (
        <label key={name} class="setting">
          <span>{forward[name]}</span>
          <input
            type="text"
            inputMode="tel"
            autocomplete="off"
            maxLength={256}
            disabled={locked(name)}
            value={typed[name]}
            onInput={({ currentTarget }) => {
              typed[name].value = currentTarget.value
            }}
          />
          {locked(name) && <span class="faint">{forward.locked}</span>}
        </label>
      ))}
      <label class="setting">
        <span>{forward.afterS}</span>
        <input
          type="number"
          min={1}
          max={600}
          required
          disabled={locked('noAnswerMs')}
          value={afterS}
          onInput={({ currentTarget }) => {
            afterS.value = currentTarget.valueAsNumber
          }}
        />
      </label>
      <p class="faint">{forward.none}</p>
      <button type="submit" class="primary large">
        {forward.save}
      </button>
    </form>
  )
}

const wheres = ['always', 'busy', 'noAnswer'] as const
type Where = (typeof wheres)[number]
