// Ways for sound with Asterisk on the other side (ice_support): its sound comes by the way that was found, whoever has offered one.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { connected, dial, hangUp, heard, hears, played, seen, speech } from '../person.ts'
import { throughAsterisk } from './people.ts'

const { options, folder, person } = await throughAsterisk()

test(
  'Asterisk answers our candidates with its own, and its echo comes by the way that was found',
  options,
  async () => {
    const erin = await person('105', { 'media.ice': 'offer' })
    const record = join(folder, 'echo.wav')
    const call = await dial(erin.session, '610', { play: speech('alice'), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(erin.session, call.id)
    const ended = await hangUp(erin.session, call.id)
    assert.equal(ended.statistics?.way, 'host to host')
    const found = await heard(speech('alice'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    await erin.close()
  },
)

test(
  'what Asterisk offers is answered without being asked for, and the way stays through hold and resume',
  options,
  async () => {
    const [alice, erin] = [await person('101'), await person('105')]
    const ids = await connected(alice, erin, '105')
    await erin.session.calls.hold({ call: ids.callee })
    await seen(erin, ids.callee, ({ held }) => held === 'local')
    await erin.session.calls.resume({ call: ids.callee })
    await seen(erin, ids.callee, ({ held }) => held === 'no')
    const heardAlice = await hears(folder, alice, ids.caller, erin, ids.callee, 'alice')
    const heardBob = await hears(folder, erin, ids.callee, alice, ids.caller, 'bob')
    const ended = await hangUp(erin.session, ids.callee)
    await seen(alice, ids.caller, ({ state }) => state === 'ended')
    assert.equal(ended.statistics?.way, 'host to host')
    await heardAlice()
    await heardBob()
    await Promise.all([alice.close(), erin.close()])
  },
)
