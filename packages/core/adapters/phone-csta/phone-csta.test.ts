// The phone on the desk by CSTA, held against what every phone shows, and against a link that breaks.
import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type PhoneState, readSettings } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { dnsResolver, makeCertificate, realClock, realDice } from '@openparley/net'
import { phonePortSuite } from '../../services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { cstaPhone } from './index.ts'
import { testSwitch, type TestSwitch } from './switch.suite.ts'

interface Opened {
  readonly phone: PhonePort
  readonly at: TestSwitch
  close(): Promise<void>
}

async function open(tell: (event: PhoneEvent) => void): Promise<Opened> {
  const at = await testSwitch()
  const ready = Promise.withResolvers<void>()
  let ids = 0
  const phone = cstaPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () =>
      readSettings({ 'deskPhone.via': 'csta', 'deskPhone.servers': `127.0.0.1:${at.port}`, 'deskPhone.line': '1001' }),
    password: () => undefined,
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      tell(event)
      if (event.type === 'state' && event.state.is === 'ready') ready.resolve()
    },
  })
  await ready.promise
  return {
    phone,
    at,
    close: async () => {
      await phone.close()
      await at.close()
    },
  }
}

phonePortSuite(
  'a phone on the desk over CSTA',
  async (tell) => {
    const { phone, at, close } = await open(tell)
    return { phone, far: at.far, close }
  },
  {
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  },
)

test('a lost link is made again, and a call that went on is told once', { timeout: 20_000 }, async () => {
  const events: PhoneEvent[] = []
  let back: (() => void) | undefined
  const { phone, at, close } = await open((event) => {
    events.push(event)
    if (event.type === 'state' && event.state.is === 'ready') back?.()
  })
  try {
    phone.perform({ type: 'dial', call: 'call_a', to: at.far.number, endpoint: { kind: 'none' } })
    await at.far.called()
    at.far.answer()
    const again = new Promise<void>((resolve) => {
      back = resolve
    })
    at.drop()
    await again
    const told = events.flatMap((event) => ('call' in event ? [event.type] : []))
    assert.deepEqual(told, ['proceeding', 'connected'])
    assert.equal(events.filter((event) => event.type === 'state' && event.state.is === 'waiting').length, 1)
  } finally {
    await close()
  }
})

describe('the link to a switch', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())

  /** How the phone stands once it is decided. */
  async function decided(more: Readonly<Record<string, unknown>>): Promise<PhoneState> {
    const { promise, resolve } = Promise.withResolvers<PhoneState>()
    const given = readSettings({ ...lab.csta.settings('alice', 'tls'), ...more })
    const phone = cstaPhone({
      world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
      settings: () => given,
      password: () => String(given['deskPhone.password']),
      dns: () => dnsResolver(),
      newCall: () => 'call_1',
      tell: (event) => {
        if (event.type === 'state' && event.state.is !== 'connecting') resolve(event.state)
      },
    })
    try {
      return await promise
    } finally {
      await phone.close()
    }
  }

  test('is over TLS, to whom the authority knows', { timeout: 10_000 }, async () => {
    assert.equal((await decided({})).is, 'ready')
    const stranger = await decided({ 'deskPhone.tls.ca': strangers() })
    assert.deepEqual([stranger.is, stranger.error?.code], ['waiting', 'tls-untrusted'])
  })

  test('is to the next server where the first does not answer', { timeout: 20_000 }, async () => {
    const dead = await deadPort()
    try {
      const there = lab.addresses.csta.tls
      const state = await decided({ 'deskPhone.servers': [`127.0.0.1:${dead.port}`, there] })
      assert.deepEqual([state.is, state.server], ['ready', there])
    } finally {
      await dead.close()
    }
  })
})

/** An authority that has signed nothing here. */
function strangers(): string {
  const day = 86_400_000
  const [validFrom, validTo] = [new Date(Date.now() - day), new Date(Date.now() + day)]
  return makeCertificate({ subject: 'stranger', authority: true, validFrom, validTo }).cert
}

/** Who comes is turned away. */
async function deadPort(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
