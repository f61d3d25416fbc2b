// Every service of the contract under its one name.
import { calls } from './calls.ts'
import { config } from './config.ts'
import { dialRules } from './dial-rules.ts'
import { health } from './health.ts'
import { history } from './history.ts'
import { media } from './media.ts'
import { phones } from './phones.ts'
import { session } from './session.ts'
import { system } from './system.ts'

export const services = { system, session, config, health, phones, calls, dialRules, media, history }

export type ServiceName = keyof typeof services
