// What may be said of a single call before it is dialled: who pays, how important it is, and whether they are told who calls.
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import type { DialOptions } from './face.ts'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { Code } from './panels.tsx'
import { choicesOf } from './precedences.ts'
import { levelName } from './sayings.ts'

export function DialOptionsOf({ page: { face, model } }: OfPage): JSX.Element {
  const { dial } = messages
  const { settings } = model.config.value
  const options = face.options.value
  const set = (what: Partial<DialOptions>): void => {
    face.options.value = { ...face.options.value, ...what }
  }
  const usually = settings['calls.anonymous']?.value === true
  const choices = useComputed(() =>
    choicesOf(
      model.config.value.settings['calls.precedence.namespaces']?.value,
      model.config.value.settings['calls.precedence.highest']?.value,
    ),
  ).value
  const count = [options.account, options.matter, options.precedence].filter((each) => each !== '').length
  const all = count + (options.anonymous === undefined || options.anonymous === usually ? 0 : 1)
  return (
    <details
      class="options"
      open={face.optionsOpen.value}
      onToggle={({ currentTarget }) => {
        face.optionsOpen.value = currentTarget.open
      }}
    >
      <summary>
        {dial.more}
        {all > 0 && <span class="mark">{dial.set(all)}</span>}
      </summary>
      <div class="pair">
        <Code label={dial.account} value={options.account} set={(account) => set({ account })} />
        <Code label={dial.matter} value={options.matter} set={(matter) => set({ matter })} />
      </div>
      <p class="faint">{dial.codes}</p>
      {choices.length > 0 && (
        <label class="labelled">
          <span>{dial.precedence}</span>
          <select value={options.precedence} onChange={({ currentTarget }) => set({ precedence: currentTarget.value })}>
            <option value="">{dial.routine}</option>
            {choices.map(({ namespace, levels }) => (
              <optgroup key={namespace} label={namespace.toUpperCase()}>
                {levels.map(({ value, level }) => (
                  <option key={value} value={value}>
                    {levelName(namespace, level)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={options.anonymous ?? usually}
          onChange={({ currentTarget }) => set({ anonymous: currentTarget.checked })}
        />
        {dial.anonymous}
      </label>
    </details>
  )
}
