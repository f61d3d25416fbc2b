// Who keeps the network is told how calls sounded (RFC 6035), at a server that nobody here wrote.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readQualityReport } from '@openparley/protocols/quality'
import { until, whenInstalled } from '../peer.ts'
import { dial, hangUp, played, signIn, speech } from '../person.ts'
import { type Kamailio, startKamailio } from './start.ts'

const options = whenInstalled('kamailio', ['kamailio'])
let kamailio: Kamailio

before(async () => {
  if (options.skip === false) kamailio = await startKamailio()
})
after(() => kamailio?.stop())

test('Kamailio is told how a call sounded, on both sides, when it is over', options, async () => {
  const person = (name: string, more: Record<string, unknown> = {}) =>
    signIn({
      'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
      'softphone.user': name,
      'softphone.password': `secret-${name}`,
      ...more,
    })
  const collector = `sip:quality@127.0.0.1:${kamailio.port}`
  const [alice, bob] = await Promise.all([person('alice', { 'softphone.qualityReports': collector }), person('bob')])
  const answered = (async () => {
    for await (const { id } of bob.session.calls.incoming())
      return bob.session.calls.answer({ call: id, endpoint: { kind: 'file', play: speech('bob') } })
    throw new Error('no call came')
  })()
  const call = await dial(alice.session, 'bob', { play: speech('alice') })
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  await answered
  await played(alice.session, call.id)
  await hangUp(alice.session, call.id)
  await alice.close()
  await until('Kamailio is told', () => /DialogID:.*from-tag=/.test(kamailio.log()), kamailio)
  const text = kamailio.log()
  const body = /told by alice how a call sounded\n(VQSessionReport[^]*?DialogID:[^\r\n]*)/.exec(text)?.[1]
  const report = readQualityReport(body ?? '')
  assert.ok(report, text.slice(-3000))
  assert.ok((report.local.mosListening ?? 0) > 4 && (report.remote?.mosListening ?? 0) > 4, body)
  assert.match(report.remoteId, /sip:bob@/)
  await bob.close()
})
