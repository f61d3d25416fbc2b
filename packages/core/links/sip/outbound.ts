// RFC 5626: one device, whatever its address, and requests that come back by the connection that it made.
import { createHash } from 'node:crypto'
import { homedir, hostname } from 'node:os'
import type { Settings } from '@openparley/contract'
import { type Headers, optionsOf, parseNumber } from '@openparley/protocols/sip'
import { isDevice } from './cucm.ts'

export interface Outbound {
  /** Parameters of the Contact of a REGISTER. */
  readonly contact: string
  readonly supported: readonly string[]
}

/** What a REGISTER says of it; a call manager has its own way to know a device. */
export function outboundFields(settings: Settings, aor: string): Outbound {
  if (settings['softphone.outbound'] === 'off' || isDevice(settings)) return { contact: '', supported: [] }
  const instance = settings['softphone.instance'] ?? instanceOf(aor)
  return { contact: `;+sip.instance="<urn:uuid:${instance}>";reg-id=1`, supported: ['path', 'outbound'] }
}

/** What the registrar makes of it (§6): whether it took it, and how often it wants to hear from us, in seconds. */
export function readOutbound(headers: Headers): { readonly isTaken: boolean; readonly flowTimerS: number | undefined } {
  return {
    isTaken: optionsOf(headers, 'Require').includes('outbound'),
    flowTimerS: parseNumber(headers.get('Flow-Timer'), 86_400),
  }
}

/** The same after each start (§4.1): from what this installation is, and whose phone it is. */
function instanceOf(aor: string): string {
  const hash = createHash('sha256').update(`${hostname()}\n${homedir()}\n${aor}`).digest('hex')
  // RFC 9562 §5.8: version 8 is for who makes theirs in a way of their own.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${'89ab'[Number.parseInt(hash[16] as string, 16) % 4]}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}
