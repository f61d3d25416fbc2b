// A phone on a desk, controlled through Asterisk's manager interface: baresip is that phone, and who is at the other end is a soft phone of ours.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '@openparley/contract'
import { writeWav } from '@openparley/media'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { AmiReader, fieldOf, messageOf, writeAmi } from '@openparley/protocols/ami'
import { amiPhone } from '../../../packages/core/adapters/phone-asterisk/ami/index.ts'
import type { PhoneUnderTest } from '../../../packages/core/services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../../packages/core/services/calls/port.ts'
import { type Baresip, startBaresip } from '../baresip/start.ts'
import { until } from '../peer.ts'
import { type Signed, signIn } from '../person.ts'
import { type SoftFar, softFar } from './desk-far.ts'
import { type Asterisk, startAsterisk } from './start.ts'

export interface DeskHouse {
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

export async function deskHouse(): Promise<DeskHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-with-desk-'))
  // Longer than any test: it hangs up where its file ends.
  const says = join(folder, 'says.wav')
  await writeFile(says, writeWav({ samples: new Int16Array(8000 * 60), sampleRate: 8000 }))
  const asterisk = await startAsterisk()
  const server = `127.0.0.1:${asterisk.port}`
  const desk = await startBaresip({ user: '101', password: 'secret-101', server, says, answers: false })
  return {
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
  readonly settings?: Readonly<Record<string, unknown>>
}

/** `settings`: where they differ from those of the house. */
export async function openPort({ asterisk }: DeskHouse, { tell, settings: more }: OpenOptions): Promise<PhonePort> {
  const ready = Promise.withResolvers<void>()
  let ids = 0
  const settings = readSettings({
    'deskPhone.via': 'ami',
    'deskPhone.servers': `127.0.0.1:${asterisk.managerPort}`,
    'deskPhone.line': 'PJSIP/101',
    'deskPhone.user': 'desk',
    'deskPhone.ami.context': 'internal',
    ...more,
  })
  const port = amiPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => settings,
    password: () => String(settings['deskPhone.password'] ?? 'secret-desk'),
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      if (event.type === 'state' && ['ready', 'failed'].includes(event.state.is)) ready.resolve()
      tell(event)
    },
  })
  await ready.promise
  return port
}

export async function openDesk(house: DeskHouse, options: OpenOptions): Promise<Desk> {
  const { asterisk, desk } = house
  const phone = await openPort(house, options)
  const far = await farAt(house, '102', () => void refuseAsUnknown(asterisk.managerPort))
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

export async function farAt(house: DeskHouse, number: '102' | '103', unknown: () => void = () => {}): Promise<SoftFar> {
  return softFar({ of: await personAt(house, number), number, desk: '101', unknown })
}

export interface Between {
  readonly port: number
  /** Nothing that is open stays so, and nothing new begins until `back`. */
  cut(): void
  back(): void
  close(): Promise<void>
}

/** Stands between a client and a port. */
export async function between(port: number): Promise<Between> {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const cut = (): void => {
    isCut = true
    for (const socket of open) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    back: () => {
      isCut = false
    },
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
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

/** What rings at the far side is refused by its server. */
async function refuseAsUnknown(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const reader = new AmiReader({ greeted: true })
  const say = (fields: Readonly<Record<string, string>>): void => void socket.write(writeAmi(messageOf(fields)))
  say({ Action: 'Login', Username: 'desk', Secret: 'secret-desk', Events: 'off' })
  say({ Action: 'CoreShowChannels', ActionID: 'all' })
  for await (const bytes of socket)
    for (const message of reader.push(bytes as Buffer)) {
      if ('fault' in message) throw new Error(message.fault)
      const channel = fieldOf(message, 'Channel') ?? ''
      if (channel.startsWith('PJSIP/102-')) say({ Action: 'Hangup', Channel: channel, Cause: '1' })
      if (fieldOf(message, 'EventList') === 'Complete') say({ Action: 'Logoff' })
    }
}
