// As whom a service's server is asked: an account of its own where settings name one, else the person's.
import { personOf, type Settings } from '@openparley/contract'
import { secretOf } from './secret.ts'

export interface Login {
  readonly name: string
  readonly password: string
}

/** Undefined where the name or the password is missing. */
export function loginIn(
  settings: Settings,
  service: 'calendar' | 'voicemail' | 'directory.carddav',
): Login | undefined {
  const name = settings[`${service}.user`] ?? personOf(settings).name
  const password = secretOf(settings[`${service}.password`] ?? settings['user.password'])
  return name === undefined || password === undefined || password === '' ? undefined : { name, password }
}
