// The chosen contact, and what may be done with them.
import type { Contact } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { AvailabilityMark, availabilityText } from './availability.tsx'
import { focus, places as pagePlaces } from './focus.ts'
import { Icon, type IconName } from './icons.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'

interface OfContact extends OfPage {
  readonly contact: Contact
}

/** Rename has a field; what cannot be undone by the same button is asked for once more. */
type Open = 'none' | 'rename' | 'remove' | 'block'

export function ContactCard({ page, contact }: OfContact): JSX.Element {
  const { people } = peopleMessages
  const { acts, model } = page
  const { name, address, favourite, blocked, presence } = contact
  const open = useSignal<Open>('none')
  const canCall = model.phones.value.some(({ state }) => state.is === 'ready')
  const show = (which: Open): void => {
    open.value = open.value === which ? 'none' : which
    if (open.value !== 'none') focus(places[open.value])
  }
  const close = (): void => {
    open.value = 'none'
    focus(pagePlaces.contacts, pagePlaces.people)
  }
  return (
    <section class="contact-card" aria-label={people.chosen(name)}>
      <div class="contact-who">
        <AvailabilityMark is={presence.availability} />
        <div class="grow">
          <p class="cut">
            <strong>{name}</strong>
          </p>
          <p class="faint cut">{[blocked ? people.blocked : availabilityText(presence), address].join(' · ')}</p>
        </div>
      </div>
      <div class="contact-acts">
        <button type="button" class="primary" onClick={() => acts.message(address)}>
          <Icon name="chat" />
          {people.message}
        </button>
        {canCall && (
          <button type="button" class="plain" onClick={() => acts.dial(address)}>
            <Icon name="call" />
            {people.call}
          </button>
        )}
      </div>
      <div class="contact-further">
        <Quiet icon="star" label={people.makeFavourite} isOn={favourite} press={() => acts.toggleFavourite(contact)} />
        <Quiet icon="rename" label={people.rename} opens={open.value === 'rename'} press={() => show('rename')} />
        <Quiet
          icon="block"
          label={blocked ? people.unblock : people.block}
          {...(blocked ? {} : { opens: open.value === 'block' })}
          press={() => (blocked ? acts.toggleBlock(contact) : show('block'))}
        />
        <Quiet icon="remove" label={people.remove} opens={open.value === 'remove'} press={() => show('remove')} />
      </div>
      {open.value === 'rename' && <Rename page={page} contact={contact} close={close} />}
      {(open.value === 'remove' || open.value === 'block') && (
        <div class="contact-sure">
          <p>{open.value === 'remove' ? people.removeSure(name) : people.blockSure(name)}</p>
          <div class="row">
            <button
              type="button"
              id={places[open.value]}
              class="danger"
              onClick={() => {
                if (open.value === 'remove') acts.removeContact(contact)
                else acts.toggleBlock(contact)
                close()
              }}
            >
              {open.value === 'remove' ? people.remove : people.block}
            </button>
            <button type="button" class="plain" onClick={close}>
              {people.cancel}
            </button>
          </div>
        </div>
      )}
    </section>
  )
}

function Rename({ page: { acts }, contact, close }: OfContact & { readonly close: () => void }): JSX.Element {
  const { people } = peopleMessages
  const typed = useSignal(contact.name)
  return (
    <form
      class="setting"
      onSubmit={(event) => {
        event.preventDefault()
        acts.rename(contact, typed.value.trim())
        close()
      }}
    >
      <label for={places.rename}>{people.newName(contact.name)}</label>
      <input
        id={places.rename}
        type="text"
        autocomplete="off"
        maxLength={1024}
        value={typed}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value
        }}
      />
      <div class="row">
        <button type="submit" class="primary">
          {people.save}
        </button>
        <button type="button" class="plain" onClick={close}>
          {people.cancel}
        </button>
      </div>
    </form>
  )
}

function Quiet({
  icon,
  label,
  press,
  isOn,
  opens,
}: {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  readonly isOn?: boolean
  /** Whether what it opens is open; absent where it acts at once. */
  readonly opens?: boolean
}): JSX.Element {
  return (
    <button
      type="button"
      class="quiet square"
      aria-label={label}
      title={label}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      {...(opens === undefined ? {} : { 'aria-expanded': opens })}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  )
}

const places = { rename: 'contact-name', remove: 'contact-remove', block: 'contact-block' } as const
