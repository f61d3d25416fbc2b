// Which of a person's other calls may come together with one.
import type { Call } from '@openparley/sdk/browser'
import type { Page } from './page.ts'

/** On the same phone, and not in the call's conference. */
export function further(
  { face, model }: Pick<Page, 'face' | 'model'>,
  call: Call,
  capability: 'transfer' | 'conference',
): readonly Call[] {
  return model.calls.value.filter(
    (other) =>
      other.id !== call.id &&
      other.phone === call.phone &&
      (call.conference === undefined || other.conference !== call.conference) &&
      face.isOurs(other) &&
      other.capabilities.includes(capability),
  )
}
