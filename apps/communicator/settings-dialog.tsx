// The settings, made from their schema: each with its origin, locked where policy sets it.
import type { Session, SettingOrigin } from '@openparley/sdk/browser'
import { ParleyError } from '@openparley/sdk/browser'
import type { SettingEntry } from '@openparley/sdk/settings'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { SearchField } from './search-field.tsx'
import { type Form, formOf, typed, written } from './setting-forms.ts'

type Schema = Readonly<Record<string, SettingEntry>>

export function SettingsDialog({ page }: OfPage): JSX.Element {
  const { settings } = messages
  return (
    <Dialog title={settings.heading} open={page.face.settingsOpen}>
      <Settings page={page} />
    </Dialog>
  )
}

function Settings({ page: { model, face } }: OfPage): JSX.Element {
  const { settings } = messages
  const schema = useSignal<Schema>({})
  const sought = useSignal('')
  // Its own part of the page: who never opens the settings never loads it.
  useEffect(() => {
    void import('@openparley/sdk/settings').then(({ settingsSchema }) => {
      schema.value = settingsSchema
    })
  }, [schema])
  const { pending, problems, unknown } = model.config.value
  const word = sought.value.trim().toLowerCase()
  const found = Object.entries(schema.value).filter(([name, { doc }]) => `${name} ${doc}`.toLowerCase().includes(word))
  const groups = Map.groupBy(found, ([name]) => name.split('.')[0] as string)
  return (
    <div class="settings">
      {pending.length > 0 && (
        <div class="trouble" role="status">
          <p class="grow">{settings.pending(pending.join(', '))}</p>
          <button
            type="button"
            onClick={() => {
              model.session.config.apply().catch((error: unknown) => {
                if (error instanceof ParleyError) face.problems.value = [{ id: 0, error }]
              })
            }}
          >
            {settings.apply}
          </button>
        </div>
      )}
      <SearchField
        label={settings.search}
        value={sought.value}
        typed={(text) => {
          sought.value = text
        }}
      />
      {[...groups].map(([group, entries]) => (
        <section key={group} aria-labelledby={`settings-${group}`}>
          <h3 id={`settings-${group}`}>{settings.groups[group] ?? group}</h3>
          {entries.map(([name, entry]) => (
            <Setting
              key={name}
              name={name}
              entry={entry}
              now={model.config.value.settings[name]}
              session={model.session}
            />
          ))}
        </section>
      ))}
      {found.length === 0 && word !== '' && <p class="faint">{settings.none}</p>}
      {(problems.length > 0 || unknown.length > 0) && (
        <section aria-labelledby="settings-problems">
          <h3 id="settings-problems">{settings.problems}</h3>
          {problems.map(({ sentence, detail, next }, at) => (
            <p key={at}>
              <strong>{sentence}</strong> {detail} {next}
            </p>
          ))}
          {unknown.map(({ name, from }) => (
            <p key={`${name} ${from}`} class="faint">
              {settings.unknown(name, from)}
            </p>
          ))}
        </section>
      )}
    </div>
  )
}

interface OfSetting {
  readonly name: string
  readonly entry: SettingEntry
  readonly now: SettingOrigin | undefined
  readonly session: Session
}

function Setting({ name, entry, now, session }: OfSetting): JSX.Element {
  const { settings } = messages
  const id = useId()
  const trouble = useSignal<ParleyError | undefined>(undefined)
  const form = formOf(entry)
  const locked = now?.layer === 'policy'
  const act = (doing: Promise<unknown>): void => {
    doing.then(
      () => {
        trouble.value = undefined
      },
      (error: unknown) => {
        if (error instanceof ParleyError) trouble.value = error
      },
    )
  }
  return (
    <div class="setting">
      <label for={id}>{name}</label>
      <Control
        id={id}
        form={form}
        now={now}
        locked={locked}
        set={(value) => act(session.config.set({ name, value }))}
      />
      <p id={`${id}-about`} class="faint">
        {entry.doc} {settings.applies[entry.applies as keyof typeof settings.applies]}
      </p>
      <p class="origin">
        {now ? settings.origins[now.layer](now.from) : settings.unset}
        {now?.layer === 'user' && (
          <button type="button" class="quiet" onClick={() => act(session.config.unset({ name }))}>
            {settings.unsetAct}
            <span class="unseen"> {name}</span>
          </button>
        )}
      </p>
      {trouble.value && (
        <p role="alert" class="refused">
          <strong>{trouble.value.sentence}</strong> {trouble.value.detail} {trouble.value.next}
        </p>
      )}
    </div>
  )
}

function Control({
  id,
  form,
  now,
  locked,
  set,
}: {
  readonly id: string
  readonly form: Form
  readonly now: SettingOrigin | undefined
  readonly locked: boolean
  readonly set: (value: unknown) => void
}): JSX.Element {
  const common = { id, disabled: locked, 'aria-describedby': `${id}-about` }
  const value = written(form, now?.value)
  const changed = ({ currentTarget }: { currentTarget: { value: string } }): void => {
    if (currentTarget.value !== value) set(typed(form, currentTarget.value))
  }
  switch (form.is) {
    case 'switch':
      return (
        <input
          {...common}
          type="checkbox"
          checked={now?.value === true}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <select {...common} value={value} onChange={changed}>
          {now === undefined && <option value="" />}
          {form.of.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      )
    case 'number':
      return <input {...common} type="number" min={form.min} max={form.max} value={value} onChange={changed} />
    case 'secret':
      return (
        <input
          {...common}
          type="password"
          autocomplete="new-password"
          placeholder={now ? messages.settings.secretSet : ''}
          value=""
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== '') set(currentTarget.value)
            currentTarget.value = ''
          }}
        />
      )
    case 'text':
      return <input {...common} type="text" value={value} onChange={changed} />
    default:
      return <textarea {...common} rows={Math.min(6, value.split('\n').length + 1)} value={value} onChange={changed} />
  }
}
