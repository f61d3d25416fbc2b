// The phone on the desk that is asked over SIP, held against what every phone shows, and against a phone that forgets who asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, type SettingsInput } from '@openparley/contract'
import { realClock, realDice } from '@openparley/net'
import { followed } from '@openparley/testkit'
import { sharing } from '../../links/sip/index.ts'
import { recorder } from '../../runtime/recorder.ts'
import { phonePortSuite } from '../../services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { testDesk, type TestDesk } from './desk.suite.ts'
import { directPhone } from './index.ts'

interface Opened {
  readonly phone: PhonePort
  readonly at: TestDesk
  close(): Promise<void>
}

async function open(tell: (event: PhoneEvent) => void, more: SettingsInput = {}): Promise<Opened> {
  const at = await testDesk()
  const ready = Promise.withResolvers<void>()
  const world = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }
  const settings = readSettings({
    'softphone.servers': [`sip:127.0.0.1:${at.port};transport=udp`],
    'softphone.user': 'alice',
    'softphone.password': 'secret',
    'deskPhone.via': 'sip',
    'deskPhone.line': 'desk',
    'deskPhone.sip.end': 'refer',
    'deskPhone.sip.events': true,
    ...more,
  })
  const shared = sharing(world)
  const link = shared.open({
    world,
    settings: () => settings,
    recorder: recorder(),
    tell: () => {},
    onSession: () => {},
    onServiceControl: () => {},
    onRequest: (id) => shared.reply(id, 405),
    onSubscription: () => {},
    onWatcher: () => {},
  })
  let ids = 0
  const phone = directPhone({
    world,
    settings: () => settings,
    sip: shared,
    newCall: () => `call_in${++ids}`,
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
      await link.close()
      await at.close()
    },
  }
}

for (const dial of ['call-then-refer', 'refer'] as const)
  phonePortSuite(
    `a phone on the desk asked over SIP (${dial})`,
    async (tell) => {
      const { phone, at, close } = await open(tell, { 'deskPhone.sip.dial': dial })
      return { phone, far: at.far, close }
    },
    {
      sound: 'it is at the phone on the desk',
      decline: 'no event of SIP has a phone decline',
      deflect: 'no event of SIP has a phone send a call on',
      'ends-with-us': 'the phone on the desk goes on by itself',
    },
  )

/** Opens the phone, with what it has told so far of calls, and a wait for what it will. */
async function opened(more: SettingsInput = {}) {
  const { all: events, tell, first: until } = followed<PhoneEvent>()
  const { phone, at, close } = await open(tell, more)
  const told = (): string[] => events.flatMap((event) => ('call' in event ? [event.type] : []))
  const dial = (): void =>
    phone.perform({ type: 'dial', call: 'call_a', to: at.far.number, endpoint: { kind: 'none' } })
  return { phone, at, close, events, until, told, dial }
}

const isAgain = (events: readonly PhoneEvent[]) => {
  const before = events.length
  return (event: PhoneEvent): boolean =>
    events.indexOf(event) >= before && event.type === 'state' && event.state.is === 'ready'
}

test('a call by hand has its whole life', { timeout: 20_000 }, async () => {
  const { at, close, until, told } = await opened()
  at.dials()
  const begun = await until(({ type }) => type === 'outgoing')
  assert.equal(begun.type === 'outgoing' && begun.to.number, 'bob')
  at.far.ring()
  at.far.answer()
  await until(({ type }) => type === 'connected')
  at.far.hangUp()
  await until(({ type }) => type === 'ended')
  assert.deepEqual(told(), ['outgoing', 'alerting', 'connected', 'ended'])
  await close()
})

test('a phone that forgets who asked is asked again, and a call that went on is told once', {
  timeout: 20_000,
}, async () => {
  const { at, close, events, until, told, dial } = await opened()
  dial()
  await at.far.called()
  at.far.answer()
  await until(({ type }) => type === 'connected')
  const again = until(isAgain(events))
  at.forgets()
  await again
  assert.deepEqual(told(), ['proceeding', 'connected'])
  await close()
})

test('a call that is gone when the phone tells again has ended, once', { timeout: 20_000 }, async () => {
  const { at, close, events, until, told } = await opened()
  at.dials()
  at.far.answer()
  await until(({ type }) => type === 'connected')
  const again = until(isAgain(events))
  at.restarts()
  at.forgets()
  await again
  assert.deepEqual(told(), ['outgoing', 'connected', 'ended'])
  await close()
})

test('the call by which the phone is asked is shown to nobody, and is over when it has called', {
  timeout: 20_000,
}, async () => {
  const { at, close, until, told, dial, events } = await opened()
  dial()
  await at.far.called()
  at.far.answer()
  await until(({ type }) => type === 'connected')
  assert.deepEqual(at.asked, ['SUBSCRIBE dialog', 'INVITE Auto', 'REFER'])
  await at.released()
  assert.deepEqual(told(), ['proceeding', 'connected'])
  assert.equal(events.filter(({ type }) => type === 'incoming').length, 0)
  await close()
})

test('what a phone does not do is told with its answer, and the call goes on', { timeout: 20_000 }, async () => {
  const { phone, at, close, until, dial } = await opened()
  dial()
  await at.far.called()
  at.far.answer()
  await until(({ type }) => type === 'connected')
  phone.perform({ type: 'resume', call: 'call_a' })
  const refused = await until(({ type }) => type === 'refused')
  assert(refused.type === 'refused')
  assert.deepEqual([refused.command, refused.code, refused.cause?.status], ['resume', 'call-wrong-state', 481])
  phone.perform({ type: 'end', call: 'call_a' })
  await at.far.until('idle')
  await close()
})

test('a phone that is not to be asked for more can only be had to call', { timeout: 20_000 }, async () => {
  const { phone, close } = await opened({ 'deskPhone.sip.end': 'no', 'deskPhone.sip.events': false })
  assert.deepEqual(phone.can, [])
  await close()
})
