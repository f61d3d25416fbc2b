// The configuration file of a device, NAME.cnf.xml: what a soft phone needs of it.
import { elementAt, elementsIn, isXml, readXml, textAt, type XmlElement } from '../common/index.ts'

export interface DeviceLine {
  readonly button: number
  /** The directory number. */
  readonly name: string
  readonly displayName: string | undefined
  /** What stands beside its key. */
  readonly label: string | undefined
  /** The user part of the line's Contact. */
  readonly contact: string | undefined
  readonly authName: string | undefined
  readonly authPassword: string | undefined
  readonly maxCalls: number | undefined
  readonly busyTrigger: number | undefined
  readonly messagesNumber: string | undefined
}

export interface DeviceCallManager {
  readonly host: string
  readonly sipPort: number
  readonly securedSipPort: number
}

export interface DeviceConfig {
  /** Best first. */
  readonly callManagers: readonly DeviceCallManager[]
  readonly lines: readonly DeviceLine[]
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly registerExpiresS: number | undefined
  readonly registerDeltaS: number | undefined
  readonly keepAliveS: number | undefined
  readonly mediaPorts: readonly [number, number] | undefined
  readonly kpml: 'none' | 'signal' | 'dtmf' | 'both' | undefined
  readonly versionStamp: string | undefined
}

export type DeviceConfigRead =
  | { readonly is: 'config'; readonly config: DeviceConfig }
  | { readonly is: 'encrypted' }
  | { readonly is: 'no-line' }
  | { readonly is: 'invalid'; readonly why: string }

export function readDeviceConfig(body: string): DeviceConfigRead {
  const root = readXml(body, { mostCharacters: 4_000_000 })
  if (!isXml(root)) return { is: 'invalid', why: `${root.fault}, line ${root.at}` }
  if (root.local !== 'device') return { is: 'invalid', why: `the root is ${root.local}` }
  if (isTrue(textAt(root, 'encrConfig'))) return { is: 'encrypted' }
  const profile = elementAt(root, 'sipProfile')
  if (!profile) return { is: 'invalid', why: 'no sipProfile: is the device a SIP device?' }
  const callManagers = callManagersOf(root)
  if (callManagers.length === 0) return { is: 'invalid', why: 'no call manager in devicePool' }
  const lines = linesOf(profile)
  if (lines.length === 0) return { is: 'no-line' }
  const [first, last] = [numberAt(profile, 'startMediaPort'), numberAt(profile, 'stopMediaPort')]
  return {
    is: 'config',
    config: {
      callManagers,
      lines,
      transport: transportOf(root),
      registerExpiresS: numberAt(profile, 'sipStack', 'timerRegisterExpires'),
      registerDeltaS: numberAt(profile, 'sipStack', 'timerRegisterDelta'),
      keepAliveS: numberAt(profile, 'sipStack', 'timerKeepAliveExpires'),
      mediaPorts: first !== undefined && last !== undefined && first < last ? [first, last] : undefined,
      kpml: (['none', 'signal', 'dtmf', 'both'] as const)[numberAt(profile, 'kpml') ?? -1],
      versionStamp: some(textAt(root, 'versionStamp')),
    },
  }
}

function callManagersOf(root: XmlElement): DeviceCallManager[] {
  const members = elementAt(root, 'devicePool', 'callManagerGroup', 'members')
  return (members ? elementsIn(members, 'member') : [])
    .map((member, at) => ({ member, priority: Number(member.attributes['priority'] ?? at) }))
    .sort((a, b) => a.priority - b.priority)
    .flatMap(({ member }) => {
      const manager = elementAt(member, 'callManager')
      const host = manager && some(textAt(manager, 'processNodeName'))
      if (!manager || host === undefined) return []
      return [
        {
          host,
          sipPort: numberAt(manager, 'ports', 'sipPort') ?? 5060,
          securedSipPort: numberAt(manager, 'ports', 'securedSipPort') ?? 5061,
        },
      ]
    })
}

/** Buttons that are lines (feature 9) and have a number, in the order of the buttons: the first is the device's own. */
function linesOf(profile: XmlElement): DeviceLine[] {
  const lines = elementAt(profile, 'sipLines')
  const read = (lines ? elementsIn(lines, 'line') : []).flatMap((line, at): DeviceLine[] => {
    const name = some(textAt(line, 'name'))
    if (name === undefined || name.length > mostOfNumber || (numberAt(line, 'featureID') ?? 9) !== 9) return []
    const button = line.attributes['button'] ?? ''
    return [
      {
        button: /^\d{1,4}$/.test(button) ? Number(button) : at + 1,
        name,
        displayName: some(textAt(line, 'displayName')),
        label: some(textAt(line, 'featureLabel')),
        contact: some(textAt(line, 'contact')),
        authName: some(textAt(line, 'authName')),
        authPassword: some(textAt(line, 'authPassword')),
        maxCalls: numberAt(line, 'maxNumCalls'),
        busyTrigger: numberAt(line, 'busyTrigger'),
        messagesNumber: some(textAt(line, 'messagesNumber')),
      },
    ]
  })
  return read.sort((a, b) => a.button - b.button).slice(0, mostLines)
}

/** More keys than any phone has with all that can be attached to it. */
const mostLines = 128
/** What is longer is no number or name of a line. */
const mostOfNumber = 256

/** deviceSecurityMode 2 and 3 mean TLS, whatever the transport says; 1 is TCP, 2 UDP, 3 TLS, 4 TCP or UDP. */
function transportOf(root: XmlElement): DeviceConfig['transport'] {
  const security = numberAt(root, 'deviceSecurityMode') ?? 1
  const transport = numberAt(root, 'transportLayerProtocol') ?? 4
  if (security > 1 || transport === 3) return 'tls'
  return transport === 2 ? 'udp' : 'tcp'
}

function numberAt(from: XmlElement, ...way: readonly string[]): number | undefined {
  const text = textAt(from, ...way)
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function some(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|1)$/i.test(text)
}
