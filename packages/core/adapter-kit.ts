// What an adapter of a phone is made of, for those who write one outside of this repository: docs/guide/write-a-phone-adapter.md.
import type { OpenDeskPhone } from './compose-desk.ts'

export { errorValue, ParleyError } from '@openparley/contract'
export type { DeskPhoneOptions, OpenDeskPhone } from './compose-desk.ts'
export type { World } from './runtime/world.ts'
export type { CallDetails, Line, LineSet, PhoneCommand, PhoneEvent, PhonePort } from './services/calls/port.ts'

/** The default export of an adapter's module. */
export interface PhoneAdapter {
  readonly port: 'phone'
  /** What deskPhone.via calls it: a-z, 0-9 and -, beginning with a letter, at most 64. */
  readonly name: string
  /** Makes the phone: it connects on its own and tells. */
  readonly open: OpenDeskPhone
}
