import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { until, whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, signIn, speech } from '../person.ts'
import { calls, goesOn, pause, response, script, sdp } from './script.ts'
import { sippAnswers, sippPlays } from './start.ts'

const options = whenInstalled('sip-tester', ['sipp'])
const folder = await mkdtemp(join(tmpdir(), 'parley-with-sipp-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

/** It sends back what it hears, and hangs up after a while. */
const caller = script(
  calls('INVITE', { sdp: sdp({ payload: '8 PCMA' }) }),
  response(200),
  goesOn('ACK', 1),
  pause(8500),
  goesOn('BYE', 2),
  response(200),
)

for (const transport of ['udp', 'tcp'] as const) {
  test(`a call to sipp over ${transport} is heard again from its echo`, options, async () => {
    const sipp = await sippAnswers(transport)
    if (transport === 'tcp') await until('sipp listens', () => listens(sipp.port), sipp)
    const { session, close } = await signIn({
      'softphone.servers': `sip:127.0.0.1:${sipp.port};transport=${transport}`,
      'softphone.user': 'alice',
      'softphone.register': false,
    })
    const record = join(folder, `to-${transport}.wav`)
    const call = await dial(session, 'service', { play: speech('alice'), record })
    assert.equal(call.state, 'connected', JSON.stringify(call.end))
    await played(session, call.id)
    await hangUp(session, call.id)
    const found = await heard(speech('alice'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    await close()
    await sipp.stop()
  })

  test(`a call from sipp over ${transport} is answered, and what is said to it comes back`, options, async () => {
    const lab = await startLab()
    const { session, close } = await signIn(lab.settingsOver('bob', transport))
    const record = join(folder, `from-${transport}.wav`)
    const answered = (async () => {
      for await (const { id } of session.calls.incoming()) {
        await session.calls.answer({ call: id, endpoint: { kind: 'file', play: speech('bob'), record } })
        return id
      }
      throw new Error('no call came')
    })()
    const sipp = await sippPlays(caller, { transport, to: ['bob', lab.addresses.sip[transport]] })
    const id = await answered
    await played(session, id)
    const ended = await session.calls.until(id, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
    assert.equal(ended.end?.by, 'remote')
    assert.equal(await sipp.ended, 0, sipp.log().slice(-2000))
    const found = await heard(speech('bob'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    await close()
    await lab.close()
    await sipp.stop()
  })
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
