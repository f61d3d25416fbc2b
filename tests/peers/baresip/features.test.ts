// What baresip does in a call, and what we do in a call with it: hold, keys, transfers.
import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readWav, resample, writeWav } from '@openparley/media'
import { type Kamailio, startKamailio } from '../kamailio/start.ts'
import { until, whenInstalled } from '../peer.ts'
import { answers, connected, dial, hangUp, heard, hears, played, type Signed, seen, signIn, speech } from '../person.ts'
import { type Baresip, startBaresip } from './start.ts'

const options = whenInstalled('baresip and kamailio', ['baresip', 'kamailio'])
const folder = await mkdtemp(join(tmpdir(), 'parley-with-baresip-'))
let kamailio: Kamailio
let bob: Baresip
let alice: Signed
let carol: Signed

before(async () => {
  if (options.skip !== false) return
  kamailio = await startKamailio()
  const { samples, sampleRate } = readWav(await readFile(speech('bob')))
  const narrow = join(folder, 'bob-8k.wav')
  await writeFile(narrow, writeWav({ samples: resample(samples, sampleRate, 8000), sampleRate: 8000 }))
  bob = await startBaresip({ user: 'bob', password: 'secret-bob', server: `127.0.0.1:${kamailio.port}`, says: narrow })
  const person = (name: string): Promise<Signed> =>
    signIn({
      'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
      'softphone.user': name,
      'softphone.password': `secret-${name}`,
    })
  alice = await person('alice')
  carol = await person('carol')
})
after(async () => {
  await carol?.close()
  await alice?.close()
  await bob?.stop()
  await kamailio?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

/** Alice has called Bob, who has answered. */
async function withBob(): Promise<string> {
  const call = await dial(alice.session, 'bob')
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  return call.id
}

test('baresip holds a call and resumes it, and so do we', options, async () => {
  const call = await withBob()
  await bob.does('hold')
  await seen(alice, call, ({ held }) => held === 'remote')
  await alice.session.calls.hold({ call })
  await seen(alice, call, ({ held }) => held === 'both')
  await bob.does('resume')
  await seen(alice, call, ({ held }) => held === 'local')
  await alice.session.calls.resume({ call })
  await seen(alice, call, ({ held }) => held === 'no')
  await hangUp(alice.session, call)
})

test('keys that are pressed at baresip are told, and ours are told at baresip', options, async () => {
  const call = await withBob()
  const pressed = (async () => {
    let digits = ''
    for await (const seen of alice.session.calls.watch({ signal: AbortSignal.timeout(10_000) })) {
      if (seen.type === 'change' && seen.change.type === 'digit') digits += seen.change.digit
      if (digits.length === 3) break
    }
    return digits
  })()
  for (const key of '47#') await bob.does('sndcode', key)
  assert.equal(await pressed, '47#')
  await alice.session.calls.sendDigits({ call, digits: '58*', requestId: 'keys' })
  await until('baresip has heard our keys', () => bob.pressed() === '58*', bob)
  await hangUp(alice.session, call)
})

test('baresip is transferred by us to somebody else', options, async () => {
  const call = await withBob()
  const coming = answers(carol)
  await alice.session.calls.transfer({ call, to: 'carol', requestId: 'over' })
  const atCarol = await coming
  const [left, talks] = await Promise.all([
    seen(alice, call, ({ state }) => state === 'ended'),
    seen(carol, atCarol, ({ state }) => state === 'connected'),
  ])
  assert.equal(left.end?.transferredTo?.number, 'carol')
  assert.equal(talks.remote.number, 'bob')
  await hangUp(carol.session, atCarol)
})

test('baresip transfers us to somebody else', options, async () => {
  const call = await withBob()
  const coming = answers(carol)
  await bob.does('transfer', `sip:carol@127.0.0.1:${kamailio.port}`)
  const atCarol = await coming
  const talks = await seen(alice, call, ({ remote }) => remote.number === 'carol')
  assert.equal(talks.state, 'connected')
  const heardIt = await hears(folder, alice, call, carol, atCarol, 'alice')
  await hangUp(alice.session, call)
  await seen(carol, atCarol, ({ state }) => state === 'ended')
  await heardIt()
})

test('somebody else is transferred by us to baresip, and is heard there', options, async () => {
  const ids = await connected(carol, alice, 'alice')
  const before = bob.heard()
  await alice.session.calls.transfer({ call: ids.callee, to: 'bob', requestId: 'there' })
  await seen(alice, ids.callee, ({ state }) => state === 'ended')
  const call = await seen(carol, ids.caller, ({ remote }) => remote.number === 'bob')
  assert.equal(call.state, 'connected')
  const over = played(carol.session, ids.caller)
  await carol.session.calls.attach({ call: ids.caller, endpoint: { kind: 'file', play: speech('alice') } })
  await over
  await hangUp(carol.session, ids.caller)
  const copy = join(folder, 'transferred.wav')
  await copyFile(await bob.heardSince(before), copy)
  const found = await heard(speech('alice'), copy)
  assert.ok(found >= 0.9, `heard ${found}`)
})
