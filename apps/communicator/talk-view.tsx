// The open conversation: who it is with, what was said, who is writing, and the field to write in.
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { chatMessages } from './chat-messages.ts'
import { Compose } from './compose.tsx'
import { places } from './focus.ts'
import { Log } from './log.tsx'
import type { OfPage } from './page.ts'
import { RoomBar } from './room.tsx'
import { calledIn, circleOf, conversationOf, cut, failureOf, textOf, writerOf } from './said.ts'
import { TalkHead } from './talk-head.tsx'
import { TalkSearch } from './talk-search.tsx'

interface OfTalk extends OfPage {
  readonly address: string
}

export function TalkView({ page, address }: OfTalk): JSX.Element {
  const { talk } = page.model.people
  const conversation = useComputed(() => conversationOf(page.model, address)).value
  const name = calledIn(page.model, address)
  const isSeeking = useSignal(false)
  useReading(page, address)
  useEffect(() => {
    talk.isShown.value = true
    return () => {
      talk.isShown.value = false
    }
  }, [])
  const typing = conversation?.typing ?? []
  const isRoom = conversation?.kind === 'room'
  const who = isRoom ? typing : typing.map(() => name)
  return (
    <>
      <TalkHead page={page} address={address} isSeeking={isSeeking} />
      {isRoom && <RoomBar page={page} conversation={conversation} />}
      {isSeeking.value && (
        <TalkSearch
          page={page}
          address={address}
          close={() => {
            isSeeking.value = false
            document.getElementById(places.seek)?.focus()
          }}
        />
      )}
      <Log page={page} address={address} />
      <Came page={page} />
      <p class="faint typing" role="status">
        {who.length > 0 ? chatMessages.typing(who) : ''}
      </p>
      {(!isRoom || (conversation.room && conversation.room.state !== 'out')) && (
        <Compose page={page} address={address} name={name} />
      )}
    </>
  )
}

/** Read out as it comes, and seen by nobody. */
function Came({ page: { model } }: OfPage): JSX.Element {
  return (
    <div class="unseen came" aria-live="polite" aria-relevant="additions">
      {model.people.talk.came.value.map((message) => (
        <p key={`${message.id} ${message.state}`}>
          {message.error
            ? `${chatMessages.states.failed}. ${failureOf(message.error)}`
            : `${writerOf(message, circleOf(model, message.conversation))}: ${cut(textOf(message))}`}
        </p>
      ))}
    </div>
  )
}

/** What is shown to a person who is there is read. */
function useReading({ model, acts }: OfPage['page'], address: string): void {
  const isThere = useSignal(isHere())
  useEffect(() => {
    const look = (): void => {
      isThere.value = isHere()
    }
    for (const type of ['focus', 'blur']) addEventListener(type, look)
    document.addEventListener('visibilitychange', look)
    return () => {
      for (const type of ['focus', 'blur']) removeEventListener(type, look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  useSignalEffect(() => {
    const unread = conversationOf(model, address)?.unread ?? 0
    if (isThere.value && unread > 0) acts.markRead(address)
  })
}

function isHere(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
