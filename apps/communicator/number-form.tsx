// A field for a number, and what may be done with it; Enter does the first.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { readNumber } from './numbers.ts'

export interface NumberAct {
  readonly label: string
  readonly act: (number: string) => void
}

/** It takes the keyboard as it opens: whoever opened it means to type. */
export function NumberForm({
  label,
  acts,
}: {
  readonly label: string
  readonly acts: readonly [NumberAct, ...NumberAct[]]
}): JSX.Element {
  const id = useId()
  const typed = useSignal('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const [first, ...others] = acts
  const perform = ({ act }: NumberAct): void => {
    if (readNumber(typed.value) === '') field.current?.focus()
    else act(typed.value)
  }
  return (
    <form
      class="number-form"
      onSubmit={(event) => {
        event.preventDefault()
        perform(first)
      }}
    >
      <label for={id}>{label}</label>
      <input
        ref={field}
        id={id}
        class="number"
        type="text"
        inputMode="tel"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={256}
        value={typed}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
        }}
      />
      <div class="row">
        <button type="submit" class="primary">
          {first.label}
        </button>
        {others.map((other) => (
          <button key={other.label} type="button" class="plain" onClick={() => perform(other)}>
            {other.label}
          </button>
        ))}
      </div>
    </form>
  )
}
