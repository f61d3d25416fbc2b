// A device's file as settings: its lines, its call managers, and how it is to speak to them.
import { type ErrorCode, type ErrorValue, errorValue } from '@openparley/contract'
import { type DeviceConfig, type DeviceLine, readDeviceConfig } from '@openparley/protocols/cucm'
import type { FileAttempt, FileFault, FilesLink } from '../../links/files/index.ts'
import type { Attempt, Found, FoundLine, Tried } from '../../services/provisioning/port.ts'

export async function deviceConfig(device: string, files: FilesLink, signal: AbortSignal): Promise<Tried<Found>> {
  const fetched = await files.fetch(`${device}.cnf.xml`, signal)
  const attempts = fetched.attempts.map(attemptOf)
  if (!('bytes' in fetched)) return { attempts, error: errorValue(ofFile[fetched.fault], device, fetched.cause) }
  const failed = (error: ErrorValue): Tried<Found> => ({ attempts, error })
  if (fetched.bytes.length === 0) return failed(errorValue('device-config-empty', fetched.from))
  const read = readDeviceConfig(new TextDecoder().decode(fetched.bytes))
  switch (read.is) {
    case 'encrypted':
      return failed(errorValue('device-config-encrypted', fetched.from))
    case 'no-line':
      return failed(errorValue('device-config-no-line', device))
    case 'invalid':
      return failed(errorValue('device-config-invalid', read.why))
    case 'config':
      return {
        attempts,
        value: {
          from: fetched.from,
          values: settingsOf(device, read.config),
          lines: read.config.lines.map(lineOf),
        },
      }
  }
}

function settingsOf(device: string, config: DeviceConfig): Record<string, unknown> {
  const [line] = config.lines
  return defined({
    ...(line ? settingsOfLine(line) : {}),
    'softphone.flavor': 'cucm',
    'softphone.cucm.device': device,
    'softphone.servers': config.callManagers.map(({ host, sipPort, securedSipPort }) => {
      const port = config.transport === 'tls' ? securedSipPort : sipPort
      return `sip:${host.includes(':') ? `[${host}]` : host}:${port};transport=${config.transport}`
    }),
    'softphone.domain': config.callManagers[0]?.host,
    'softphone.expiresS': config.registerExpiresS,
    'softphone.cucm.keepAliveS': within(config.keepAliveS, 1, 86_400),
    'softphone.cucm.registerDeltaS': within(config.registerDeltaS, 1, 3600),
    'softphone.cucm.versionStamp': config.versionStamp,
    'media.portRange': config.mediaPorts,
  })
}

function lineOf(line: DeviceLine): FoundLine {
  const { button, name, label, displayName } = line
  return { button, number: name, label: label ?? displayName ?? name, values: defined(settingsOfLine(line)) }
}

function settingsOfLine(line: DeviceLine): Record<string, unknown> {
  return {
    'softphone.user': line.name,
    'softphone.cucm.contact': line.contact,
    'softphone.displayName': line.displayName,
    'softphone.authUser': line.authName,
    'softphone.password': line.authPassword,
    'calls.max': within(line.maxCalls, 1, 10_000),
    'calls.busyTrigger': within(line.busyTrigger, 1, 10_000),
    'voicemail.pilotNumber': line.messagesNumber,
  }
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** What no setting can be is passed over: 0 stands for the server’s own default. */
function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined
}

export function attemptOf({ address, ms, fault, cause, bytes }: FileAttempt): Attempt {
  if (fault === undefined) return { address, ms, evidence: `${bytes} bytes` }
  return { address, ms, evidence: fault, error: errorValue(ofFile[fault], undefined, cause) }
}

const ofFile: Record<FileFault, ErrorCode> = {
  unresolved: 'device-config-unresolved',
  refused: 'device-config-refused',
  silent: 'device-config-silent',
  'not-found': 'device-config-not-found',
  denied: 'device-config-denied',
  incomplete: 'device-config-incomplete',
  'too-large': 'device-config-too-large',
  untrusted: 'device-config-untrusted',
  failed: 'device-config-failed',
}
