// How a contact looks, and what they say of themselves: asked for when they are chosen.
import type { Contact } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { AvailabilityMark } from './availability.tsx'
import type { OfPage } from './page.ts'
import type { Card } from './people-acts.ts'
import { peopleMessages } from './people-messages.ts'

interface OfContact extends OfPage {
  readonly contact: Contact
}

/** Their picture, where they have one, with the mark of their availability. */
export function Portrait({ page: { acts }, contact }: OfContact): JSX.Element {
  const { address, photo, presence } = contact
  const picture = useSignal<string | undefined>(undefined)
  useEffect(() => {
    let isWanted = true
    picture.value = undefined
    if (photo !== undefined)
      void acts.photoOf(address).then((found) => {
        if (isWanted) picture.value = found
      })
    return () => {
      isWanted = false
    }
  }, [address, photo])
  return (
    <span class="portrait">
      {picture.value !== undefined && <img src={picture.value} alt="" />}
      <AvailabilityMark is={presence.availability} />
    </span>
  )
}

export function SaidOfThemselves({ page: { model, acts }, contact }: OfContact): JSX.Element | null {
  const { address } = contact
  const card = useSignal<Card | undefined>(undefined)
  useEffect(() => {
    let isWanted = true
    card.value = undefined
    void acts.cardOf(address).then((found) => {
      if (isWanted) card.value = found
    })
    return () => {
      isWanted = false
    }
  }, [address])
  const canCall = model.phones.value.some(({ state }) => state.is === 'ready')
  const said = card.value
  if (!said && !contact.numbers && !contact.title && !contact.mail) return null
  // What they say of themselves counts before what a directory says of them.
  const { name, title = contact.title, organisation = contact.organisation, note } = said ?? {}
  const own = new Set(said?.numbers.map(({ number }) => number.replaceAll(/\D/g, '')))
  const further = (contact.numbers ?? []).filter(({ number }) => !own.has(number.replaceAll(/\D/g, '')))
  const numbers = [...(said?.numbers ?? []), ...further]
  const mail = [...new Set([...(said?.mail ?? []), ...(contact.mail ?? [])])]
  const kinds = peopleMessages.people.numbers
  return (
    <div class="of-themselves">
      <p class="faint">{[name, title, organisation].filter(Boolean).join(' · ')}</p>
      {note !== undefined && <p class="faint">{note}</p>}
      {numbers.map(({ number, kind }) => (
        <p key={`${kind} ${number}`}>
          <span class="faint">{kinds[kind]}</span>{' '}
          {canCall ? (
            <button type="button" class="quiet" onClick={() => acts.dial(number)}>
              {number}
            </button>
          ) : (
            number
          )}
        </p>
      ))}
      {mail.map((each) => (
        <p key={each}>
          <span class="faint">{peopleMessages.people.mail}</span> {each}
        </p>
      ))}
    </div>
  )
}
