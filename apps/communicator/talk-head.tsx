// The head of the open conversation: back, whom it is with, and what can be done with it.
import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { AvailabilityMark, availabilityText } from './availability.tsx'
import { chatMessages } from './chat-messages.ts'
import { conferenceMessages } from './conferences-messages.ts'
import { focus, places } from './focus.ts'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'
import { calledIn, conversationOf, isBySip } from './said.ts'

export function TalkHead({
  page,
  address,
  isSeeking,
}: OfPage & { readonly address: string; readonly isSeeking: Signal<boolean> }): JSX.Element {
  const { model, acts } = page
  const { people } = model
  const contact = people.contacts.value.get(address)
  const isRoom = conversationOf(model, address)?.kind === 'room'
  const isStranger = !contact && !isRoom && !isBySip(address)
  return (
    <div class="head">
      <Quiet
        icon="back"
        label={chatMessages.back}
        press={() => {
          people.talk.open(undefined)
          focus(places.chat)
        }}
      />
      <div class="grow">
        <h2 id="chat-heading" class="cut">
          {calledIn(model, address)}
        </h2>
        {contact && (
          <p class="faint talk-presence">
            <AvailabilityMark is={contact.presence.availability} />
            <span class="cut">{availabilityText(contact.presence)}</span>
          </p>
        )}
        {isRoom && <p class="faint cut">{address}</p>}
      </div>
      {!isRoom && model.phones.value.some(({ state }) => state.is === 'ready') && (
        <Quiet icon="call" label={chatMessages.call.start(calledIn(model, address))} press={() => acts.dial(address)} />
      )}
      {!isRoom && model.conferences.isSetUp.value && (
        <Quiet
          icon="camera"
          label={conferenceMessages.startWith(calledIn(model, address))}
          press={() => acts.startConference({ invite: [address] })}
        />
      )}
      {isStranger && (
        <Quiet icon="add" label={chatMessages.stranger} press={() => acts.addContact(address, '', () => undefined)} />
      )}
      <Quiet
        id={places.seek}
        icon="search"
        label={chatMessages.search.open}
        opens={isSeeking.value}
        press={() => {
          isSeeking.value = !isSeeking.value
        }}
      />
    </div>
  )
}
