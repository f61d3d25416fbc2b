import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '@openparley/protocols/sip'
import { endOf } from './ending.ts'
import { callerOf, detailsIn, isToBeAnswered, prioritiesIn, reasonsIn } from './parties.ts'

const headers = (...fields: [string, string][]): Headers => {
  const made = new Headers()
  for (const [name, value] of fields) made.append(name, value)
  return made
}
const from: [string, string] = ['From', '"As they say" <sip:said@example.com>;tag=1']

test('who calls is who the server asserts, then who Remote-Party-ID names, then who they say they are', () => {
  const rpid: [string, string] = [
    'Remote-Party-ID',
    '"Desk" <sip:204@example.com>;party=calling;screen=yes;privacy=off',
  ]
  const asserted: [string, string] = ['P-Asserted-Identity', '"Real" <sip:203@example.com>']
  assert.deepEqual(callerOf(headers(from, rpid, asserted)), {
    number: '203',
    uri: 'sip:203@example.com',
    displayName: 'Real',
  })
  const both: [string, string] = ['P-Asserted-Identity', '"Real" <sip:203@example.com>, <tel:+15551203>']
  assert.equal(callerOf(headers(from, both)).number, '203')
  assert.equal(callerOf(headers(from, rpid)).displayName, 'Desk')
  assert.equal(callerOf(headers(from)).number, 'said')
  assert.deepEqual(callerOf(headers()), { number: 'unknown' })
  const nobody = callerOf(headers(['From', '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1']))
  assert.equal(nobody.anonymous, true)
})

test('how to ring is read from each form of Alert-Info that phones and servers use', () => {
  const cases: [string, string | undefined][] = [
    ['<http://example.com/ring.wav>;info=alert-group', 'alert-group'],
    ['<http://127.0.0.1/Bellcore-dr2>', 'Bellcore-dr2'],
    ['Bellcore-dr3', undefined],
    ['<urn:alert:source:external>', 'urn:alert:source:external'],
    ['<urn:alert:priority:high>;x=y', 'urn:alert:priority:high'],
    ['<sip:x>; info="Custom 1"', 'Custom 1'],
    ['', undefined],
  ]
  for (const [value, alert] of cases) assert.equal(detailsIn(headers(['Alert-Info', value])).alert, alert, value)
})

test('who sent a call on is told by Diversion (RFC 5806)', () => {
  const diversion = '"Bob" <sip:bob@example.com>;reason=user-busy;counter=1, <sip:old@example.com>;reason=no-answer'
  assert.equal(detailsIn(headers(['Diversion', diversion])).divertedBy?.number, 'bob')
})

test('a call is to be answered at once by RFC 5373 and by the ways of before', () => {
  const asks: [string, string][] = [
    ['Answer-Mode', 'Auto'],
    ['Priv-Answer-Mode', 'Auto;require'],
    ['Call-Info', '<sip:x>;answer-after=0'],
    ['Alert-Info', '<http://x>;info=alert-autoanswer'],
    ['Alert-Info', 'info="Ring-Answer"; x'],
    ['P-Auto-Answer', 'normal'],
  ]
  for (const field of asks.filter(([name, value]) => name !== 'Alert-Info' || value.includes(';info')))
    assert.equal(isToBeAnswered(headers(field)), true, field.join(': '))
  const not: [string, string][] = [
    ['Answer-Mode', 'Manual'],
    ['Call-Info', '<sip:x>;answer-after=5'],
    ['Alert-Info', '<urn:alert:source:external>'],
  ]
  for (const field of not) assert.equal(isToBeAnswered(headers(field)), false, field.join(': '))
})

test('priorities are read from every field, with what must be known (RFC 4412 §3.1)', () => {
  const two = headers(
    ['Resource-Priority', 'dsn.flash, wps.3'],
    ['Resource-Priority', 'q735.0'],
    ['Require', 'resource-priority'],
  )
  assert.deepEqual(prioritiesIn(two), { values: ['dsn.flash', 'wps.3', 'q735.0'], required: true })
  assert.equal(prioritiesIn(headers(['Resource-Priority', 'nonsense'])), undefined)
})

test('the telephone network’s own cause says what a status cannot (Q.850, RFC 3326, RFC 3398)', () => {
  const ended = (status: number, reason: string): string | undefined =>
    endOf(
      {
        type: 'ended',
        by: 'remote',
        cause: { is: 'status', status, reason: 'x' },
        headers: headers(['Reason', reason]),
      },
      false,
      undefined,
    ).error?.code
  const cases: [number, string, string][] = [
    [503, 'Q.850;cause=17;text="User busy"', 'call-busy'],
    [500, 'q.850 ;cause=1', 'number-unknown'],
    [503, 'Q.850;cause=34', 'server-overloaded'],
    [480, 'Q.850;cause=19', 'call-unanswered'],
    [500, 'Q.850;cause=21', 'call-declined'],
    [500, 'Q.850;cause=28', 'number-incomplete'],
    // A status that says it itself stands.
    [486, 'Q.850;cause=34', 'call-busy'],
    [404, 'Q.850;cause=17', 'number-unknown'],
    [486, 'preemption ;cause=1 ;text="UA Preemption"', 'call-preempted'],
  ]
  for (const [status, reason, code] of cases) assert.equal(ended(status, reason), code, `${status} ${reason}`)
  assert.deepEqual(reasonsIn(headers(['Reason', 'SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16'])), [
    { protocol: 'sip', cause: { protocol: 'sip', status: 200, text: 'Call completed elsewhere' } },
    { protocol: 'q850', cause: { protocol: 'q850', status: 16, text: '' } },
  ])
})
