import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { metricsTable } from './metrics.ts'
import { type QualityReport, readQualityReport, writeQualityReport } from './report.ts'

/** RFC 6035 §4.7.3, message F13. Its STOP is before its START, and its LocalAddr lacks a 0x, as in the RFC. */
const f13 = `VQSessionReport: CallTerm
CallID: 6dg37f1890463
LocalID: Alice <sip:alice@example.org>
RemoteID: Bill <sip:bill@example.net>
OrigID: Alice <sip:alice@example.org>
LocalGroup: example-phone-55671
RemoteGroup: example-gateway-09871
LocalAddr: IP=10.10.1.100 PORT=5000 SSRC=1a3b5c7d
LocalMAC: 00:1f:5b:cc:21:0f
RemoteAddr:IP=11.1.1.150 PORT=5002 SSRC=0x2468abcd
RemoteMAC: 00:26:08:8e:95:02
LocalMetrics:
Timestamps:START=2004-10-10T18:23:43Z STOP=2004-10-01T18:26:02Z
SessionDesc:PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50
                FMTP="annexb=no" PLC=3 SSUP=on
JitterBuffer:JBA=3 JBR=2 JBN=40 JBM=80 JBX=120
PacketLoss:NLR=5.0 JDR=2.0
BurstGapLoss:BLD=0 BD=0 GLD=2.0 GD=500 GMIN=16
Delay:RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10
Signal:SL=-21 NL=-50 RERL=55
QualityEst:RLQ=90 RCQ=85 EXTRI=90 MOSLQ=4.2 MOSCQ=4.3
  QoEEstAlg=P.564
RemoteMetrics:
Timestamps:START=2004-10-10T18:23:43Z STOP=2004-10-01T18:26:02Z
SessionDesc:PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50
                FMTP="annexb=no" PLC=3 SSUP=on
JitterBuffer:JBA=3 JBR=2 JBN=40 JBM=80 JBX=120
PacketLoss:NLR=5.0 JDR=2.0
BurstGapLoss:BLD=0 BD=0 GLD=2.0 GD=500 GMIN=16
Delay:RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10
Signal:SL=-21 NL=-45 RERL=55
QualityEst:RLQ=90 RCQ=85 MOSLQ=4.3 MOSCQ=4.2 QoEEstAlg=P.564
DialogID:1890463548@alice.example.org;to-tag=8472761;
   from-tag=9123dh311
`.replaceAll('\n', '\r\n')

const local = {
  start: '2004-10-10T18:23:43Z',
  stop: '2004-10-01T18:26:02Z',
  payloadType: 18,
  codec: 'G729',
  clockRate: 8000,
  frameMs: 20,
  frameBytes: 20,
  framesPerPacket: 2,
  packetsPerSecond: 50,
  parameters: 'annexb=no',
  concealment: 3,
  silenceSuppression: 'on',
  jitterBuffer: 3,
  jitterBufferRate: 2,
  jitterBufferMs: 40,
  jitterBufferMaximumMs: 80,
  jitterBufferMostMs: 120,
  lossPercent: 5,
  discardedPercent: 2,
  burstLossPercent: 0,
  burstMs: 0,
  gapLossPercent: 2,
  gapMs: 500,
  gapThreshold: 16,
  roundTripMs: 200,
  endSystemMs: 140,
  symmetricOneWayMs: 200,
  jitterMs: 2,
  meanJitterMs: 10,
  signalDbm: -21,
  noiseDbm: -50,
  echoReturnLossDb: 55,
  ratingListening: 90,
  ratingConversational: 85,
  ratingBefore: 90,
  mosListening: 4.2,
  mosConversational: 4.3,
  estimatedBy: 'P.564',
} as const
const { ratingBefore: _, ...withoutBefore } = local
const report: QualityReport = {
  kind: 'session',
  isLast: true,
  callId: '6dg37f1890463',
  localId: 'Alice <sip:alice@example.org>',
  remoteId: 'Bill <sip:bill@example.net>',
  originId: 'Alice <sip:alice@example.org>',
  localGroup: 'example-phone-55671',
  remoteGroup: 'example-gateway-09871',
  localAddress: { address: '10.10.1.100', port: 5000, ssrc: 0x1a3b5c7d },
  remoteAddress: { address: '11.1.1.150', port: 5002, ssrc: 0x2468abcd },
  dialog: { callId: '1890463548@alice.example.org', toTag: '8472761', fromTag: '9123dh311' },
  local,
  remote: { ...withoutBefore, noiseDbm: -45, mosListening: 4.3, mosConversational: 4.2 },
}

test('the report of RFC 6035 §4.7.3 is read, with lines that go on and an SSRC without its 0x', () => {
  assert.deepEqual(readQualityReport(f13), report)
})

test('the same report is written with the lines of the RFC, and read as it was', () => {
  const text = writeQualityReport(report)
  assert.deepEqual(readQualityReport(text), report)
  const linesOf = (body: string): string[] =>
    body
      .replace(/\r\n +/g, ' ')
      .replace('SSRC=1a3b5c7d', 'SSRC=0x1a3b5c7d')
      .replace(/(BLD=0) /g, '$1.0 ')
      .replace('; from-tag', ';from-tag')
      .split('\r\n')
      .map((line) => line.replace(/^(\w+): +/, '$1:'))
      .filter((line) => !/^\w+MAC:/.test(line))
      .sort()
  assert.deepEqual(linesOf(text), linesOf(f13))
})

test('an interval report has no CallTerm', () => {
  const text = writeQualityReport({ ...report, kind: 'interval', isLast: false })
  assert.match(text, /^VQIntervalReport\r\n/)
  assert.deepEqual(readQualityReport(text), { ...report, kind: 'interval', isLast: false })
})

test('whoever names himself with line breaks adds no line', () => {
  const text = writeQualityReport({ ...report, remoteId: '"Bill\r\nCallID: other\r\n" <sip:bill@example.net>' })
  assert.equal(readQualityReport(text)?.callId, report.callId)
  assert.equal(text.split('\r\n').length, writeQualityReport(report).split('\r\n').length)
})

test('what is no report, or too long for one, is not read', () => {
  for (const body of [
    '',
    'hello',
    'VQSessionReport: CallTerm\r\n',
    f13.replace('VQSession', 'VQOther'),
    f13 + ' '.repeat(65_536),
  ])
    assert.equal(readQualityReport(body), undefined)
})

test('every figure has its own letters and its own name', () => {
  const rows = metricsTable.flatMap(([, all]) => all)
  assert.equal(new Set(rows.map(([letters]) => letters)).size, rows.length)
  assert.equal(new Set(rows.map(([, name]) => name)).size, rows.length)
})

test('whatever comes is read without an error', () => {
  const lines = f13.split('\r\n')
  fc.assert(
    fc.property(fc.shuffledSubarray(lines), fc.string(), fc.nat(2000), (some, more, cut) => {
      readQualityReport([lines[0], ...some, more].join('\r\n'))
      assert.equal(readQualityReport(f13.slice(0, cut))?.callId ?? '6dg37f1890463', '6dg37f1890463')
    }),
  )
})
