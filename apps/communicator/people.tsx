// People: who asks, who there is, and the one who is chosen.
import { useComputed, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { ContactCard } from './contact-card.tsx'
import { ContactList } from './contact-list.tsx'
import { DirectoryFound } from './directory-found.tsx'
import { focus, places } from './focus.ts'
import { Form, TextField } from './form.tsx'
import type { OfPage } from './page.ts'
import { peopleMessages } from './people-messages.ts'
import { type GroupBy, rowsOf } from './people-rows.ts'
import { Quiet } from './quiet.tsx'
import { SearchField } from './search-field.tsx'

export function People({ page }: OfPage): JSX.Element {
  const { people } = peopleMessages
  const { model } = page
  const isAdding = useSignal(false)
  const isThere = model.people.isSetUp.value
  return (
    <section class="panel people" id={places.people} tabIndex={-1} aria-labelledby="people-heading">
      <div class="head">
        <h2 id="people-heading">{people.heading}</h2>
        {isThere && (
          <Quiet
            icon="add"
            label={people.add}
            opens={isAdding.value}
            press={() => (isAdding.value = !isAdding.value)}
          />
        )}
      </div>
      {isThere ? (
        <>
          {model.people.trouble.value !== undefined && <p class="bad">{model.people.trouble.value}</p>}
          {isAdding.value && (
            <AddForm
              page={page}
              close={() => {
                isAdding.value = false
                focus(places.contacts, places.people)
              }}
            />
          )}
          <Requests page={page} />
          <Found page={page} />
        </>
      ) : model.hasDirectory.value ? (
        <InDirectory page={page} />
      ) : (
        <p class="faint">{peopleMessages.notSetUp}</p>
      )}
    </section>
  )
}

function Found({ page }: OfPage): JSX.Element {
  const { people } = peopleMessages
  const { model, acts } = page
  const filter = useSignal('')
  const by = useSignal<GroupBy>('availability')
  const rows = useComputed(() => rowsOf(model.people.contacts.value.values(), filter.value, by.value)).value
  const { contact } = model.people
  const chosen = contact.value === undefined ? undefined : model.people.contacts.value.get(contact.value)
  const count = useComputed(() => rows.filter(({ is }) => is === 'contact').length).value
  return (
    <>
      <div class="people-seek">
        <SearchField
          grows
          label={people.filter}
          hint={people.filter}
          value={filter}
          typed={(text) => {
            filter.value = text
          }}
          pressed={(event) => {
            if (event.key !== 'ArrowDown' || rows.length === 0) return
            event.preventDefault()
            focus(places.contacts)
          }}
        />
        <label class="setting">
          <span class="unseen">{people.groupBy}</span>
          <select value={by} onChange={({ currentTarget }) => (by.value = currentTarget.value as GroupBy)}>
            {(['availability', 'group'] as const).map((each) => (
              <option key={each} value={each}>
                {people.by[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="unseen" role="status">
        {filter.value === '' ? '' : people.found(count)}
      </p>
      {rows.length === 0 ? (
        <p class="faint">{model.people.contacts.value.size === 0 ? people.none : people.noneFound}</p>
      ) : (
        <ContactList
          rows={rows}
          chosen={contact.value}
          choose={(address) => (contact.value = address)}
          act={(address) => acts.message(address)}
        />
      )}
      <DirectoryFound page={page} box="people" text={filter.value} />
      {chosen && <ContactCard key={chosen.address} page={page} contact={chosen} />}
    </>
  )
}

/** Where there is a directory, and no list of contacts. */
function InDirectory({ page }: OfPage): JSX.Element {
  const { people } = peopleMessages
  const filter = useSignal('')
  return (
    <>
      <SearchField
        label={people.filter}
        hint={people.filter}
        value={filter}
        typed={(text) => {
          filter.value = text
        }}
      />
      <DirectoryFound page={page} box="people" text={filter.value} />
    </>
  )
}

function Requests({ page: { model, acts } }: OfPage): JSX.Element | null {
  const { people } = peopleMessages
  const requests = model.people.requests.value
  if (requests.length === 0) return null
  return (
    <ul class="list requests" aria-label={people.requests}>
      {requests.map((request) => {
        const name = request.name ?? request.from
        return (
          <li key={request.from} class="item">
            <div class="grow">
              <span>{people.asks(name)}</span>
              <span class="faint">{[request.from, request.note].filter(Boolean).join(' · ')}</span>
            </div>
            <div class="row">
              <button
                type="button"
                class="primary"
                aria-label={people.acceptOf(name)}
                onClick={() => acts.accept(request)}
              >
                {people.accept}
              </button>
              <button
                type="button"
                class="plain"
                aria-label={people.declineOf(name)}
                onClick={() => acts.declineContact(request)}
              >
                {people.decline}
              </button>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

function AddForm({ page: { acts }, close }: OfPage & { readonly close: () => void }): JSX.Element {
  const { people } = peopleMessages
  const address = useSignal('')
  const name = useSignal('')
  return (
    <Form
      label={people.add}
      words={people.addNow}
      send={() => acts.addContact(address.value.trim(), name.value.trim(), close)}
      close={close}
    >
      <TextField label={people.address} value={address} isAddress placeholder="bob@example.com" />
      <TextField label={people.name} value={name} />
    </Form>
  )
}
