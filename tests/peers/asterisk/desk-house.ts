// A phone on a desk that Asterisk controls: baresip is that phone, and who is at the other end is a soft phone of ours.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '@openparley/contract'
import { writeWav } from '@openparley/media'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import type { AsteriskPhoneOptions } from '../../../packages/core/adapters/phone-asterisk/server.ts'
import type { PhoneUnderTest } from '../../../packages/core/services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../../packages/core/services/calls/port.ts'
import { type Baresip, startBaresip } from '../baresip/start.ts'
import { until } from '../peer.ts'
import { type Signed, signIn } from '../person.ts'
import { type SoftFar, softFar } from './desk-far.ts'
import { type Asterisk, startAsterisk } from './start.ts'

/** One of the interfaces by which Asterisk controls a phone. */
export interface Way {
  readonly open: (options: AsteriskPhoneOptions) => PhonePort
  /** Where that interface is. */
  readonly port: (asterisk: Asterisk) => number
  readonly settings: Readonly<Record<string, unknown>>
  /** What rings at the far side is refused as a number that does not exist: a phone cannot say so, its server can. */
  refuseAsUnknown(asterisk: Asterisk): Promise<void>
}

export interface DeskHouse {
  readonly way: Way
  readonly asterisk: Asterisk
  /** The phone on the desk. */
  readonly desk: Baresip
  close(): Promise<void>
}

export interface Desk extends PhoneUnderTest {
  readonly far: SoftFar
  /** The phone as it is where nobody sits at the desk. */
  readonly untouched: PhonePort
}

export async function deskHouse(way: Way): Promise<DeskHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-with-desk-'))
  // Longer than any test: it hangs up where its file ends.
  const says = join(folder, 'says.wav')
  await writeFile(says, writeWav({ samples: new Int16Array(8000 * 60), sampleRate: 8000 }))
  const asterisk = await startAsterisk()
  const server = `127.0.0.1:${asterisk.port}`
  const desk = await startBaresip({ user: '101', password: 'secret-101', server, says, answers: false })
  return {
    way,
    asterisk,
    desk,
    close: async () => {
      await desk.stop()
      await asterisk.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

export interface OpenOptions {
  readonly tell: (event: PhoneEvent) => void
  /** Where they differ from those of the house. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Resolves when the phone is ready, or is not for now. */
export async function openPort(
  { way, asterisk }: DeskHouse,
  { tell, settings: more }: OpenOptions,
): Promise<PhonePort> {
  const ready = Promise.withResolvers<void>()
  let ids = 0
  const settings = readSettings({
    'deskPhone.servers': `127.0.0.1:${way.port(asterisk)}`,
    'deskPhone.line': 'PJSIP/101',
    ...way.settings,
    ...more,
  })
  const port = way.open({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => settings,
    password: () => String(settings['deskPhone.password'] ?? 'secret-desk'),
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      if (event.type === 'state' && ['ready', 'waiting', 'failed'].includes(event.state.is)) ready.resolve()
      tell(event)
    },
  })
  await ready.promise
  return port
}

export async function openDesk(house: DeskHouse, options: OpenOptions): Promise<Desk> {
  const { way, asterisk, desk } = house
  const phone = await openPort(house, options)
  const far = await farAt(house, '102', { unknown: () => void way.refuseAsUnknown(asterisk) })
  return {
    phone: pickedUp(phone, desk),
    untouched: phone,
    far,
    close: async () => {
      await far.close()
      await desk.does('hangup')
      await phone.close()
    },
  }
}

/** Somebody with a soft phone, signed in to Asterisk. */
export function personAt(
  { asterisk }: DeskHouse,
  number: '102' | '103',
  more: Readonly<Record<string, unknown>> = {},
): Promise<Signed> {
  return signIn({
    'softphone.servers': `sip:127.0.0.1:${asterisk.port};transport=udp`,
    'softphone.user': number,
    'softphone.password': `secret-${number}`,
    ...more,
  })
}

export interface FarOptions {
  readonly unknown?: () => void
  readonly settings?: Readonly<Record<string, unknown>>
}

export async function farAt(
  house: DeskHouse,
  number: '102' | '103',
  { unknown = () => {}, settings }: FarOptions = {},
): Promise<SoftFar> {
  return softFar({ of: await personAt(house, number, settings), number, desk: '101', unknown })
}

/** Resolves when the phone on the desk rings again. */
export function rings(desk: Baresip): Promise<void> {
  const count = (): number => desk.log().split('Incoming call from').length
  const before = count()
  return until('the desk phone rings', () => count() > before, desk)
}

/** Somebody at the desk picks up when it rings for a call that is made for it. */
function pickedUp(phone: PhonePort, desk: Baresip): PhonePort {
  return {
    ...phone,
    perform: (command) => {
      if (command.type === 'dial') void rings(desk).then(() => desk.does('accept'))
      phone.perform(command)
    },
  }
}
