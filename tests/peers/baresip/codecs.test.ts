// Each codec that baresip has, heard at both ends.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readWav, resample, wavStream, writeWav } from '@openparley/media'
import { type Kamailio, startKamailio } from '../kamailio/start.ts'
import { whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, signIn, speech } from '../person.ts'
import { startBaresip } from './start.ts'

const options = whenInstalled('baresip and kamailio', ['baresip', 'kamailio'])
const folder = await mkdtemp(join(tmpdir(), 'parley-with-baresip-'))
let kamailio: Kamailio

before(async () => {
  if (options.skip === false) kamailio = await startKamailio()
})
after(async () => {
  await kamailio?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

for (const [codec, name, rate] of [
  ['pcmu', 'PCMU', 8000],
  ['pcma', 'PCMA', 8000],
  ['g722', 'G722', 16_000],
  ['opus', 'opus', 16_000],
] as const) {
  test(`baresip and we hear one another in ${name}`, options, async () => {
    const { samples, sampleRate } = readWav(await readFile(speech('bob')))
    const says = join(folder, `says-${codec}.wav`)
    await writeFile(says, writeWav({ samples: resample(samples, sampleRate, rate), sampleRate: rate }))
    const server = `127.0.0.1:${kamailio.port}`
    const bob = await startBaresip({ user: 'bob', password: 'secret-bob', server, says, codec })
    const alice = await signIn({
      'softphone.servers': `sip:${server};transport=udp`,
      'softphone.user': 'alice',
      'softphone.password': 'secret-alice',
    })
    try {
      const record = join(folder, `by-alice-${codec}.wav`)
      const call = await dial(alice.session, 'bob', { play: speech('alice'), record })
      assert.equal(call.state, 'connected', JSON.stringify(call.end))
      await played(alice.session, call.id)
      const { statistics } = await hangUp(alice.session, call.id)
      assert.equal(statistics?.codec, name)
      const byAlice = await heard(speech('bob'), record)
      assert.ok(byAlice >= 0.9, `alice heard ${byAlice}\n${bob.log().slice(-2500)}`)
      // It writes Opus down in 48 kHz and two channels.
      const stream = wavStream()
      const theirs = stream.push(await readFile(await bob.heardSince([])))
      const copy = join(folder, `by-bob-${codec}.wav`)
      await writeFile(copy, writeWav({ samples: Int16Array.from([...theirs, ...stream.end()]), sampleRate: 8000 }))
      const byBob = await heard(speech('alice'), copy)
      assert.ok(byBob >= 0.9, `bob heard ${byBob}`)
    } finally {
      await alice.close()
      await bob.stop()
    }
  })
}
