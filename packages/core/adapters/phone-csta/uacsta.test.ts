// The phone on the desk in a dialog of SIP, held against what every phone shows, and against what that dialog may go through.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError, readSettings } from '@openparley/contract'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { phonePortSuite } from '../../services/calls/port.suite.ts'
import type { PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { uacstaPhone } from './index.ts'
import { type SipLine, sipLine } from './sip-line.suite.ts'
import { testSwitch, type TestSwitch } from './switch.suite.ts'

interface Opened {
  readonly phone: PhonePort
  readonly at: TestSwitch
  readonly line: SipLine
  /** Resolves when it is so, now or later. */
  is(state: 'ready' | 'waiting' | 'failed'): Promise<PhoneEvent>
  close(): Promise<void>
}

/** `refusal`: what INVITEs are answered by. `before`: servers that are tried first. */
async function open(
  tell: (event: PhoneEvent) => void = () => {},
  refusal?: number,
  before: readonly string[] = [],
): Promise<Opened> {
  let line: SipLine | undefined
  const at = await testSwitch(
    sipLine((opened) => {
      line = opened
      opened.refuse(refusal)
    }),
  )
  const awaited: { readonly state: string; readonly resolve: (event: PhoneEvent) => void }[] = []
  let ids = 0
  const is: Opened['is'] = (state) => new Promise((resolve) => awaited.push({ state, resolve }))
  const first = is(refusal === undefined ? 'ready' : 'failed')
  const phone = uacstaPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () =>
      readSettings({
        'deskPhone.via': 'uacsta',
        'deskPhone.servers': [...before, `127.0.0.1:${at.port}`],
        'deskPhone.line': '1001',
        'deskPhone.user': 'alice@example.com',
        'deskPhone.uacsta.gateway': 'sip:rcc@example.com',
      }),
    password: () => undefined,
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: (event) => {
      tell(event)
      if (event.type !== 'state') return
      for (const each of awaited.splice(0)) {
        if (each.state === event.state.is) each.resolve(event)
        else awaited.push(each)
      }
    },
  })
  await first
  assert(line)
  return {
    phone,
    at,
    line,
    is,
    close: async () => {
      await phone.close()
      await at.close()
    },
  }
}

phonePortSuite(
  'a phone on the desk over uaCSTA',
  async (tell) => {
    const { phone, at, close } = await open(tell)
    return { phone, far: at.far, close }
  },
  {
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  },
)

test('the dialog is opened for the gateway, and what it bears says that it is CSTA', async () => {
  const { line, close } = await open()
  try {
    const [invite, monitor] = line.requests
    assert.equal(invite?.uri, 'sip:rcc@example.com')
    assert.match(invite?.headers.get('From') ?? '', /<sip:alice@example\.com>/)
    assert.match(new TextDecoder().decode(invite?.body), /<RequestSystemStatus /)
    for (const request of [invite, monitor]) {
      assert.equal(request?.headers.get('Content-Type'), 'application/csta+xml')
      assert.equal(request?.headers.get('Content-Disposition'), 'signal;handling=required')
    }
    assert.equal(monitor?.method, 'INFO')
    assert.match(new TextDecoder().decode(monitor?.body), /<deviceObject>1001</)
  } finally {
    await close()
  }
})

test('what the gateway asks is answered in the answer; what says nothing is taken', async () => {
  const { line, close } = await open()
  try {
    const { status, body } = await line.ask({ is: 'SystemStatus', systemStatus: 'normal' })
    assert.equal(status, 200)
    assert.match(body, /<SystemStatusResponse/)
    assert.deepEqual(await line.ask(undefined), { status: 200, body: '' })
  } finally {
    await close()
  }
})

test('a gateway that forbids it is not asked again and again', async () => {
  const states: PhoneEvent[] = []
  const { line, close } = await open((event) => states.push(event), 403)
  try {
    const last = states.at(-1)
    assert(last?.type === 'state')
    assert.equal(last.state.error?.code, 'account-forbidden')
    assert.equal(line.requests.length, 1)
  } finally {
    await close()
  }
})

test('a password that cannot be had is told as that', async () => {
  const failed = Promise.withResolvers<string | undefined>()
  const phone = uacstaPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => readSettings({ 'deskPhone.servers': '127.0.0.1:9', 'deskPhone.user': 'alice' }),
    password: () => {
      throw new ParleyError('credentials-missing', 'NO_SUCH_NAME')
    },
    dns: () => dnsResolver(),
    newCall: () => 'call_1',
    tell: (event) => {
      if (event.type === 'state' && event.state.is === 'failed') failed.resolve(event.state.error?.code)
    },
  })
  assert.equal(await failed.promise, 'credentials-missing')
  await phone.close()
})

test('a gateway that has no room now is left for the next of the list', async () => {
  const full = await testSwitch(sipLine((line) => line.refuse(503)))
  const states: PhoneEvent[] = []
  const server = `127.0.0.1:${full.port}`
  const { at, close } = await open((event) => states.push(event), undefined, [server])
  try {
    const seen = states.flatMap((event) => (event.type === 'state' ? [[event.state.is, event.state.server]] : []))
    assert.deepEqual(seen, [
      ['connecting', server],
      ['connecting', `127.0.0.1:${at.port}`],
      ['ready', `127.0.0.1:${at.port}`],
    ])
  } finally {
    await close()
    await full.close()
  }
})

test('a lost connection is made again, and a call that went on is told once', { timeout: 20_000 }, async () => {
  const events: PhoneEvent[] = []
  const { phone, at, is, close } = await open((event) => events.push(event))
  try {
    phone.perform({ type: 'dial', call: 'call_a', to: at.far.number, endpoint: { kind: 'none' } })
    await at.far.called()
    at.far.answer()
    const again = is('ready')
    at.drop()
    await again
    const told = events.flatMap((event) => ('call' in event ? [event.type] : []))
    assert.deepEqual(told, ['proceeding', 'connected'])
    assert.equal(events.filter((event) => event.type === 'state' && event.state.is === 'waiting').length, 1)
  } finally {
    await close()
  }
})
