// Somebody of the directory: how they look, and every way to reach them.
import type { DirectoryEntry } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { directoryMessages } from './directory-messages.ts'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'

export function DirectoryCard({ page, entry }: OfPage & { readonly entry: DirectoryEntry }): JSX.Element {
  const { acts, model } = page
  const { id, name, hasPhoto, numbers, mail, location, address } = entry
  const picture = useSignal<string | undefined>(undefined)
  useEffect(() => {
    let isWanted = true
    if (hasPhoto)
      void acts.directoryPhoto(id).then((found) => {
        if (isWanted) picture.value = found
      })
    return () => {
      isWanted = false
    }
  }, [id, hasPhoto])
  const canCall = model.phones.value.some(({ state }) => state.is === 'ready')
  const kinds = peopleMessages.people.numbers
  const isContact = address !== undefined && model.people.contacts.value.has(address)
  return (
    <div class="directory-card">
      {picture.value !== undefined && (
        <span class="portrait">
          <img src={picture.value} alt="" />
        </span>
      )}
      {location !== undefined && <p class="faint">{location}</p>}
      {mail.map((each) => (
        <p key={each} class="faint">
          {peopleMessages.people.mail} {each}
        </p>
      ))}
      {numbers.map(({ number, kind, e164 }) => (
        <button
          key={`${kind} ${number}`}
          type="button"
          class="plain"
          disabled={!canCall}
          onClick={() => acts.dial(e164 ?? number)}
        >
          <Icon name="call" />
          <span class="unseen">{directoryMessages.call(name)}</span>
          <span class="grow">{number}</span>
          <span class="faint">{kinds[kind]}</span>
        </button>
      ))}
      {address !== undefined && model.people.isSetUp.value && (
        <div class="contact-acts">
          <button type="button" class="plain" onClick={() => acts.message(address)}>
            <Icon name="chat" />
            {peopleMessages.people.message}
          </button>
          {!isContact && (
            <button type="button" class="plain" onClick={() => acts.addContact(address, name, () => undefined)}>
              <Icon name="add" />
              {directoryMessages.add}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
