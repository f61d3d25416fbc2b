import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readWav, resample, writeWav } from '@openparley/media'
import { type Kamailio, startKamailio } from '../kamailio/start.ts'
import { whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, type Signed, signIn, speech } from '../person.ts'
import { type Baresip, startBaresip } from './start.ts'

const options = whenInstalled('baresip and kamailio', ['baresip', 'kamailio'])
const folder = await mkdtemp(join(tmpdir(), 'parley-with-baresip-'))
let kamailio: Kamailio
let bob: Baresip
let alice: Signed

before(async () => {
  if (options.skip !== false) return
  kamailio = await startKamailio()
  const { samples, sampleRate } = readWav(await readFile(speech('bob')))
  const narrow = join(folder, 'bob-8k.wav')
  await writeFile(narrow, writeWav({ samples: resample(samples, sampleRate, 8000), sampleRate: 8000 }))
  bob = await startBaresip({
    user: 'bob',
    password: 'secret-bob',
    server: `127.0.0.1:${kamailio.port}`,
    says: narrow,
  })
  alice = await signIn({
    'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
    'softphone.user': 'alice',
    'softphone.password': 'secret-alice',
  })
})
after(async () => {
  await alice?.close()
  await bob?.stop()
  await kamailio?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

test('a call through Kamailio to baresip is heard on both sides', options, async () => {
  const { session } = alice
  const record = join(folder, 'by-alice.wav')
  const call = await dial(session, 'bob', { play: speech('alice'), record })
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  await played(session, call.id)
  await hangUp(session, call.id)
  const byAlice = await heard(speech('bob'), record)
  assert.ok(byAlice >= 0.9, `alice heard ${byAlice}\n${bob.log().slice(-2500)}`)
  const copy = join(folder, 'by-bob.wav')
  await copyFile(await bob.heardSince([]), copy)
  const byBob = await heard(speech('alice'), copy)
  assert.ok(byBob >= 0.9, `bob heard ${byBob}`)
})

test('a call from baresip through Kamailio is answered, and ended by us', options, async () => {
  const { session } = alice
  const record = join(folder, 'from-bob.wav')
  const answered = (async () => {
    for await (const { id, remote } of session.calls.incoming()) {
      await session.calls.answer({ call: id, endpoint: { kind: 'file', play: speech('alice'), record } })
      return { id, remote }
    }
    throw new Error('no call came')
  })()
  await bob.dial(`sip:alice@127.0.0.1:${kamailio.port}`)
  const { id, remote } = await answered
  assert.equal(remote.number, 'bob')
  await played(session, id)
  const ended = await hangUp(session, id)
  assert.ok((ended.statistics?.packetsReceived ?? 0) > 300, JSON.stringify(ended.statistics))
  const found = await heard(speech('bob'), record)
  assert.ok(found >= 0.9, `heard ${found}`)
})

test('a person whom Kamailio does not find cannot be reached now', options, async () => {
  const call = await dial(alice.session, 'carol')
  assert.deepEqual([call.end?.error?.code, call.end?.peer?.status], ['call-unreachable', 480])
})
