import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers, type SipRequest, type SipResponse } from '@openparley/protocols/sip'
import { virtualClock } from '@openparley/testkit'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg } from '../../services/media/port.ts'
import { Keys, readKey } from './keys.ts'
import type { SoundPolicy } from './side.ts'

/** A call whose other side answers each INFO with the next of these statuses, and with 200 after them. */
function call(how: SoundPolicy['digits'], statuses: (number | 'timeout')[] = []) {
  const clock = virtualClock()
  const asked: string[] = []
  const pressed: unknown[][] = []
  const told: PhoneEvent[] = []
  const replies: [string, number][] = []
  const keys = new Keys({
    call: 'call_a',
    clock,
    how,
    ask: async (contentType, body) => {
      asked.push(`${contentType} ${body.replaceAll('\r\n', ' ').trim()}`)
      const status = statuses.shift() ?? 200
      if (status === 'timeout') return status
      return { kind: 'response', status, reason: 'so', headers: new Headers(), body: new Uint8Array(0) } as SipResponse
    },
    reply: (id, status) => replies.push([id, status]),
    tell: (event) => told.push(event),
  })
  const leg = { sendDigits: (...press: unknown[]) => pressed.push(press) } as unknown as Leg
  return { keys, leg, clock, asked, pressed, told, replies }
}

/** What is asked is answered in the next turns of the loop. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}

const allowing = [{ name: 'Allow', value: 'INVITE, ACK, BYE, INFO' }]

test('the setting decides, and `auto` by what the other side has: events, else INFO, else tones', async () => {
  for (const [how, events, info, way] of [
    ['auto', true, true, 'events'],
    ['auto', false, true, 'info'],
    ['auto', false, false, 'tones'],
    ['rtp', true, false, 'events'],
    ['rtp', false, true, 'refused'],
    ['info', true, false, 'info'],
    ['inband', true, true, 'tones'],
  ] as const) {
    const { keys, leg, asked, pressed, told } = call(how)
    if (info) keys.learn(allowing)
    keys.press('5', 100, leg, events)
    await settled()
    const found = asked.length > 0 ? 'info' : told.length > 0 ? told[0]?.type : pressed[0]?.[2]
    assert.equal(found, way, `${how}, events ${events}, INFO ${info}`)
  }
})

test('each key has an INFO of its own, after the one before was answered, and a comma waits a second', async () => {
  const { keys, leg, clock, asked } = call('info')
  keys.press('1#', 120, leg, false)
  keys.press(',A', 200, leg, false)
  await settled()
  assert.deepEqual(asked, [
    'application/dtmf-relay Signal=1 Duration=120',
    'application/dtmf-relay Signal=# Duration=120',
  ])
  clock.pass(1000)
  await settled()
  assert.equal(asked[2], 'application/dtmf-relay Signal=A Duration=200')
})

test('who said that INFO is allowed and does not take it hears the rest as tones, and every key once', async () => {
  const { keys, leg, asked, pressed, told } = call('auto', [200, 415])
  keys.learn(allowing)
  keys.press('123', 100, leg, false)
  await settled()
  keys.press('4', 100, leg, false)
  await settled()
  assert.equal(asked.length, 2)
  assert.deepEqual(pressed, [
    ['23', 100, 'tones'],
    ['4', 100, 'tones'],
  ])
  assert.deepEqual(told, [])
})

test('keys that cannot be sent are told as refused, once, and those after them are not sent', async () => {
  for (const status of [500, 'timeout'] as const) {
    const { keys, leg, asked, told } = call('info', [status])
    keys.press('123', 100, leg, false)
    await settled()
    assert.equal(asked.length, 1)
    assert.deepEqual(
      told.map((event) => event.type === 'refused' && [event.command, event.code, event.cause?.status]),
      [['send-digits', 'call-failed', status === 'timeout' ? undefined : 500]],
    )
  }
})

test('nothing is sent after the call', async () => {
  const { keys, leg, clock, asked } = call('info')
  keys.press(',1', 100, leg, false)
  await settled()
  keys.stop()
  clock.pass(5000)
  await settled()
  assert.deepEqual(asked, [])
})

test('keys of the other side are read however they write them, and what is no key is not', () => {
  for (const [type, body, digit, durationMs] of [
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5', 160],
    ['Application/DTMF-Relay; charset=utf-8', 'Signal= #\nDuration= 250', '#', 250],
    ['application/dtmf-relay', 'duration=80\r\nsignal=d\r\n', 'D', 80],
    ['application/dtmf-relay', 'Signal=10\r\n', '*', 160],
    ['application/dtmf-relay', 'Signal=7\r\nDuration=999999\r\n', '7', 160],
    ['application/dtmf', '9', '9', 160],
    ['application/dtmf', '11\r\n', '#', 160],
  ] as const)
    assert.deepEqual(readKey(type, body), { digit, durationMs }, `${type} ${body}`)
  for (const [type, body] of [
    ['application/dtmf-relay', ''],
    ['application/dtmf-relay', '5'],
    ['application/dtmf-relay', 'Signal=16'],
    ['application/dtmf', 'hello'],
    ['application/media_control+xml', 'Signal=5'],
    ['', 'Signal=5'],
  ] as const)
    assert.equal(readKey(type, body), undefined, `${type} ${body}`)
})

test('an INFO with a key is answered and told; another is left to others', () => {
  const { keys, told, replies } = call('auto')
  const info = (type: string, body: string): SipRequest => {
    const headers = new Headers()
    headers.append('Content-Type', type)
    return { kind: 'request', method: 'INFO', uri: 'sip:a', headers, body: new TextEncoder().encode(body) }
  }
  assert.equal(keys.requested('1', info('application/dtmf-relay', 'Signal=5\r\nDuration=100')), true)
  assert.equal(keys.requested('2', info('application/media_control+xml', '<media_control/>')), false)
  assert.deepEqual(replies, [['1', 200]])
  assert.deepEqual(told, [{ type: 'digit', call: 'call_a', digit: '5', durationMs: 100 }])
})
