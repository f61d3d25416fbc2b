// What opens below the acts of a call: transferring it, bringing calls together, the codes that a server asks for.
import type { Call } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { places } from './focus.ts'
import { further } from './further.ts'
import { Icon } from './icons.tsx'
import { messages } from './messages.ts'
import { NumberForm } from './number-form.tsx'
import type { OfPage } from './page.ts'
import { callerOf, nameOf } from './sayings.ts'

interface OfCall extends OfPage {
  readonly call: Call
}

export function TransferPanel({ page, call }: OfCall): JSX.Element {
  const { transfer } = messages
  const { acts } = page
  const others = further(page, call, 'transfer')
  return (
    <div class="below" role="group" aria-label={transfer.heading}>
      <NumberForm
        label={transfer.field(callerOf(call))}
        acts={[
          { label: transfer.now, act: (to) => acts.transfer(call, to) },
          { label: transfer.ask, act: (to) => acts.consult(call, to) },
        ]}
      />
      {others.length > 0 && (
        <>
          <p class="faint">{transfer.others}</p>
          <div class="choices">
            {others.map((other) => (
              <button key={other.id} type="button" class="plain" onClick={() => acts.connect(call, other)}>
                <Icon name="transfer" />
                <span>{transfer.to(nameOf(other.remote))}</span>
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  )
}

export function ConferencePanel({ page, call }: OfCall): JSX.Element {
  const { conference } = messages
  const { acts } = page
  const others = further(page, call, 'conference')
  return (
    <div class="below" id={places.conference} tabIndex={-1} role="group" aria-label={conference.bring}>
      <p class="faint">{conference.bring}</p>
      <div class="choices">
        {others.map((other) => (
          <button key={other.id} type="button" class="plain" onClick={() => acts.bringTogether(call, other)}>
            <Icon name="conference" />
            <span>{conference.with(nameOf(other.remote))}</span>
          </button>
        ))}
        {others.length > 1 && (
          <button type="button" class="plain" onClick={() => acts.bringTogether(call, ...others)}>
            <Icon name="conference" />
            <span>{conference.withAll}</span>
          </button>
        )}
      </div>
    </div>
  )
}

/** The call is asked whether it takes another one, which waits. */
export function Consultation({
  page: { acts, face },
  held,
  asked,
}: OfPage & { readonly held: Call; readonly asked: Call }): JSX.Element {
  const { transfer } = messages
  const name = nameOf(held.remote)
  const can = (what: 'transfer' | 'conference'): boolean =>
    [held, asked].every((call) => face.isOurs(call) && call.capabilities.includes(what))
  return (
    <div class="below" role="group" aria-label={transfer.heading}>
      <p>{transfer.asking(name)}</p>
      <div class="choices">
        {can('transfer') && (
          <button type="button" class="primary" onClick={() => acts.connect(held, asked)}>
            <Icon name="transfer" />
            {transfer.complete}
          </button>
        )}
        {can('conference') && (
          <button type="button" class="plain" onClick={() => acts.bringTogether(held, asked)}>
            <Icon name="conference" />
            {transfer.together}
          </button>
        )}
        <button type="button" class="plain" onClick={() => acts.takeBack(held, asked)}>
          <Icon name="resume" />
          {transfer.back(name)}
        </button>
      </div>
    </div>
  )
}

export function CodesForm({ page: { acts }, call }: OfCall): JSX.Element {
  const { codes, dial } = messages
  const account = useSignal('')
  const matter = useSignal('')
  return (
    <form
      class="below"
      aria-labelledby="codes-heading"
      onSubmit={(event) => {
        event.preventDefault()
        if (account.value !== '' || matter.value !== '')
          acts.giveCodes(call, { account: account.value, matter: matter.value })
      }}
    >
      <p id="codes-heading">
        <strong>{codes.heading}</strong>
      </p>
      <div class="pair">
        <Code label={dial.account} value={account.value} set={(code) => (account.value = code)} />
        <Code label={dial.matter} value={matter.value} set={(code) => (matter.value = code)} />
      </div>
      <div class="row centred">
        <button type="submit" class="primary">
          {codes.give}
        </button>
      </div>
      <p class="faint">{codes.hint}</p>
    </form>
  )
}

/** A billing code: keys of a phone, and nothing that a browser keeps. */
export function Code({
  label,
  value,
  set,
}: {
  readonly label: string
  readonly value: string
  readonly set: (code: string) => void
}): JSX.Element {
  return (
    <label class="labelled">
      <span>{label}</span>
      <input
        class="number"
        type="text"
        inputMode="tel"
        autocomplete="off"
        maxLength={32}
        pattern="[0-9*#A-Da-d]{1,32}"
        value={value}
        onInput={({ currentTarget }) => {
          set(currentTarget.value)
        }}
      />
    </label>
  )
}
