// The dial pad: a field to type and paste into, and keys to press.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { DialOptionsOf } from './dial-options.tsx'
import { DirectoryFound } from './directory-found.tsx'
import { focus, places } from './focus.ts'
import { Icon, type IconName } from './icons.tsx'
import { messages } from './messages.ts'
import { readNumber } from './numbers.ts'
import type { OfPage } from './page.ts'

export function DialPad({ page }: OfPage): JSX.Element {
  const { face, acts } = page
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
        {/* Digits alone are dialled; who is looked for by number types it where people are found. */}
        <DirectoryFound page={page} box="dial" text={/\p{L}/u.test(face.number.value) ? face.number.value : ''} />
        <Keys
          label={dial.keys}
          press={(key) => {
            face.number.value += key
          }}
        />
        <div class="row dial-acts">
          <Beside icon="redial" label={dial.redial} press={() => acts.redial()} />
          <button type="submit" class="primary large grow">
            <Icon name="call" />
            {dial.call}
          </button>
          {hasVideo(page) && (
            <Beside icon="camera" label={dial.videoCall} press={() => acts.dialTyped({ video: true })} />
          )}
          <PickUp page={page} />
          <Retrieve page={page} />
        </div>
        <DialOptionsOf page={page} />
      </form>
    </section>
  )
}

function hasVideo({ model }: OfPage['page']): boolean {
  return model.phones.value.some(({ chosen, can }) => chosen && can.includes('addVideo'))
}

/** At the line that is typed, else in the group: as far as the server takes either. */
function PickUp({ page: { face, model, acts } }: OfPage): JSX.Element | null {
  const { settings } = model.config.value
  const lines = model.lamps.value.map(({ number }) => number)
  const anyLine = settings['calls.pickUp.line'] !== undefined
  const group = settings['calls.pickUp.group'] !== undefined
  const { pickUpAt, pickUpGroup } = messages.dial
  const typed = readNumber(face.number.value)
  const at = typed !== '' && (anyLine || lines.includes(typed)) ? typed : undefined
  if (!group && !anyLine && lines.length === 0) return null
  return (
    <Beside
      icon="pickUp"
      label={at === undefined ? pickUpGroup : pickUpAt(at)}
      isPossible={at !== undefined || group}
      press={() => acts.pickUp(at)}
    />
  )
}

/** From the place that is typed, where the server parks calls. */
function Retrieve({ page: { face, model, acts } }: OfPage): JSX.Element | null {
  const place = readNumber(face.number.value)
  if (model.config.value.settings['calls.park.number'] === undefined) return null
  return (
    <Beside
      icon="retrieve"
      label={place === '' ? messages.dial.retrieve : messages.dial.retrieveAt(place)}
      isPossible={place !== ''}
      press={() => acts.retrieve(place)}
    />
  )
}

function Beside({
  icon,
  label,
  press,
  isPossible = true,
}: {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  readonly isPossible?: boolean
}): JSX.Element {
  return (
    <button
      type="button"
      class="plain large square"
      aria-label={label}
      title={label}
      disabled={!isPossible}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
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
