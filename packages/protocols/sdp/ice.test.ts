// Candidates in descriptions, RFC 8839 §5, and what an offer and its answer make of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Audio } from './audio.ts'
import { answer, begin, offer, readAnswer } from './exchange.ts'
import type { SdpIce } from './ice.ts'

test('the offer of RFC 8839 §A is read: two candidates, the second one found by a server', () => {
  const answered = answer(begin(1), example, local())
  assert.ok('agreed' in answered)
  assert.deepEqual(answered.agreed.remote.ice, {
    ufrag: '8hhY',
    password: 'asd88fgpdd777uzjYhagZg',
    isLite: false,
    candidates: [
      { foundation: '1', component: 1, priority: 2_130_706_431, address: '203.0.113.141', port: 8998, type: 'host' },
      {
        foundation: '2',
        component: 1,
        priority: 1_694_498_815,
        address: '192.0.2.3',
        port: 45_664,
        type: 'srflx',
        related: { address: '203.0.113.141', port: 8998 },
      },
    ],
  })
  assert.match(answered.text, /a=ice-ufrag:9uB6\r\n/)
  assert.match(answered.text, /a=candidate:1 1 UDP 2130706431 192.0.2.10 40000 typ host\r\n/)
  assert.match(answered.text, /a=end-of-candidates\r\n/)
})

test('who offers no candidates is answered none, and no shared port', () => {
  const plain = example.replace(/a=(ice|candidate).*\n/g, '')
  const answered = answer(begin(1), plain, local({ rtcpMux: true }))
  assert.ok('agreed' in answered)
  assert.doesNotMatch(answered.text, /ice|candidate|rtcp-mux/)
  assert.equal(answered.agreed.remote.ice, undefined)
})

test('a port is shared where both want that', () => {
  const offered = offer(begin(1), local({ rtcpMux: true })).text
  const answered = answer(begin(2), offered, local({ rtcpMux: true }))
  assert.ok('agreed' in answered)
  const agreed = readAnswer(answered.text, local({ rtcpMux: true }))
  assert.ok(!('refused' in agreed))
  assert.deepEqual([answered.agreed.remote.rtcpMux, agreed.remote.rtcpMux], [true, true])
  const alone = answer(begin(2), offered, local())
  assert.ok('agreed' in alone)
  assert.doesNotMatch(alone.text, /rtcp-mux/)
})

test('where the address of the lines is none of the candidates that is said, and no candidate is used (§4.2.5)', () => {
  const changed = example.replace('c=IN IP4 192.0.2.3', 'c=IN IP4 198.51.100.99')
  const answered = answer(begin(1), changed, local())
  assert.ok('agreed' in answered)
  assert.equal(answered.agreed.remote.ice, 'mismatch')
  assert.match(answered.text, /a=ice-mismatch\r\n/)
  assert.doesNotMatch(answered.text, /a=candidate|a=ice-ufrag/)
  const agreed = readAnswer(answered.text, local())
  assert.ok(!('refused' in agreed))
  assert.equal(agreed.remote.ice, undefined)
})

test('what is offered once more is the same text as long as nothing has changed', () => {
  const first = offer(begin(1), local())
  assert.equal(offer(first.said, local()).text, first.text)
  const other = offer(first.said, local({ ice: { ...ways, ufrag: 'next', password: 'anotherpasswordof22chars' } }))
  assert.notEqual(other.text, first.text)
})

test('candidates that are broken, over TCP, by name or too many are passed over', () => {
  const lines = [
    'a=candidate:1 1 UDP 1 host.example.com 9 typ host',
    'a=candidate:1 1 TCP 1 192.0.2.9 9 typ host tcptype active',
    'a=candidate:1 3 UDP 1 192.0.2.9 9 typ host',
    'a=candidate:1 1 UDP 4294967295 192.0.2.9 9 typ host',
    'a=candidate:1 1 UDP 1 192.0.2.9 70000 typ host',
    'a=candidate:1 1 UDP 1 192.0.2.9 9 typ other',
    'a=candidate:?? 1 UDP 1 192.0.2.9 9 typ host',
    'a=candidate:',
    ...Array.from({ length: 500 }, (_, i) => `a=candidate:1 1 UDP ${i + 1} 192.0.2.9 ${i + 1000} typ host`),
  ]
  const answered = answer(begin(1), example + lines.join('\n'), local())
  assert.ok('agreed' in answered)
  const { ice } = answered.agreed.remote
  assert.ok(ice && ice !== 'mismatch')
  assert.ok(ice.candidates.length <= 60)
  assert.ok(ice.candidates.every(({ address }) => /^[\d.]+$/.test(address)))
  const short = example.replace('asd88fgpdd777uzjYhagZg', 'short')
  const without = answer(begin(1), short, local())
  assert.ok('agreed' in without && without.agreed.remote.ice === undefined)
})

const ways: SdpIce = {
  ufrag: '9uB6',
  password: 'YH75Fviy6338Vbrhrlp8Yh',
  isLite: false,
  candidates: [
    { foundation: '1', component: 1, priority: 2_130_706_431, address: '192.0.2.10', port: 40_000, type: 'host' },
  ],
}

function local(more: Partial<Audio> = {}): Audio {
  const codecs = [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]
  return { address: '192.0.2.10', port: 40_000, codecs, direction: 'sendrecv', ice: ways, ...more }
}

const example = `v=0
o=jdoe 2890844526 2890842807 IN IP4 203.0.113.141
s=
c=IN IP4 192.0.2.3
t=0 0
a=ice-options:ice2
a=ice-pacing:50
a=ice-pwd:asd88fgpdd777uzjYhagZg
a=ice-ufrag:8hhY
m=audio 45664 RTP/AVP 0
b=RS:0
b=RR:0
a=rtpmap:0 PCMU/8000
a=candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host
a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998
`
