// Who takes protected sound only at Asterisk (SDES, RFC 4568), by each suite that it has.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, type Signed, signIn, speech } from '../person.ts'
import { type Asterisk, asteriskProgram, startAsterisk } from './start.ts'

const options = whenInstalled('asterisk (tests/peers/asterisk/install.sh)', [asteriskProgram])
const folder = await mkdtemp(join(tmpdir(), 'parley-protected-with-asterisk-'))
let asterisk: Asterisk

before(async () => {
  if (options.skip === false) asterisk = await startAsterisk()
})
after(async () => {
  await asterisk?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

const dave = (suites: readonly string[]): Promise<Signed> =>
  signIn({
    'softphone.servers': `sip:127.0.0.1:${asterisk.port + 1};transport=tls`,
    'softphone.user': '104',
    'softphone.password': 'secret-104',
    'softphone.tls.ca': asterisk.ca,
    'media.srtp': 'require',
    'media.srtp.suites': suites,
  })

for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']) {
  test(`Asterisk’s echo is heard by ${suite}, in both directions, and the figures name it`, options, async () => {
    const { session, close } = await dave([suite])
    const record = join(folder, `${suite}.wav`)
    const call = await dial(session, '610', { play: speech('alice'), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(session, call.id)
    const { statistics } = await hangUp(session, call.id)
    assert.equal(statistics?.protection, suite)
    const found = await heard(speech('alice'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    await close()
  })
}

test(
  'by the suites that Debian’s Asterisk is built without there is no call, and no sound in the clear',
  options,
  async () => {
    const { session, close } = await dave(['AES_256_CM_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_32', 'AEAD_AES_128_GCM'])
    const { end } = await dial(session, '610')
    assert.deepEqual([end?.peer?.status, end?.error?.code], [488, 'call-incompatible'])
    await close()
  },
)
