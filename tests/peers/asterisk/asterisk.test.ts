import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readWav } from '@openparley/media'
import { whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, signIn, speech } from '../person.ts'
import { type Asterisk, asteriskProgram, startAsterisk } from './start.ts'

const options = whenInstalled('asterisk (tests/peers/asterisk/install.sh)', [asteriskProgram])
const folder = await mkdtemp(join(tmpdir(), 'parley-with-asterisk-'))
let asterisk: Asterisk

before(async () => {
  if (options.skip === false) asterisk = await startAsterisk()
})
after(async () => {
  await asterisk?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

function settings(user: string, transport: 'udp' | 'tcp' | 'tls'): Record<string, unknown> {
  const port = transport === 'tls' ? asterisk.port + 1 : asterisk.port
  return {
    'softphone.servers': `sip:127.0.0.1:${port};transport=${transport}`,
    'softphone.user': user,
    'softphone.password': `secret-${user}`,
    'softphone.tls.ca': asterisk.ca,
  }
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`Asterisk’s echo over ${transport} says again what was said, and busy is busy`, options, async () => {
    const { session, close } = await signIn(settings('101', transport))
    const record = join(folder, `${transport}.wav`)
    const call = await dial(session, '610', { play: speech('alice'), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(session, call.id)
    const ended = await hangUp(session, call.id)
    assert.ok((ended.statistics?.packetsReceived ?? 0) > 300)
    const found = await heard(speech('alice'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    const busy = await dial(session, '620')
    assert.equal(busy.end?.error?.code, 'call-busy')
    await close()
  })
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`Asterisk’s congestion over ${transport} is an overload, and an unknown number is one`, options, async () => {
    const { session, close } = await signIn(settings('101', transport))
    const congestion = await dial(session, '621')
    assert.deepEqual([congestion.end?.error?.code, congestion.end?.peer?.status], ['server-overloaded', 503])
    assert.equal((await dial(session, '999999')).end?.error?.code, 'number-unknown')
    await close()
  })

  test(`a prompt of Asterisk over ${transport} is heard`, options, async () => {
    const { session, close } = await signIn(settings('101', transport))
    const record = join(folder, `prompt-${transport}.wav`)
    const call = await dial(session, '612', { record })
    await session.calls.until(call.id, ({ state }) => state === 'ended', { timeoutMs: 4000 }).catch(() => undefined)
    await hangUp(session, call.id)
    const { samples } = readWav(await readFile(record))
    assert.ok(samples.some((sample) => Math.abs(sample) > 3000))
    await close()
  })

  test(
    `a number that nobody answers rings over ${transport} until one gives up, without an error`,
    options,
    async () => {
      const { session, close } = await signIn(settings('101', transport))
      const { call } = await session.calls.dial({ to: '622' })
      await session.calls.until(call, ({ state }) => state === 'alerting', { timeoutMs: 10_000 })
      const ended = await hangUp(session, call)
      assert.deepEqual([ended.end?.by, ended.end?.error, ended.answeredAt], ['local', undefined, undefined])
      await close()
    },
  )

  test(
    `an announcement before a refusal is heard over ${transport} in early media, and the refusal is told`,
    options,
    async () => {
      const { session, close } = await signIn(settings('101', transport))
      const record = join(folder, `early-${transport}.wav`)
      const { call } = await session.calls.dial({ to: '623', endpoint: { kind: 'file', record } })
      await session.calls.until(call, ({ earlyMedia }) => earlyMedia, { timeoutMs: 10_000 })
      const ended = await session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 15_000 })
      assert.equal(ended.answeredAt, undefined)
      assert.deepEqual(
        [ended.end?.by, ended.end?.error?.code],
        ['remote', 'server-overloaded'],
        JSON.stringify(ended.end),
      )
      const { samples } = readWav(await readFile(record))
      assert.ok(samples.some((sample) => Math.abs(sample) > 1000))
      await close()
    },
  )
}

test('two people on Asterisk, one over UDP and one over TLS, hear each other, hold and resume', options, async () => {
  const [alice, bob] = await Promise.all([signIn(settings('101', 'udp')), signIn(settings('102', 'tls'))])
  const answered = (async () => {
    for await (const { id } of bob.session.calls.incoming()) {
      await bob.session.calls.answer({
        call: id,
        endpoint: { kind: 'file', play: speech('bob'), record: join(folder, 'by-bob.wav') },
      })
      return id
    }
    throw new Error('no call came')
  })()
  const call = await dial(alice.session, '102', { play: speech('alice'), record: join(folder, 'by-alice.wav') })
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  const id = await answered
  await Promise.all([played(alice.session, call.id), played(bob.session, id)])
  await alice.session.calls.hold({ call: call.id })
  await alice.session.calls.resume({ call: call.id })
  await hangUp(alice.session, call.id)
  await bob.session.calls.until(id, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
  for (const [by, said] of [
    ['alice', 'bob'],
    ['bob', 'alice'],
  ] as const) {
    const found = await heard(speech(said), join(folder, `by-${by}.wav`))
    assert.ok(found >= 0.9, `${by} heard ${found}`)
  }
  await Promise.all([alice.close(), bob.close()])
})
