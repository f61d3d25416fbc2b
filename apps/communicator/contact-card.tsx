// The chosen contact, and what may be done with them.
import type { Contact } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { availabilityText } from './availability.tsx'
import { ContactGroups } from './contact-groups.tsx'
import { Portrait, SaidOfThemselves } from './contact-said.tsx'
import { focus, places } from './focus.ts'
import { Form, TextField } from './form.tsx'
import { Icon } from './icons.tsx'
import { MenuButton, type MenuEntry, useMenu } from './kit.tsx'
import type { OfPage } from './page.ts'
import { pastMessages } from './past-messages.ts'
import { peopleMessages } from './people-messages.ts'
import { groupsOf } from './people-rows.ts'

export interface OfContact extends OfPage {
  readonly contact: Contact
}

/** Some have fields; what cannot be undone by the same way is asked for once more. */
type Open = 'none' | 'rename' | 'groups' | 'remove' | 'block'

export function ContactCard({ page, contact }: OfContact): JSX.Element {
  const { people } = peopleMessages
  const { acts, model } = page
  const { name, address, blocked, presence } = contact
  const groups = groupsOf([contact])
  const open = useSignal<Open>('none')
  const canCall = model.phones.value.some(({ state }) => state.is === 'ready')
  const menu = useMenu((what) => {
    if (what === 'favourite') acts.toggleFavourite(contact)
    else if (what === 'unblock') acts.toggleBlock(contact)
    else open.value = what as Open
  })
  const close = (): void => {
    open.value = 'none'
    focus(places.contacts, places.people)
  }
  const then = (act: () => void) => (): void => {
    act()
    close()
  }
  return (
    <section class="contact-card" aria-label={people.chosen(name)}>
      <div class="contact-who">
        <Portrait page={page} contact={contact} />
        <div class="grow">
          <p class="cut">
            <strong>{name}</strong>
          </p>
          <p class="faint cut">{[blocked ? people.blocked : availabilityText(presence), address].join(' · ')}</p>
          {groups.length > 0 && <p class="faint cut">{people.inGroups(groups)}</p>}
        </div>
        <MenuButton menu={menu} of={address} label={people.more(name)} />
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
      <button type="button" class="quiet" onClick={() => acts.pastWith(address)}>
        <Icon name="history" />
        {pastMessages.withContact(name)}
      </button>
      <SaidOfThemselves page={page} contact={contact} />
      {menu.list(entriesOf(contact))}
      {open.value === 'rename' && <Rename page={page} contact={contact} close={close} />}
      {open.value === 'groups' && <ContactGroups page={page} contact={contact} close={close} />}
      {open.value === 'remove' && (
        <Form
          label={people.remove}
          words={people.remove}
          isDanger
          send={then(() => acts.removeContact(contact))}
          close={close}
        >
          <p>{people.removeSure(name)}</p>
        </Form>
      )}
      {open.value === 'block' && (
        <Form
          label={people.block}
          words={people.block}
          isDanger
          send={then(() => acts.toggleBlock(contact))}
          close={close}
        >
          <p>{people.blockSure(name)}</p>
        </Form>
      )}
    </section>
  )
}

function entriesOf({ favourite, blocked }: Contact): readonly MenuEntry[] {
  const { people } = peopleMessages
  return [
    { value: 'favourite', label: favourite ? people.noFavourite : people.makeFavourite, icon: 'star' },
    { value: 'rename', label: people.rename, icon: 'rename' },
    { value: 'groups', label: people.groups, icon: 'groups' },
    blocked
      ? { value: 'unblock', label: people.unblock, icon: 'block' }
      : { value: 'block', label: people.block, icon: 'block' },
    { value: 'remove', label: people.remove, icon: 'remove', isDanger: true },
  ]
}

function Rename({ page: { acts }, contact, close }: OfContact & { readonly close: () => void }): JSX.Element {
  const { people } = peopleMessages
  const typed = useSignal(contact.name)
  return (
    <Form
      label={people.rename}
      words={people.save}
      send={() => {
        acts.rename(contact, typed.value.trim())
        close()
      }}
      close={close}
    >
      <TextField label={people.newName(contact.name)} value={typed} />
    </Form>
  )
}
