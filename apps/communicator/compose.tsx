// The field to write in: Enter sends, Shift Enter begins a line; the other side is told that somebody is writing.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'

export function Compose({
  page: { model, acts },
  address,
  name,
}: OfPage & { readonly address: string; readonly name: string }): JSX.Element {
  const { chat } = peopleMessages
  const { drafts } = model.people
  const field = useRef<HTMLTextAreaElement>(null)
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const draft = drafts.value.get(address) ?? ''
  const write = (text: string): void => {
    drafts.value = new Map(drafts.value).set(address, text)
  }
  const rest = (): void => {
    if (pause.current === undefined) return
    clearTimeout(pause.current)
    pause.current = undefined
    acts.typing(address, false)
  }
  const typed = (text: string): void => {
    write(text)
    if (text === '') return rest()
    if (pause.current === undefined) acts.typing(address, true)
    else clearTimeout(pause.current)
    pause.current = setTimeout(rest, pauseMs)
  }
  const send = (): void => {
    field.current?.focus()
    if (draft.trim() === '') return
    // The message itself tells that nobody is writing any more.
    clearTimeout(pause.current)
    pause.current = undefined
    acts.send(address, draft)
    write('')
  }
  useEffect(() => rest, [])
  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        ref={field}
        id={places.message}
        class="grow"
        rows={Math.min(6, draft.split('\n').length)}
        maxLength={65_536}
        aria-label={chat.field(name)}
        aria-describedby="compose-hint"
        placeholder={chat.field(name)}
        value={draft}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method is composing, Enter is its own.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <button type="submit" class="primary square" aria-label={chat.send} title={chat.send}>
        <Icon name="send" />
      </button>
      <p id="compose-hint" class="unseen">
        {chat.hint}
      </p>
    </form>
  )
}

const pauseMs = 5000
