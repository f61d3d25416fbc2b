// The phone on the desk through Asterisk's REST interface, held against what every phone shows, and touched by hand.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { phonePortSuite } from '../../../packages/core/services/calls/port.suite.ts'
import type { PhoneCommand, PhoneEvent } from '../../../packages/core/services/calls/port.ts'
import { type Peer, until, whenInstalled } from '../peer.ts'
import { type AriDesk, type AriHouse, ariHouse, farAt, openDesk, openPort, rings, wireTo } from './desk-ari.ts'
import { asteriskProgram } from './start.ts'

const programs = whenInstalled('asterisk (tests/peers/asterisk/install.sh) and baresip', [asteriskProgram, 'baresip'])
const house = programs.skip === false ? await ariHouse() : undefined
after(() => house?.close())

interface Watched extends AriDesk, AriHouse {
  /** The next event of that type that nobody has waited for yet. */
  until<Type extends PhoneEvent['type']>(type: Type): Promise<Extract<PhoneEvent, { type: Type }>>
  /** What is told of calls, in order. */
  told(): string[]
  perform(command: PhoneCommand): void
  /** A call is made for the phone, which rings: nobody picks it up. */
  ringsFor(command: PhoneCommand): Promise<void>
  /** A call is made, and answered there. */
  connect(command: PhoneCommand): Promise<void>
}

async function watched(settings?: Readonly<Record<string, unknown>>): Promise<Watched> {
  assert.ok(house)
  const events: PhoneEvent[] = []
  const seen = new Set<PhoneEvent>()
  const waiting = new Set<() => void>()
  const tell = (event: PhoneEvent): void => {
    events.push(event)
    for (const look of waiting) look()
  }
  const desk = await openDesk(house, { tell, ...(settings ? { settings } : {}) })
  const at: Watched = {
    ...house,
    ...desk,
    until: <Type extends PhoneEvent['type']>(type: Type) =>
      new Promise<Extract<PhoneEvent, { type: Type }>>((resolve) => {
        const look = (): void => {
          const found = events.find(
            (event): event is Extract<PhoneEvent, { type: Type }> => event.type === type && !seen.has(event),
          )
          if (!found) return
          seen.add(found)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    told: () =>
      events.flatMap((event) =>
        'call' in event && event.type !== 'updated' ? [`${event.type}${'by' in event ? ` by ${event.by}` : ''}`] : [],
      ),
    perform: (command) => desk.phone.perform(command),
    ringsFor: async (command) => {
      const ringing = rings(house.desk)
      desk.untouched.perform(command)
      await ringing
    },
    connect: async (command) => {
      at.perform(command)
      await desk.far.called()
      desk.far.answer()
      await at.until('connected')
      await desk.far.until('talking')
    },
  }
  return at
}

function atTheDesk(
  name: string,
  does: (desk: Watched) => Promise<void>,
  settings?: Readonly<Record<string, unknown>>,
): void {
  test(name, { ...programs, timeout: 30_000 }, async () => {
    const desk = await watched(settings)
    try {
      await does(desk)
    } finally {
      await desk.close()
    }
  })
}

const dialled = { type: 'dial', call: 'call_a', to: '102', endpoint: { kind: 'none' } } as const

if (house)
  phonePortSuite('a phone on the desk through Asterisk’s REST interface', (tell) => openDesk(house, { tell }), {
    answer: 'ARI answers only what is handed to an application',
    hold: 'ARI holds only what is handed to an application',
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  })

atTheDesk('a call that is dialled at the phone is told with its whole life over ARI', async (at) => {
  const { desk, far, told } = at
  await desk.dial('102')
  assert.equal((await at.until('outgoing')).to.number, '102')
  await at.until('alerting')
  far.answer()
  assert.equal((await at.until('connected')).remote?.number, '102')
  await far.until('talking')
  await desk.does('hold')
  await at.until('held')
  await desk.does('resume')
  await at.until('resumed')
  await desk.does('hangup')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error], ['local', undefined])
  assert.deepEqual(told(), ['outgoing', 'alerting', 'connected', 'held by local', 'resumed by local', 'ended'])
})

atTheDesk('a call that is taken at the phone is told as connected with who calls over ARI', async (at) => {
  at.far.call()
  const { from } = await at.until('incoming')
  assert.deepEqual([from.number, from.displayName], ['102', 'Bob'])
  await at.desk.does('accept')
  await at.until('connected')
  await at.far.until('talking')
  at.far.hangUp()
  assert.equal((await at.until('ended')).end.by, 'remote')
})

atTheDesk('a number dialled at the phone that is busy is told as busy over ARI', async (at) => {
  await at.desk.dial('102')
  await at.far.called()
  at.far.refuse('busy')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error?.code], ['remote', 'call-busy'])
})

atTheDesk('a phone at which the call is declined makes none over ARI', async (at) => {
  await at.ringsFor(dialled)
  await at.desk.does('hangup')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error], ['local', undefined])
  assert.equal(at.far.state, 'idle')
})

test('a phone that knows that it is asked to answers by itself when a call is made for it over ARI', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  // One of ours at another desk: baresip knows nothing of it.
  const carol = await farAt(house, '103', { settings: { 'calls.autoAnswer': 'asked' } })
  const bob = await farAt(house, '102')
  const port = await openPort(house, { settings: { 'deskPhone.line': '103' }, tell: () => {} })
  try {
    port.perform(dialled)
    await bob.called()
    bob.answer()
    await carol.until('talking')
    port.perform({ type: 'end', call: 'call_a' })
    await Promise.all([carol.until('idle'), bob.until('idle')])
  } finally {
    await port.close()
    await bob.close()
    await carol.close()
  }
})

atTheDesk('a call that is given up before the phone is picked up rings there no more over ARI', async (at) => {
  await at.ringsFor(dialled)
  at.perform({ type: 'end', call: 'call_a' })
  assert.equal((await at.until('ended')).end.by, 'local')
  assert.equal(at.far.state, 'idle')
})

atTheDesk('a number that the dial plan does not know is told as unknown over ARI', async (at) => {
  at.perform({ ...dialled, to: '9' })
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error?.code], ['remote', 'number-unknown'])
})

atTheDesk(
  'keys that are sent over ARI reach a menu of Asterisk, those that are sent at once one after another',
  async (at) => {
    const beeps = heard(at.asterisk, 'beep.slin')
    const echo = heard(at.asterisk, 'Echo(')
    at.perform({ ...dialled, to: '8610' })
    await at.until('connected')
    await beeps(1)
    for (const digits of ['4711', '0815', '#'])
      at.perform({ type: 'send-digits', call: 'call_a', digits, durationMs: 100 })
    await beeps(2)
    at.perform({ type: 'send-digits', call: 'call_a', digits: '77#', durationMs: 100 })
    await echo(1)
  },
)

atTheDesk('a call is sent on over ARI to somebody, and what becomes of it is theirs', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.perform({ type: 'transfer', call: 'call_a', to: { number: '103' } })
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, '103'])
    await carol.called()
    carol.answer()
    await carol.until('talking')
    assert.equal(at.far.state, 'talking')
  } finally {
    await carol.close()
  }
})

atTheDesk('two calls are brought together over ARI, and are over at the phone', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.perform({ ...dialled, call: 'call_b', to: '103' })
    await carol.called()
    carol.answer()
    await at.until('connected')
    at.perform({ type: 'transfer', call: 'call_a', to: { number: '103' }, with: 'call_b' })
    const ends = [await at.until('ended'), await at.until('ended')]
    assert.deepEqual(ends.map(({ call, end }) => `${call} ${end.by} ${end.transferredTo?.number}`).sort(), [
      'call_a local 103',
      'call_b local 102',
    ])
    assert.deepEqual([at.far.state, carol.state], ['talking', 'talking'])
    carol.hangUp()
    await at.far.until('idle')
  } finally {
    await carol.close()
  }
})

atTheDesk(
  'an act that the dial plan does not have is refused, and the call goes on',
  async (at) => {
    await at.desk.dial('102')
    await at.far.called()
    at.far.answer()
    const { call } = await at.until('connected')
    await at.far.until('talking')
    at.perform({ type: 'transfer', call, to: { number: '103' } })
    const { command, code } = await at.until('refused')
    assert.deepEqual([command, code], ['transfer', 'call-failed'])
    assert.equal(at.far.state, 'talking')
    at.far.hangUp()
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.transferredTo], ['remote', undefined])
  },
  { 'deskPhone.ari.acts': 'no-such-acts' },
)

atTheDesk('a call that is sent on by hand at the phone is over there, and says to whom over ARI', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    await at.desk.does('transfer', `sip:103@127.0.0.1:${at.asterisk.port}`)
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, '103'])
    await carol.called()
  } finally {
    await carol.close()
  }
})

atTheDesk('whom the other side sends the phone to is shown over ARI', async (at) => {
  const carol = await farAt(at, '103')
  try {
    at.far.call()
    await at.until('incoming')
    await at.desk.does('accept')
    await at.until('connected')
    await at.far.until('talking')
    await at.far.transfer('103')
    await carol.called()
    carol.answer()
    assert.equal((await at.until('transferred')).remote.number, '103')
    await carol.until('talking')
    await at.desk.does('hangup')
    assert.equal((await at.until('ended')).end.by, 'local')
  } finally {
    await carol.close()
  }
})

test('over TLS ARI is spoken with whom the authority vouches for, and with nobody else', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const { httpPort, ca } = house.asterisk
  const over = { 'deskPhone.servers': `127.0.0.1:${httpPort + 1}`, 'deskPhone.tls': true }
  for (const [settings, expected] of [
    [{ ...over, 'deskPhone.tls.ca': ca }, 'ready'],
    [over, 'tls-untrusted'],
  ] as const) {
    const states: string[] = []
    const port = await openPort(house, {
      settings,
      tell: (event) => {
        if (event.type === 'state') states.push(event.state.error?.code ?? event.state.is)
      },
    })
    await port.close()
    assert.deepEqual(states, ['connecting', expected])
  }
})

test('a WebSocket that is cut is made again: what went on is told once, what ended and began meanwhile as well', {
  ...programs,
  timeout: 60_000,
}, async () => {
  assert.ok(house)
  const wire = await wireTo(house.asterisk.httpPort)
  const at = await watched({ 'deskPhone.servers': `127.0.0.1:${wire.port}` })
  const stands = async (is: string): Promise<void> => {
    while ((await at.until('state')).state.is !== is);
  }
  try {
    await stands('ready')
    await at.connect(dialled)
    wire.cut()
    await stands('waiting')
    wire.back()
    await stands('ready')
    assert.deepEqual(at.told(), ['proceeding', 'alerting', 'connected'])

    wire.cut()
    await stands('waiting')
    at.far.hangUp()
    await at.far.until('idle')
    await at.desk.dial('102')
    await at.far.called()
    at.far.answer()
    await at.far.until('talking')
    wire.back()
    await stands('ready')
    await at.desk.does('hangup')
    await at.far.until('idle')
    await at.until('ended')
    await at.until('ended')
    assert.deepEqual(at.told().slice(3).sort(), ['connected', 'ended', 'ended', 'outgoing'])
  } finally {
    await at.close()
    await wire.close()
  }
})

test('where a server of the list does not answer, ARI is spoken with the next', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const closed = await wireTo(1)
  await closed.close()
  const states: string[] = []
  const port = await openPort(house, {
    settings: { 'deskPhone.servers': [`127.0.0.1:${closed.port}`, `127.0.0.1:${house.asterisk.httpPort}`] },
    tell: (event) => {
      if (event.type === 'state') states.push(event.state.is)
    },
  })
  await port.close()
  assert.deepEqual(states, ['connecting', 'connecting', 'ready'])
})

test('a password that ARI does not take is told, and nothing is tried again', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const states: string[] = []
  const port = await openPort(house, {
    settings: { 'deskPhone.password': 'wrong' },
    tell: (event) => {
      if (event.type === 'state') states.push(event.state.error?.code ?? event.state.is)
    },
  })
  await port.close()
  assert.deepEqual(states, ['connecting', 'credentials-rejected'])
})

/** Resolves when Asterisk has said it so many times since. */
function heard(asterisk: Peer, what: string): (times: number) => Promise<void> {
  const count = (): number => asterisk.log().split(what).length
  const before = count()
  return (times) => until(what, () => count() >= before + times, asterisk)
}
