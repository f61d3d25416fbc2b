// Which of the person's phones acts: chosen in the head, where there are several.
import type { Phone } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { phoneWords } from './sayings.ts'

export function PhoneChoice({ page: { model, acts } }: OfPage): JSX.Element | null {
  const phones = usable(model.phones.value)
  const chosen = phones.find((phone) => phone.chosen)
  if (phones.length < 2) return null
  return (
    <label class="phone-choice">
      <span class="unseen">{messages.phones.label}</span>
      <select
        value={chosen?.id ?? ''}
        disabled={!model.core.scopes.includes('phones.control')}
        onChange={({ currentTarget }) => acts.usePhone(currentTarget.value)}
      >
        {phones.map((phone) => (
          <option key={phone.id} value={phone.id}>
            {[nameOfPhone(phone, phones), ...(phone.state.is === 'ready' ? [] : [phoneWords[phone.state.is]])].join(
              ': ',
            )}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Those that the person may use here. */
export function usable(phones: readonly Phone[]): readonly Phone[] {
  return phones.filter(({ notAllowed }) => notAllowed === undefined)
}

export function nameOfPhone(phone: Phone, all: readonly Phone[]): string {
  const kind = messages.phones[phone.kind]
  const isOne = all.filter((each) => each.kind === phone.kind).length === 1
  return isOne ? kind : messages.phones.named(kind, phone.line?.number ?? phone.number ?? phone.address)
}
