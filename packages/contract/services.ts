// Every service of the contract under its one name.
import { calls } from './calls.ts'
import { chat } from './chat.ts'
import { conferences } from './conferences.ts'
import { config } from './config.ts'
import { contacts } from './contacts.ts'
import { dialRules } from './dial-rules.ts'
import { directory } from './directory.ts'
import { health } from './health.ts'
import { history } from './history.ts'
import { media } from './media.ts'
import { phones } from './phones.ts'
import { presence } from './presence.ts'
import { session } from './session.ts'
import { system } from './system.ts'
import { voicemail } from './voicemail.ts'

export const services = {
  system,
  session,
  config,
  health,
  phones,
  calls,
  dialRules,
  media,
  history,
  presence,
  contacts,
  chat,
  voicemail,
  directory,
  conferences,
}

export type ServiceName = keyof typeof services
