// The dial pad: a field to type and paste into, and keys to press.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { focus, places } from './focus.ts'
import { Icon } from './icons.tsx'
import { messages } from './messages.ts'
import { readNumber } from './numbers.ts'
import type { OfPage } from './page.ts'

export function DialPad({ page: { face, acts } }: OfPage): JSX.Element {
  const { dial } = messages
  // What is copied elsewhere may be pasted anywhere on the page that takes no text itself.
  useEffect(() => {
    const pasted = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLInputElement) return
      const text = readNumber(event.clipboardData?.getData('text') ?? '')
      if (text === '') return
      face.number.value = text
      face.go('dial')
      focus(places.number)
    }
    document.addEventListener('paste', pasted)
    return () => document.removeEventListener('paste', pasted)
  }, [])
  return (
    <section class="panel dial" aria-labelledby="dial-heading">
      <h2 id="dial-heading">{dial.heading}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          acts.dialTyped()
        }}
      >
        <label for={places.number}>{dial.field}</label>
        <div class="field">
          <input
            id={places.number}
            class="number"
            type="text"
            inputMode="tel"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={256}
            value={face.number}
            onInput={({ currentTarget }) => {
              face.number.value = currentTarget.value
            }}
            onPaste={(event) => {
              const { selectionStart: from, selectionEnd: to, value } = event.currentTarget
              const text = readNumber(event.clipboardData?.getData('text') ?? '')
              event.preventDefault()
              face.number.value = value.slice(0, from ?? 0) + text + value.slice(to ?? value.length)
            }}
          />
          <button
            type="button"
            class="quiet square"
            aria-label={dial.erase}
            onClick={() => {
              face.number.value = face.number.value.slice(0, -1)
            }}
          >
            <Icon name="erase" />
          </button>
        </div>
        <Keys
          label={dial.keys}
          press={(key) => {
            face.number.value += key
          }}
        />
        <button type="submit" class="primary large">
          <Icon name="call" />
          {dial.call}
        </button>
      </form>
    </section>
  )
}

/** Twelve keys. A long press of 0 gives +. */
export function Keys({
  label,
  press,
  hasPlus = true,
}: {
  readonly label: string
  readonly press: (key: string) => void
  readonly hasPlus?: boolean
}): JSX.Element {
  const held = useRef<{ timer?: ReturnType<typeof setTimeout>; long?: boolean }>({})
  const release = (): void => clearTimeout(held.current.timer)
  return (
    <div class="keys" role="group" aria-label={label}>
      {keys.map(([key, letters]) => (
        <button
          key={key}
          type="button"
          class="key"
          aria-label={names[key]}
          onPointerDown={() => {
            held.current = {}
            if (key !== '0' || !hasPlus) return
            held.current.timer = setTimeout(() => {
              held.current.long = true
              press('+')
            }, longPressMs)
          }}
          onPointerUp={release}
          onPointerLeave={release}
          onClick={() => {
            if (!held.current.long) press(key)
            held.current = {}
          }}
        >
          <span>{key}</span>
          <small>{key === '0' && !hasPlus ? '' : letters}</small>
        </button>
      ))}
    </div>
  )
}

const keys: readonly (readonly [key: string, letters: string])[] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
]
const names: Readonly<Record<string, string>> = { '*': 'star', '#': 'hash' }
const longPressMs = 500
