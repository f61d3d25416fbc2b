// A mailbox at a mail store in a test.
import { type House, houseOf } from '../../services/voicemail/port-house.suite.ts'
import { imapVoicemail } from './voicemail-imap.ts'

export function imapHouse(given: Readonly<Record<string, unknown>>): House {
  return houseOf(imapVoicemail, given)
}
