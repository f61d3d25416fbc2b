// Searching in the open conversation: what is found is gone to, or read where it stands.
import type { Message } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { chatMessages } from './chat-messages.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { circleOf, cut, textOf, writerOf } from './said.ts'
import { SearchField } from './search-field.tsx'
import { dayOf, timeOfDay } from './time.ts'

interface Found {
  readonly words: string
  readonly messages: readonly Message[]
  readonly next: string | undefined
}

export function TalkSearch({
  page: { model, acts },
  address,
  close,
}: OfPage & { readonly address: string; readonly close: () => void }): JSX.Element {
  const { search } = chatMessages
  const words = useSignal('')
  const found = useSignal<Found | undefined>(undefined)
  const field = useRef<HTMLInputElement>(null)
  /** What was asked for before and comes late is not shown. */
  const asked = useRef(0)
  useEffect(() => field.current?.focus(), [])
  const seek = async (sought: string, before?: Found): Promise<void> => {
    const turn = ++asked.current
    const page = await acts.search(address, sought, before?.next)
    if (page === undefined || turn !== asked.current) return
    found.value = { words: sought, messages: [...(before?.messages ?? []), ...page.messages], next: page.next }
  }
  const shown = found.value
  return (
    <search
      class="talk-search"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <form
        class="people-seek"
        onSubmit={(event) => {
          event.preventDefault()
          const sought = words.value.trim()
          if (sought !== '') void seek(sought)
        }}
      >
        <SearchField
          grows
          field={field}
          label={search.field}
          hint={search.field}
          value={words}
          typed={(text) => {
            words.value = text
          }}
        />
        <button type="submit" class="primary square" aria-label={search.now} title={search.now}>
          <Icon name="search" />
        </button>
      </form>
      <p class="faint" role="status">
        {shown ? search.found(shown.messages.length, shown.next === undefined) : ''}
      </p>
      {shown && shown.messages.length > 0 && (
        <ul class="list found" aria-label={search.results}>
          {shown.messages.map((message) => (
            <li key={message.id} class="item">
              <button type="button" class="quiet grow" onClick={() => acts.reach(message.id)}>
                <span class="faint">
                  {[writerOf(message, circleOf(model, address)), dayOf(message.at), timeOfDay(message.at)].join(' · ')}
                </span>
                <span>{cut(textOf(message))}</span>
              </button>
            </li>
          ))}
          {shown.next !== undefined && (
            <li class="item">
              <button type="button" class="quiet grow" onClick={() => void seek(shown.words, shown)}>
                {search.more}
              </button>
            </li>
          )}
        </ul>
      )}
    </search>
  )
}
