// Where calls are sent on to: all, those that would be busy, those that nobody answers.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Dialog } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { forwardingText } from './sayings.ts'

export function ForwardDialog({ page }: OfPage): JSX.Element {
  return (
    <Dialog title={messages.forward.heading} open={page.face.forwardOpen}>
      <Forwarding page={page} />
    </Dialog>
  )
}

function Forwarding({ page }: OfPage): JSX.Element {
  const { model, acts } = page
  const { forward } = messages
  const { settings } = model.config.value
  const now = (name: Where): string => String(settings[`calls.forward.${name}`]?.value ?? '')
  const locked = (name: string): boolean => settings[`calls.forward.${name}`]?.layer === 'policy'
  const typed = {
    always: useSignal(now('always')),
    busy: useSignal(now('busy')),
    noAnswer: useSignal(now('noAnswer')),
  }
  const at = useSignal<At>(settings['calls.forward.at']?.value === 'server' ? 'server' : 'phone')
  const afterS = useSignal(Number(settings['calls.forward.noAnswerMs']?.value ?? 20_000) / 1000)
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault()
        const { always, busy, noAnswer } = typed
        acts.forward({
          at: at.value,
          always: always.value,
          busy: busy.value,
          noAnswer: noAnswer.value,
          afterS: afterS.value,
        })
      }}
    >
      <label class="setting">
        <span>{forward.at}</span>
        <select
          disabled={locked('at')}
          value={at}
          onChange={({ currentTarget }) => {
            at.value = currentTarget.value as At
          }}
        >
          {ats.map((each) => (
            <option key={each} value={each}>
              {forward.ats[each]}
            </option>
          ))}
        </select>
        {locked('at') && <span class="faint">{forward.locked}</span>}
      </label>
      {wheres.map((name) => (
        <div key={name} class="setting">
          <label for={`forward-${name}`}>{forward[name]}</label>
          <input
            id={`forward-${name}`}
            type="text"
            inputMode="tel"
            autocomplete="off"
            maxLength={256}
            disabled={locked(name)}
            aria-describedby={`forward-${name}-told`}
            value={typed[name]}
            onInput={({ currentTarget }) => {
              typed[name].value = currentTarget.value
            }}
          />
          <div id={`forward-${name}-told`}>
            {locked(name) && <p class="faint">{forward.locked}</p>}
            <Told page={page} name={name} />
          </div>
        </div>
      ))}
      {at.value === 'server' && <p class="faint">{forward.serverTime}</p>}
      <label class="setting" hidden={at.value === 'server'}>
        <span>{forward.afterS}</span>
        <input
          type="number"
          min={1}
          max={600}
          required
          disabled={locked('noAnswerMs')}
          value={afterS}
          onInput={({ currentTarget }) => {
            afterS.value = currentTarget.valueAsNumber
          }}
        />
      </label>
      <p class="faint">{forward.none}</p>
      <button type="submit" class="primary large">
        {forward.save}
      </button>
    </form>
  )
}

/** What the server was told of it, as long as the page is there. */
function Told({ page: { model }, name }: OfPage & { readonly name: Where }): JSX.Element | null {
  const told = model.forwardings.value.get(name)
  return told ? <p class={told.error ? 'refused warning' : 'faint'}>{forwardingText(told)}</p> : null
}

const ats = ['phone', 'server'] as const
type At = (typeof ats)[number]
const wheres = ['always', 'busy', 'noAnswer'] as const
type Where = (typeof wheres)[number]
