// Each codec, and each way of keys, with Asterisk.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../peer.ts'
import { dial, hangUp, heard, played, type Signed, speech } from '../person.ts'
import { throughAsterisk } from './people.ts'

const { options, folder, person, log } = await throughAsterisk()

for (const [codec, who] of [
  ['PCMU', 'alice'],
  ['PCMA', 'alice'],
  ['G722', 'bob'],
  ['opus', 'bob'],
] as const) {
  test(`Asterisk’s echo says again in ${codec} what was said`, options, async () => {
    const { session, close } = await person('105', { 'media.codecs': [codec] })
    const record = join(folder, `${codec}.wav`)
    const call = await dial(session, '610', { play: speech(who), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(session, call.id)
    const { statistics } = await hangUp(session, call.id)
    assert.equal(statistics?.codec, codec)
    const found = await heard(speech(who), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    await close()
  })
}

test('where Asterisk prefers Opus, as we do, it is Opus', options, async () => {
  const signed = await person('105')
  const call = await dial(signed.session, '613')
  const theirs = pressed(signed)
  await signed.session.calls.sendDigits({ call: call.id, digits: '4701', requestId: 'keys' })
  assert.equal(await theirs, '15*8')
  assert.equal((await hangUp(signed.session, call.id)).statistics?.codec, 'opus')
  await signed.close()
})

for (const [way, user, more] of [
  ['as events', '105', { 'media.codecs': ['PCMU'] }],
  ['as events beside Opus', '105', { 'media.codecs': ['opus'] }],
  ['by INFO, as nobody has offered events', '106', {}],
  ['as tones', '107', { 'media.digits': 'inband' }],
  ['as tones in G.722', '107', { 'media.digits': 'inband', 'media.codecs': ['G722', 'PCMU'] }],
] as const) {
  test(`keys go to Asterisk and come from it ${way}`, options, async () => {
    const signed = await person(user, more)
    const { session } = signed
    const call = await dial(session, '613')
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    const theirs = pressed(signed)
    const before = log().length
    await session.calls.sendDigits({ call: call.id, digits: '4701', requestId: 'keys' })
    await until('Asterisk has heard our keys', () => /Keys that were heard: 4701/.test(log().slice(before)), { log })
    assert.equal(await theirs, '15*8')
    await hangUp(session, call.id)
    await signed.close()
  })
}

/** The next four keys that are told. */
async function pressed({ session }: Signed): Promise<string> {
  let keys = ''
  for await (const seen of session.calls.watch({ signal: AbortSignal.timeout(30_000) })) {
    if (seen.type === 'change' && seen.change.type === 'digit') keys += seen.change.digit
    if (keys.length === 4) break
  }
  return keys
}
