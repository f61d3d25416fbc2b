// What a call manager wants in a REGISTER of its device, and what it says in a service-control NOTIFY.
import { createHash } from 'node:crypto'
import type { Settings } from '@openparley/contract'
import { writeParts } from '@openparley/protocols/common'
import { registerParts } from '@openparley/protocols/cucm'
import type { Field, SipRequest } from '@openparley/protocols/sip'

export interface DeviceFields {
  /** The parameters of the Contact. */
  readonly contact: string
  readonly headers: readonly Field[]
  readonly body?: string
}

/** What a REGISTER has beside what every one has; nothing where the phone is no such device. */
export function deviceFields(settings: Settings): DeviceFields {
  const device = settings['softphone.cucm.device']
  if (settings['softphone.flavor'] !== 'cucm' || device === undefined) return { contact: '', headers: [] }
  const instance = settings['softphone.cucm.instance'] ?? instanceOf(device)
  return {
    contact: [
      `;+sip.instance="<urn:uuid:00000000-0000-0000-0000-${instance}>"`,
      `;+u.sip!devicename.ccm.cisco.com="${device}"`,
      `;+u.sip!model.ccm.cisco.com="${settings['softphone.cucm.model']}"`,
    ].join(''),
    headers: [
      ['Supported', ['timer', ...settings['softphone.cucm.supported']].join(',')],
      ['Reason', `SIP;cause=200;text="${quotable(settings['softphone.cucm.alarm'].replaceAll('NAME', device))}"`],
      ...(settings['softphone.cucm.registerBody']
        ? ([
            ['MIME-Version', '1.0'],
            ['Content-Type', `multipart/mixed;boundary=${boundary}`],
          ] as const)
        : []),
    ],
    ...(settings['softphone.cucm.registerBody'] ? { body: writeParts(registerParts(), boundary) } : {}),
  }
}

export function isDevice(settings: Settings): boolean {
  return settings['softphone.flavor'] === 'cucm'
}

/** The same for the same device, with the mark of an address that no maker has given out. */
function instanceOf(device: string): string {
  return `02${createHash('sha256').update(device).digest('hex').slice(0, 10)}`
}

function quotable(text: string): string {
  return text.replace(/[\\"\r\n]/g, ' ')
}

export type ServiceControl = 'reset' | 'restart' | 'check-version' | 'call-preservation' | 'apply-config'

/**
 * What a NOTIFY of that event asks for; undefined for any other request or word. `stamp` is that of our configuration: where
 * the call manager names another one, to check the version is to begin anew.
 */
export function serviceControlOf(
  { method, headers, body }: SipRequest,
  stamp: string | undefined,
): ServiceControl | undefined {
  if (method !== 'NOTIFY' || !/^service-control\b/i.test(headers.get('Event') ?? headers.get('o') ?? ''))
    return undefined
  const text = new TextDecoder().decode(body)
  const [, word] = /^action=([\w-]+)\s*$/m.exec(text) ?? []
  const [, theirs = ''] = /^ConfigVersionStamp=\{?([^}\r\n]*)\}?\s*$/m.exec(text) ?? []
  const ours = stamp?.replace(/[{}]/g, '')
  if (word === 'check-version' && theirs !== '' && ours !== undefined && theirs !== ours) return 'restart'
  return words.find((each) => each === word)
}

const words: readonly ServiceControl[] = ['reset', 'restart', 'check-version', 'call-preservation', 'apply-config']

const boundary = 'uniqueBoundary'
