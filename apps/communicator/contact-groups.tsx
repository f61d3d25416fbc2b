// The groups that a contact is in: those that there are, and a new one.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { OfContact } from './contact-card.tsx'
import { Form, TextField } from './form.tsx'
import { peopleMessages } from './people-messages.ts'
import { groupsOf } from './people-rows.ts'

export function ContactGroups({
  page: { model, acts },
  contact,
  close,
}: OfContact & { readonly close: () => void }): JSX.Element {
  const { people } = peopleMessages
  const chosen = useSignal<ReadonlySet<string>>(new Set(contact.groups))
  const added = useSignal('')
  const all = groupsOf(model.people.contacts.value.values())
  return (
    <Form
      label={people.groups}
      words={people.save}
      send={() => {
        const name = added.value.trim()
        acts.setGroups(contact, [...new Set([...chosen.value, ...(name === '' ? [] : [name])])])
        close()
      }}
      close={close}
    >
      {all.length > 0 && (
        <fieldset class="group-choices">
          <legend class="faint">{people.groupsOf(contact.name)}</legend>
          {all.map((group) => (
            <label key={group} class="check">
              <input
                type="checkbox"
                checked={chosen.value.has(group)}
                onChange={({ currentTarget }) => {
                  const rest = [...chosen.value].filter((each) => each !== group)
                  chosen.value = new Set(currentTarget.checked ? [...rest, group] : rest)
                }}
              />
              <span class="cut">{group}</span>
            </label>
          ))}
        </fieldset>
      )}
      <TextField label={people.newGroup} value={added} />
    </Form>
  )
}
