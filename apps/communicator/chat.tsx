// Chat: the conversations, or the one that is open.
import type { Conversation } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { AvailabilityMark, availabilityText } from './availability.tsx'
import { focus, places } from './focus.ts'
import { Icon } from './icons.tsx'
import type { OfPage, Page } from './page.ts'
import { peopleMessages } from './people-messages.ts'
import { TalkView } from './talk-view.tsx'
import { timeOfDay } from './time.ts'

export function Chat({ page }: OfPage): JSX.Element {
  const { chat } = peopleMessages
  const { people } = page.model
  const address = people.talk.address.value
  const isThere = people.isSetUp.value
  const open = isThere ? address : undefined
  const contact = open === undefined ? undefined : people.contacts.value.get(open)
  return (
    <section class="panel chat" id={places.chat} tabIndex={-1} aria-labelledby="chat-heading">
      <div class="head">
        {open !== undefined && (
          <button
            type="button"
            class="quiet square"
            aria-label={chat.back}
            title={chat.back}
            onClick={() => {
              people.talk.open(undefined)
              focus(places.chat)
            }}
          >
            <Icon name="back" />
          </button>
        )}
        <div class="grow">
          <h2 id="chat-heading" class="cut">
            {open === undefined ? chat.heading : calledIn(page, open)}
          </h2>
          {contact && (
            <p class="faint talk-presence">
              <AvailabilityMark is={contact.presence.availability} />
              <span class="cut">{availabilityText(contact.presence)}</span>
            </p>
          )}
        </div>
      </div>
      {!isThere && <p class="faint">{peopleMessages.notSetUp}</p>}
      {isThere && people.trouble.value !== undefined && <p class="bad">{people.trouble.value}</p>}
      {isThere && open === undefined && <Conversations page={page} />}
      {open !== undefined && <TalkView key={open} page={page} address={open} name={calledIn(page, open)} />}
    </section>
  )
}

function Conversations({ page }: OfPage): JSX.Element {
  const { chat } = peopleMessages
  const { conversations } = page.model.people
  if (conversations.value.length === 0) return <p class="faint">{chat.none}</p>
  return (
    <ul class="list conversations" aria-label={chat.conversations}>
      {conversations.value.map((one) => (
        <Entry key={one.address} page={page} conversation={one} />
      ))}
    </ul>
  )
}

function Entry({ page, conversation }: OfPage & { readonly conversation: Conversation }): JSX.Element {
  const { chat } = peopleMessages
  const { address, unread, last, typing } = conversation
  const contact = page.model.people.contacts.value.get(address)
  const text =
    typing.length > 0
      ? chat.typing([calledIn(page, address)])
      : last && `${last.direction === 'outgoing' ? `${chat.you}: ` : ''}${last.text || chat.takenBack}`
  return (
    <li class={unread > 0 ? 'item is-unread' : 'item'}>
      <button type="button" class="quiet grow" onClick={() => page.acts.message(address)}>
        <span class="conversation-line">
          {contact && <AvailabilityMark is={contact.presence.availability} />}
          <strong class="cut grow">{calledIn(page, address)}</strong>
          {last && <span class="faint">{timeOfDay(last.at)}</span>}
        </span>
        <span class="conversation-line">
          <span class="faint cut grow">{text}</span>
          {unread > 0 && (
            <span class="count">
              <span aria-hidden="true">{unread}</span>
              <span class="unseen">, {chat.unread(unread)}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  )
}

/** As the person calls them. */
function calledIn({ model }: Page, address: string): string {
  return model.people.contacts.value.get(address)?.name ?? address
}
