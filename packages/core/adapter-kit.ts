// What an adapter of a phone, or one that writes down voice messages, is made of, for those who write one outside of this repository: docs/guide/write-a-phone-adapter.md.
import type { OpenDeskPhone } from './compose-desk.ts'
import type { TranscriptionPort } from './services/voicemail/port.ts'

export { errorValue, ParleyError } from '@openparley/contract'
export type { DeskPhoneOptions, OpenDeskPhone } from './compose-desk.ts'
export type { World } from './runtime/world.ts'
export type { TranscriptionPort } from './services/voicemail/port.ts'
export type { CallDetails, Line, LineSet, PhoneCommand, PhoneEvent, PhonePort } from './services/calls/port.ts'

/** The default export of an adapter's module. */
export interface PhoneAdapter {
  readonly port: 'phone'
  /** What deskPhone.via calls it: a-z, 0-9 and -, beginning with a letter, at most 64. */
  readonly name: string
  /** Makes the phone: it connects on its own and tells. */
  readonly open: OpenDeskPhone
}

/** The same of a module that writes down what new voice messages say; one is loaded at most. */
export interface TranscriptionAdapter extends TranscriptionPort {
  readonly port: 'transcription'
}
