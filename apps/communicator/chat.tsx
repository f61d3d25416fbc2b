// Chat: the conversations, or the one that is open.
import type { Conversation } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { AvailabilityMark } from './availability.tsx'
import { chatMessages } from './chat-messages.ts'
import { focus, places } from './focus.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'
import { Quiet } from './quiet.tsx'
import { JoinForm } from './room.tsx'
import { calledIn, textOf } from './said.ts'
import { TalkView } from './talk-view.tsx'
import { timeOfDay } from './time.ts'

export function Chat({ page }: OfPage): JSX.Element {
  const { people } = page.model
  const isThere = people.isSetUp.value
  const open = isThere ? people.talk.address.value : undefined
  const trouble = isThere && people.trouble.value !== undefined && <p class="bad">{people.trouble.value}</p>
  return (
    <section class="panel chat" id={places.chat} tabIndex={-1} aria-labelledby="chat-heading">
      {open === undefined ? (
        <Conversations page={page} isThere={isThere}>
          {trouble}
        </Conversations>
      ) : (
        <>
          {trouble}
          <TalkView key={open} page={page} address={open} />
        </>
      )}
    </section>
  )
}

function Conversations({
  page,
  isThere,
  children,
}: OfPage & { readonly isThere: boolean; readonly children: JSX.Element | false }): JSX.Element {
  const { conversations } = page.model.people
  const isJoining = useSignal(false)
  const close = (): void => {
    isJoining.value = false
    focus(places.chat)
  }
  return (
    <>
      <div class="head">
        <h2 id="chat-heading" class="grow">
          {chatMessages.heading}
        </h2>
        {isThere && (
          <Quiet
            icon="conference"
            label={chatMessages.room.join}
            opens={isJoining.value}
            press={() => {
              isJoining.value = !isJoining.value
            }}
          />
        )}
      </div>
      {children}
      {!isThere && <p class="faint">{peopleMessages.notSetUp}</p>}
      {isThere && isJoining.value && <JoinForm page={page} close={close} />}
      {isThere && conversations.value.length === 0 && <p class="faint">{chatMessages.none}</p>}
      {isThere && conversations.value.length > 0 && (
        <ul class="list conversations" aria-label={chatMessages.conversations}>
          {conversations.value.map((one) => (
            <Entry key={one.address} page={page} conversation={one} />
          ))}
        </ul>
      )}
    </>
  )
}

function Entry({ page, conversation }: OfPage & { readonly conversation: Conversation }): JSX.Element {
  const { address, kind, unread, last, typing } = conversation
  const contact = page.model.people.contacts.value.get(address)
  const name = calledIn(page.model, address)
  const isRoom = kind === 'room'
  const whose = last?.direction === 'outgoing' ? `${chatMessages.you}: ` : isRoom && last ? `${last.from}: ` : ''
  const text =
    typing.length > 0
      ? chatMessages.typing(isRoom ? typing : [name])
      : last
        ? `${whose}${textOf(last)}`
        : isRoom && conversation.room?.state !== 'in'
          ? chatMessages.room.out
          : address
  return (
    <li class={unread > 0 ? 'item is-unread' : 'item'}>
      <button type="button" class="quiet grow" title={address} onClick={() => page.acts.message(address)}>
        <span class="conversation-line">
          {contact && <AvailabilityMark is={contact.presence.availability} />}
          {isRoom && <Icon name="conference" />}
          <strong class="cut grow">{name}</strong>
          {last && <span class="faint">{timeOfDay(last.at)}</span>}
        </span>
        <span class="conversation-line">
          <span class="faint cut grow">{text}</span>
          {unread > 0 && (
            <span class="count">
              <span aria-hidden="true">{unread}</span>
              <span class="unseen">, {chatMessages.unread(unread)}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  )
}
