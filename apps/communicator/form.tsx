// A few fields that open in their place, to be sent or left: Escape leaves them, as the second button does.
import type { Signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { peopleMessages } from './people-messages.ts'

export function Form({
  label,
  send,
  close,
  words,
  isDanger = false,
  children,
}: {
  readonly label: string
  readonly send: () => void
  readonly close: () => void
  /** Of the button that sends it. */
  readonly words: string
  readonly isDanger?: boolean
  readonly children: ComponentChildren
}): JSX.Element {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('input, button')?.focus(), [])
  return (
    <form
      ref={form}
      class="settings small-form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      {children}
      <div class="row">
        <button type="submit" class={isDanger ? 'danger' : 'primary'}>
          {words}
        </button>
        <button type="button" class="plain" onClick={close}>
          {peopleMessages.people.cancel}
        </button>
      </div>
    </form>
  )
}

/** One line of text in it. */
export function TextField({
  label,
  value,
  isAddress = false,
  isNeeded = isAddress,
  placeholder = '',
  list,
}: {
  readonly label: string
  readonly value: Signal<string>
  readonly isAddress?: boolean
  readonly isNeeded?: boolean
  readonly placeholder?: string
  /** Of the element that holds what is offered. */
  readonly list?: string
}): JSX.Element {
  return (
    <label class="setting">
      <span>{label}</span>
      <input
        type="text"
        inputMode={isAddress ? 'email' : 'text'}
        required={isNeeded}
        autocomplete="off"
        autocapitalize={isAddress ? 'off' : 'sentences'}
        spellcheck={false}
        maxLength={1024}
        placeholder={placeholder}
        {...(list === undefined ? {} : { list })}
        value={value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value
        }}
      />
    </label>
  )
}
