// A field that something is sought with, the same wherever there is one.
import type { ReadonlySignal } from '@preact/signals'
import type { JSX, Ref } from 'preact'

export function SearchField({
  label,
  hint,
  value,
  typed,
  grows = false,
  pressed,
  field,
}: {
  readonly label: string
  /** Stands in it while it is empty, and the label is only heard then; absent: the label is seen above it. */
  readonly hint?: string
  readonly value: string | ReadonlySignal<string>
  readonly typed: (text: string) => void
  /** Takes the room that others beside it leave. */
  readonly grows?: boolean
  readonly pressed?: (event: KeyboardEvent) => void
  readonly field?: Ref<HTMLInputElement>
}): JSX.Element {
  return (
    <label class={grows ? 'setting grow' : 'setting'}>
      <span {...(hint === undefined ? {} : { class: 'unseen' })}>{label}</span>
      <input
        ref={field ?? null}
        type="search"
        {...(hint === undefined ? {} : { placeholder: hint })}
        autocomplete="off"
        spellcheck={false}
        maxLength={256}
        value={value}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        {...(pressed === undefined ? {} : { onKeyDown: pressed })}
      />
    </label>
  )
}
