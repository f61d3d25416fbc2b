// Protected sound (SDES, RFC 4568) with baresip, which takes nothing else, through Kamailio.
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
const folder = await mkdtemp(join(tmpdir(), 'parley-protected-with-baresip-'))
let kamailio: Kamailio
let bob: Baresip

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
    mediaenc: 'srtp-mand',
  })
})
after(async () => {
  await bob?.stop()
  await kamailio?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

const alice = (more: Record<string, unknown>): Promise<Signed> =>
  signIn({
    'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
    'softphone.user': 'alice',
    'softphone.password': 'secret-alice',
    ...more,
  })

for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM']) {
  test(`a call to baresip by ${suite} is heard on both sides`, options, async () => {
    const { session, close } = await alice({ 'media.srtp': 'require', 'media.srtp.suites': [suite] })
    const before = bob.heard()
    const record = join(folder, `by-alice-${suite}.wav`)
    const call = await dial(session, 'bob', { play: speech('alice'), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(session, call.id)
    const { statistics } = await hangUp(session, call.id)
    assert.equal(statistics?.protection, suite)
    const byAlice = await heard(speech('bob'), record)
    assert.ok(byAlice >= 0.9, `alice heard ${byAlice}\n${bob.log().slice(-2500)}`)
    const copy = join(folder, `by-bob-${suite}.wav`)
    await copyFile(await bob.heardSince(before), copy)
    const byBob = await heard(speech('alice'), copy)
    assert.ok(byBob >= 0.9, `bob heard ${byBob}`)
    await close()
  })
}

test('baresip’s protected call is taken over UDP too, without a setting for it', options, async () => {
  const { session, close } = await alice({})
  const record = join(folder, 'from-bob.wav')
  const answered = (async () => {
    for await (const { id } of session.calls.incoming()) {
      await session.calls.answer({ call: id, endpoint: { kind: 'file', play: speech('alice'), record } })
      return id
    }
    throw new Error('no call came')
  })()
  await bob.dial(`sip:alice@127.0.0.1:${kamailio.port}`)
  const id = await answered
  await played(session, id)
  const { statistics } = await hangUp(session, id)
  assert.match(statistics?.protection ?? '', /^(AES|AEAD)_/)
  const found = await heard(speech('bob'), record)
  assert.ok(found >= 0.9, `heard ${found}`)
  await close()
})

test(
  'who has protection switched off is refused by baresip, and told what the two have not in common',
  options,
  async () => {
    const { session, close } = await alice({ 'media.srtp': 'off' })
    const call = await dial(session, 'bob')
    assert.deepEqual([call.end?.peer?.status, call.end?.error?.code], [488, 'call-incompatible'])
    await close()
  },
)
