// The phone on the desk by CSTA, held against what every phone shows, and against a link that breaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver, realClock, realDice } from '@openparley/net'
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
