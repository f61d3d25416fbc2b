// The field to write in: Enter sends, Shift Enter begins a line, Arrow up corrects; the other side is told that somebody is writing.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { chatMessages } from './chat-messages.ts'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'
import { circleOf, correctable, cut, isBySip, textOf, writerOf } from './said.ts'

export function Compose({
  page: { model, acts },
  address,
  name,
}: OfPage & { readonly address: string; readonly name: string }): JSX.Element {
  const { drafts, talk } = model.people
  const field = useRef<HTMLTextAreaElement>(null)
  const picked = useRef<HTMLInputElement>(null)
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const correction = talk.correction.value
  const answered = correction ? undefined : talk.answered.value
  const draft = correction?.text ?? drafts.value.get(address) ?? ''
  const write = (text: string): void => {
    if (correction) talk.correction.value = { ...correction, text }
    else drafts.value = new Map(drafts.value).set(address, text)
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
    if (correction) {
      rest()
      return acts.correct()
    }
    if (draft.trim() === '') return
    // The message itself tells that nobody is writing any more.
    clearTimeout(pause.current)
    pause.current = undefined
    acts.send(address, draft, answered)
    talk.answered.value = undefined
    write('')
  }
  const leave = (): void => {
    if (correction) talk.correction.value = undefined
    else talk.answered.value = undefined
    rest()
    field.current?.focus()
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
      {answered && (
        <About
          what={chatMessages.replyTo(writerOf(answered, circleOf(model, address)))}
          text={cut(textOf(answered))}
          words={chatMessages.noReply}
          leave={leave}
        />
      )}
      {correction && (
        <About
          what={chatMessages.correcting}
          text={cut(correction.message.text)}
          words={chatMessages.keep}
          leave={leave}
        />
      )}
      <textarea
        ref={field}
        id={places.message}
        class="grow"
        rows={Math.min(6, draft.split('\n').length)}
        maxLength={65_536}
        aria-label={chatMessages.field(name)}
        aria-describedby={answered || correction ? 'compose-about compose-hint' : 'compose-hint'}
        placeholder={chatMessages.field(name)}
        value={draft}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method is composing, its keys are its own.
          if (event.isComposing) return
          const { key } = event
          if (key === 'Enter' && !event.shiftKey) send()
          else if (key === 'Escape' && (correction || answered)) leave()
          else if (key === 'ArrowUp' && draft === '' && !correction) {
            const last = correctable(talk.messages.value)
            if (!last) return
            acts.beginCorrection(last)
          } else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      {!isBySip(address) && (
        <>
          <input
            ref={picked}
            type="file"
            hidden
            onChange={({ currentTarget }) => {
              for (const file of currentTarget.files ?? []) acts.sendFile(address, file)
              currentTarget.value = ''
              field.current?.focus()
            }}
          />
          <Quiet icon="attach" label={chatMessages.attach} press={() => picked.current?.click()} />
        </>
      )}
      <button type="submit" class="primary square" aria-label={chatMessages.send} title={chatMessages.send}>
        <Icon name="send" />
      </button>
      <p id="compose-hint" class="unseen">
        {chatMessages.hint}
      </p>
    </form>
  )
}

/** What the next message is about, and the button that says it is not. */
function About({
  what,
  text,
  words,
  leave,
}: {
  readonly what: string
  readonly text: string
  readonly words: string
  readonly leave: () => void
}): JSX.Element {
  return (
    <div class="about">
      <p id="compose-about" class="grow">
        <strong class="cut">{what}</strong>
        <span class="faint cut">{text}</span>
      </p>
      <Quiet icon="close" label={words} press={leave} />
    </div>
  )
}

const pauseMs = 5000
