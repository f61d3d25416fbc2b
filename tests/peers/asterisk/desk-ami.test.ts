// The phone on the desk through Asterisk's manager interface: baresip is that phone, and who calls it is a soft phone of ours.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { writeWav } from '@openparley/media'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { AmiReader, fieldOf, messageOf, writeAmi } from '@openparley/protocols/ami'
import { amiPhone } from '../../../packages/core/adapters/phone-ami/index.ts'
import { phonePortSuite, type PhoneUnderTest } from '../../../packages/core/services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../../packages/core/services/calls/port.ts'
import { type Baresip, startBaresip } from '../baresip/start.ts'
import { until, whenInstalled } from '../peer.ts'
import { type SoftFar, softFar } from './desk-far.ts'
import { signIn } from '../person.ts'
import { asteriskProgram, startAsterisk } from './start.ts'

const programs = whenInstalled('asterisk (tests/peers/asterisk/install.sh) and baresip', [asteriskProgram, 'baresip'])
const house = programs.skip === false ? await begun() : undefined
after(() => house?.close())

async function begun() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-with-desk-'))
  // Longer than any test: it hangs up where its file ends.
  const says = join(folder, 'says.wav')
  await writeFile(says, writeWav({ samples: new Int16Array(8000 * 60), sampleRate: 8000 }))
  const asterisk = await startAsterisk()
  const server = `127.0.0.1:${asterisk.port}`
  const phone = await startBaresip({ user: '101', password: 'secret-101', server, says, answers: false })
  return {
    asterisk,
    phone,
    close: async () => {
      await phone.stop()
      await asterisk.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

interface Desk extends PhoneUnderTest {
  readonly far: SoftFar
}

/** `through`: another way to the manager's port, where the test stands in between. */
async function open(tell: (event: PhoneEvent) => void, through?: number): Promise<Desk> {
  assert.ok(house)
  const { asterisk, phone: desk } = house
  const ready = Promise.withResolvers<void>()
  let ids = 0
  const settings = readSettings({
    'deskPhone.via': 'ami',
    'deskPhone.servers': `127.0.0.1:${through ?? asterisk.managerPort}`,
    'deskPhone.line': 'PJSIP/101',
    'deskPhone.user': 'desk',
    'deskPhone.ami.context': 'internal',
  })
  const phone = amiPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => settings,
    password: () => 'secret-desk',
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      if (event.type === 'state' && event.state.is === 'ready') ready.resolve()
      tell(event)
    },
  })
  await ready.promise
  const far = softFar({
    of: await signIn({
      'softphone.servers': `sip:127.0.0.1:${asterisk.port};transport=udp`,
      'softphone.user': '102',
      'softphone.password': 'secret-102',
    }),
    number: '102',
    desk: '101',
    unknown: () => void refuseAsUnknown(asterisk.managerPort),
  })
  return {
    phone: pickedUp(phone, desk),
    far,
    close: async () => {
      await far.close()
      await desk.does('hangup')
      await phone.close()
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

function rings(at: Baresip): Promise<void> {
  const count = (): number => at.log().split('Incoming call from').length
  const before = count()
  return until('the desk phone rings', () => count() > before, at)
}

if (house)
  phonePortSuite('a phone on the desk through Asterisk’s manager interface', (tell) => open(tell), {
    answer: 'a manager has no action that takes the handset up',
    hold: 'a manager has no action that holds at the phone',
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  })
else test('a phone on the desk through Asterisk’s manager interface', programs, () => {})
