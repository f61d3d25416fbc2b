// The open conversation: what was said, what became of one's own, who is writing, and the field to write in.
import type { Message } from '@openparley/sdk/browser'
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Compose } from './compose.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'
import { dayOf, timeOfDay } from './time.ts'

interface OfTalk extends OfPage {
  readonly address: string
  readonly name: string
}

export function TalkView({ page, address, name }: OfTalk): JSX.Element {
  const { chat } = peopleMessages
  const { people } = page.model
  const { talk } = people
  const messages = talk.messages.value
  const conversation = useComputed(() => people.conversations.value.find((one) => one.address === address)).value
  useReading(page, address)
  const typing = conversation?.typing ?? []
  const who = conversation?.kind === 'room' ? typing : typing.map(() => name)
  return (
    <>
      <Log messages={messages} name={name}>
        {talk.hasOlder.value && (
          <button type="button" class="quiet" onClick={() => page.acts.olderMessages()}>
            {chat.older}
          </button>
        )}
        {messages.length === 0 && <p class="faint">{chat.nothing}</p>}
      </Log>
      <p class="faint typing" role="status">
        {who.length > 0 ? chat.typing(who) : ''}
      </p>
      <Compose page={page} address={address} name={name} />
    </>
  )
}

function Log({
  messages,
  name,
  children,
}: {
  readonly messages: readonly Message[]
  readonly name: string
  readonly children: JSX.Element | (JSX.Element | false)[]
}): JSX.Element {
  const { chat } = peopleMessages
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  /** How far the end was before older ones came above. */
  const fromEnd = useRef(0)
  const first = messages[0]?.id
  useLayoutEffect(() => {
    const element = box.current
    if (element) element.scrollTop = element.scrollHeight - (isAtEnd.current ? 0 : fromEnd.current)
  }, [first])
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    // A phone's keyboard takes half of it: who was at the end stays there.
    const sized = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight
    })
    sized.observe(element)
    return () => sized.disconnect()
  }, [])
  useLayoutEffect(() => {
    const element = box.current
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight
  }, [messages])
  return (
    <div
      ref={box}
      class="log"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label={chat.log(name)}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        fromEnd.current = scrollHeight - scrollTop
        isAtEnd.current = fromEnd.current - clientHeight < 40
      }}
    >
      {children}
      {messages.map((message, n) => (
        <Said key={message.id} message={message} name={name} before={messages[n - 1]} />
      ))}
    </div>
  )
}

function Said({
  message,
  name,
  before,
}: {
  readonly message: Message
  readonly name: string
  readonly before: Message | undefined
}): JSX.Element {
  const { chat } = peopleMessages
  const { direction, text, at, state, error, editedAt, from } = message
  const isOwn = direction === 'outgoing'
  const day = dayOf(at)
  const isNewDay = before === undefined || dayOf(before.at) !== day
  return (
    <>
      {isNewDay && <p class="faint day">{day}</p>}
      <div class={`said ${isOwn ? 'own' : 'theirs'} ${state}`}>
        <span class="unseen">{isOwn ? chat.you : from.includes('@') ? name : from}: </span>
        <p class={text === '' ? 'text faint' : 'text'}>{text === '' ? chat.takenBack : text}</p>
        <p class="faint">{[timeOfDay(at), editedAt && chat.edited, chat.states[state]].filter(Boolean).join(' · ')}</p>
        {error && <p class="bad">{error.sentence}</p>}
      </div>
    </>
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
    const unread = model.people.conversations.value.find((one) => one.address === address)?.unread ?? 0
    if (isThere.value && unread > 0) acts.markRead(address)
  })
}

function isHere(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
