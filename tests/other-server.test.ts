// The first of two servers is killed, on real sockets: how long until the phones are with the second, and whether sound goes on.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { compareSpeech, readWav } from '@openparley/media'
import { connected, hangUp, played, type Signed, seen, signIn, speech } from './peers/person.ts'
import { untilPhone } from './staying-up.ts'

type Transport = 'udp' | 'tcp' | 'tls'

async function house(t: TestContext, transport: Transport): Promise<{ lab: Lab; alice: Signed; bob: Signed }> {
  const lab = await startLab({ standby: true })
  const { sip, standby } = lab.addresses
  assert(standby)
  const servers = [sip, standby].map((each) => `sip:${each[transport]};transport=${transport}`)
  // An address of both of them, and the way to the first is tried every second.
  const own = { 'softphone.domain': 'lab.example', 'softphone.keepAliveS': 1 }
  const person = (name: string): Promise<Signed> =>
    signIn({ ...lab.settingsOver(name, transport), ...own, 'softphone.servers': servers })
  const [alice, bob] = [await person('alice'), await person('bob')]
  t.after(async () => {
    await alice.close()
    await bob.close()
    await lab.close()
  })
  return { lab, alice, bob }
}

/** Kills the first; how long until the phone is registered at the second, in milliseconds. */
async function killed(lab: Lab, ...phones: Signed[]): Promise<number[]> {
  const second = lab.addresses.standby
  const there = phones.map((phone) =>
    untilPhone(
      phone,
      ({ is, server }) => is === 'ready' && Object.values(second ?? {}).some((at) => server?.includes(at)),
    ),
  )
  const begun = performance.now()
  await lab.go()
  return Promise.all(there.map(async (each) => (await each, performance.now() - begun)))
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`over ${transport} idle phones whose server is killed are with the second one, and call each other`, {
    timeout: 60_000,
  }, async (t) => {
    const { lab, alice, bob } = await house(t, transport)
    const took = await killed(lab, alice, bob)
    t.diagnostic(`registered at the second server after ${took.map(Math.round).join(' and ')} ms`)
    assert.ok(Math.max(...took) < 5000)
    const { caller, callee } = await connected(alice, bob, 'bob')
    await hangUp(alice.session, caller)
    assert.equal((await seen(bob, callee, ({ state }) => state === 'ended')).end?.error, undefined)
  })

  test(`over ${transport} a call whose server is killed is heard without a gap, and who hangs up is heard of`, {
    timeout: 60_000,
  }, async (t) => {
    const { lab, alice, bob } = await house(t, transport)
    const folder = await mkdtemp(join(tmpdir(), 'parley-other-server-'))
    t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
    const record = join(folder, 'heard.wav')
    const { caller, callee } = await connected(alice, bob, 'bob')
    await bob.session.calls.attach({ call: callee, endpoint: { kind: 'file', record, force: true } })
    const over = played(alice.session, caller)
    await alice.session.calls.attach({ call: caller, endpoint: { kind: 'file', play: speech('alice') } })
    const took = await killed(lab, alice, bob)
    await over
    // The INVITE that takes the call over goes by way of the second server.
    const invited = (): boolean => lab.record().ladder.some(({ to, label }) => to === 'lab-2' && label === 'INVITE')
    for (const until = performance.now() + 20_000; !invited() && performance.now() < until; )
      await untilCall(alice, 500)
    await hangUp(bob.session, callee)
    const end = (await seen(alice, caller, ({ state }) => state === 'ended')).end
    assert.equal(end?.error, undefined)
    assert.equal(end?.by, 'remote')
    const { heard, worst } = compareSpeech({
      reference: readWav(await readFile(speech('alice'))),
      recording: readWav(await readFile(record)),
    })
    t.diagnostic(
      `registered at the second server after ${took.map(Math.round).join(' and ')} ms; heard at ${heard.toFixed(3)}, the worst second at ${worst.toFixed(3)}`,
    )
    assert.ok(heard >= 0.9, `heard at ${heard}`)
  })
}

/** A change of a call, or so long. */
async function untilCall({ session }: Signed, ms: number): Promise<void> {
  try {
    for await (const message of session.calls.watch({ signal: AbortSignal.timeout(ms) }))
      if (message.type === 'change') return
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError' && (error as Error).name !== 'AbortError') throw error
  }
}
