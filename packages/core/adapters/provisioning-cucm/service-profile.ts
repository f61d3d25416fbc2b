// The service profile: a file of settings that the call manager chose for the person. UDS names it, the file servers have it.
import type { Settings } from '@openparley/contract'
import { type DnsResolver, NetFailure } from '@openparley/net'
import { readServiceProfileFile, userPath } from '@openparley/protocols/cucm'
import type { FilesLink } from '../../links/files/index.ts'
import type { Attempt, Found, Tried } from '../../services/provisioning/port.ts'
import { attemptOf } from './device-config.ts'
import { asking, baseOf, credentialsIn, homeOf } from './asking.ts'

/** Undefined where none is named, or none can be had: nothing else waits for it. */
export async function serviceProfile(
  settings: Settings,
  dns: DnsResolver,
  files: FilesLink,
  signal: AbortSignal,
  read: (bytes: Uint8Array, from: string) => Omit<Found, 'from'>,
): Promise<Tried<Found | undefined>> {
  const person = credentialsIn(settings)
  const attempts: Attempt[] = []
  if (!person) return { attempts, value: undefined }
  const ask = asking(settings, dns, signal)
  for (const server of settings['cucm.uds.servers'] ?? []) {
    try {
      const { address, headers } = await homeOf(baseOf(server), person, ask)
      const answer = await ask(`${address}${userPath(person.name)}`, { headers })
      const file =
        answer.status === 200 && !answer.tooLarge ? readServiceProfileFile(answer.body.toString()) : undefined
      if (file === undefined) continue
      const fetched = await files.fetch(file, signal)
      attempts.push(...fetched.attempts.map(attemptOf))
      const value = 'bytes' in fetched ? { from: fetched.from, ...read(fetched.bytes, fetched.from) } : undefined
      return { attempts, value }
    } catch (error) {
      // The next server of the list may have it; a sign-in does not fail by it.
      if (!(error instanceof NetFailure)) throw error
    }
  }
  return { attempts, value: undefined }
}
