import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Audio } from './audio.ts'
import { answer, begin, offer, readAnswer } from './exchange.ts'
import { readReportsWanted, writeReportsWanted } from './rtcp-xr.ts'

const local: Audio = {
  address: '192.0.2.10',
  port: 40_000,
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  direction: 'sendrecv',
  reports: { voipMetrics: true, roundTrip: 'all' },
}

test('what is wanted is read among formats that are not known, with sizes and without (RFC 3611 §5.1)', () => {
  const all = 'pkt-loss-rle=50 pkt-dup-rle rcvr-rtt=sender:20 stat-summary=loss,dup,jitt voip-metrics x-other=7'
  assert.deepEqual(readReportsWanted(all), { voipMetrics: true, roundTrip: 'sender' })
  assert.deepEqual(readReportsWanted('rcvr-rtt=all'), { voipMetrics: false, roundTrip: 'all' })
  assert.deepEqual(readReportsWanted('voip-metrics'), { voipMetrics: true })
  for (const nothing of ['', 'pkt-loss-rle', 'rcvr-rtt', 'rcvr-rtt=some', 'voip-metrics=1'])
    assert.equal(readReportsWanted(nothing), undefined)
})

test('what is written is read again', () => {
  for (const wanted of [{ voipMetrics: true, roundTrip: 'all' }, { voipMetrics: true }] as const)
    assert.deepEqual(readReportsWanted(writeReportsWanted(wanted)), wanted)
})

test('extended reports are offered, answered by who knows them, and each side knows what the other wants', () => {
  const offered = offer(begin(7), local)
  assert.match(offered.text, /\r\na=rtcp-xr:rcvr-rtt=all voip-metrics\r\n/)
  const answered = answer(begin(8), offered.text, { ...local, reports: { voipMetrics: true } })
  assert.ok('text' in answered)
  assert.deepEqual(answered.agreed.remote.reports, local.reports)
  const read = readAnswer(answered.text, local)
  assert.ok(!('refused' in read))
  assert.deepEqual(read.remote.reports, { voipMetrics: true })
})

test('who does not know them is not asked for any in an answer', () => {
  const { reports: _, ...plain } = local
  const answered = answer(begin(8), offer(begin(7), plain).text, local)
  assert.ok('text' in answered)
  assert.doesNotMatch(answered.text, /rtcp-xr/)
  assert.equal(answered.agreed.remote.reports, undefined)
})

test('a line for all streams counts where a stream has none of its own', () => {
  const { reports: _, ...plain } = local
  const { text } = offer(begin(7), plain)
  const answered = answer(begin(8), text.replace('t=0 0\r\n', 't=0 0\r\na=rtcp-xr:voip-metrics\r\n'), local)
  assert.ok('text' in answered)
  assert.deepEqual(answered.agreed.remote.reports, { voipMetrics: true })
})
