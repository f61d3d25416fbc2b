import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Audio } from './audio.ts'
import { type Crypto, readCrypto, writeCrypto } from './crypto.ts'
import { answer, begin, offer, readAnswer, unanswerable } from './exchange.ts'
import { parseSdp } from './parse.ts'

const aes80 = 'AES_CM_128_HMAC_SHA1_80'
const aes32 = 'AES_CM_128_HMAC_SHA1_32'
const gcm = 'AEAD_AES_128_GCM'
/** 30 bytes of key and salt; those of RFC 4568 §10.1. */
const key = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
const otherKey = 'NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj'

const side = (more: Partial<Audio> = {}): Audio => ({
  address: '192.0.2.10',
  port: 40_000,
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  direction: 'sendrecv',
  ...more,
})
const described = (protocol: string, ...lines: string[]): string =>
  `v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 ${protocol} 0\r\n${lines.map((line) => `a=${line}\r\n`).join('')}`
const crypto = (tag: number, suite = aes80, own = key): Crypto => ({ tag, suite, key: own })

test('a line is read as RFC 4568 §9.1 writes it, and written so', () => {
  const lifetime = readCrypto(`1 ${aes80} inline:${key}|2^20`)
  assert.deepEqual(lifetime, { ...crypto(1), lifetime: 1_048_576 })
  assert.deepEqual(readCrypto(`2 ${aes32} inline:${otherKey}`), crypto(2, aes32, otherKey))
  assert.deepEqual(readCrypto(`1 ${aes80} inline:${key}|1000 WSH=64 -ours`), { ...crypto(1), lifetime: 1000 })
  assert.equal(writeCrypto(crypto(7)), `7 ${aes80} inline:${key}`)
})

test('what we do not do is passed over: key identifiers, several keys, rates, streams in the clear, parameters that must be known', () => {
  for (const line of [
    `1 ${aes80} inline:${key}|2^20|1:4`,
    `1 F8_128_HMAC_SHA1_80 inline:${key}|2^20|1:4;inline:${otherKey}|2^20|2:4`,
    `1 ${aes80} inline:${key} KDR=1`,
    `1 ${aes80} inline:${key} UNENCRYPTED_SRTP`,
    `1 ${aes80} inline:${key} SOMETHING=new`,
    `0 ${aes80} inline:${key}`,
    `1 ${aes80} uri:https://keys.example.com`,
    `1 ${aes80} inline:not*base64`,
    `1 ${aes80}`,
    '',
  ])
    assert.equal(readCrypto(line), undefined, line)
})

test('an offer that must be protected is answered with our key under its tag, and both know what protects each way', () => {
  const theirs = side({ crypto: [crypto(1, gcm, 'A'.repeat(38)), crypto(2)], protected: true })
  const ours = side({ crypto: [crypto(1, aes80, otherKey)] })
  const offered = offer(begin(1), theirs)
  assert.match(offered.text, /m=audio 40000 RTP\/SAVP 0\r\n/)
  const answered = answer(begin(2), offered.text, ours)
  assert.ok('agreed' in answered)
  assert.match(
    answered.text,
    new RegExp(`m=audio 40000 RTP/SAVP 0\r\n[^]*a=crypto:2 ${aes80} inline:${otherKey.replace('+', '\\+')}\r\n`),
  )
  assert.doesNotMatch(answered.text, /a=crypto:1/)
  assert.deepEqual(answered.agreed.protection, {
    suite: aes80,
    ours: crypto(1, aes80, otherKey),
    theirs: crypto(2),
  })
  const read = readAnswer(answered.text, theirs)
  assert.ok('protection' in read)
  assert.deepEqual(read.protection, { suite: aes80, ours: crypto(2), theirs: crypto(2, aes80, otherKey) })
  // What is said later stays in the profile that was agreed on.
  assert.match(offer(answered.said, ours).text, /RTP\/SAVP 0/)
})

test('keys that are offered beside a plain profile are taken or left (RFC 8643)', () => {
  const open = side({ crypto: [crypto(1)] })
  const offered = offer(begin(1), open).text
  assert.match(offered, /m=audio 40000 RTP\/AVP 0\r\n/)
  const taken = answer(begin(2), offered, side({ crypto: [crypto(4, aes80, otherKey)] }))
  assert.ok('agreed' in taken && taken.agreed.protection?.suite === aes80)
  assert.match(taken.text, /RTP\/AVP 0/)
  const left = answer(begin(2), offered, side())
  assert.ok('agreed' in left && left.agreed.protection === undefined)
  assert.doesNotMatch(left.text, /crypto/)
  const read = readAnswer(left.text, open)
  assert.ok('direction' in read && !('protection' in read))
})

test('who requires protection refuses what has none, in an offer and in an answer', () => {
  const strict = side({ crypto: [crypto(1)], protected: true })
  const refused = [
    answer(begin(1), described('RTP/AVP'), strict),
    answer(begin(1), described('RTP/SAVP'), strict),
    answer(begin(1), described('RTP/SAVP', `crypto:1 ${aes80} inline:${key}|2^20|1:4`), strict),
    answer(begin(1), described('RTP/SAVP', `crypto:1 ${aes80} inline:${key.slice(4)}`), strict),
    answer(begin(1), described('RTP/SAVP', `crypto:1 ${aes80} inline:${key}`), side()),
    readAnswer(described('RTP/AVP'), strict),
    readAnswer(described('RTP/SAVP'), strict),
    // A tag or a suite that was not offered.
    readAnswer(described('RTP/SAVP', `crypto:2 ${aes80} inline:${key}`), strict),
    readAnswer(described('RTP/SAVP', `crypto:1 ${aes32} inline:${key}`), strict),
  ]
  for (const [i, each] of refused.entries()) assert.ok('refused' in each && each.refused === 'protection', String(i))
  assert.ok('agreed' in answer(begin(1), described('RTP/AVP', `crypto:1 ${aes80} inline:${key}`), strict))
  // What is known before there are keys is enough to refuse most of it.
  const early = (offered: string, suites: readonly string[], required: boolean): string | undefined =>
    unanswerable(offered, { codecs: ['PCMU', 'PCMA'], suites, protected: required })?.refused
  assert.deepEqual(
    [
      early(described('RTP/AVP'), [aes80], true),
      early(described('RTP/SAVP', `crypto:1 ${aes80} inline:${key}`), [], false),
      early(described('RTP/SAVP', `crypto:1 ${aes80} inline:${key}`), [aes32], true),
      early(described('RTP/SAVP', `crypto:1 ${aes80} inline:${key}`), [aes80], true),
      early(described('RTP/AVP'), [aes80], false),
    ],
    ['protection', 'protection', 'protection', undefined, undefined],
  )
})

test('of a stream that is protected and one that is not the protected one is taken, where we can', () => {
  const both = `${described('RTP/AVP')}m=audio 4002 RTP/SAVP 0\r\na=crypto:1 ${aes80} inline:${key}\r\n`
  const portsOf = (local: Audio): number[] => {
    const answered = answer(begin(1), both, local)
    const read = parseSdp('text' in answered ? answered.text : '')
    return 'media' in read ? read.media.map(({ port }) => port) : []
  }
  assert.deepEqual(portsOf(side({ crypto: [crypto(1)] })), [0, 40_000])
  assert.deepEqual(portsOf(side()), [40_000, 0])
})

test('whatever a line says, it is read or passed over', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((rest) => `1 ${aes80} inline:${key}${rest}`),
      ),
      (line) => {
        const read = readCrypto(line)
        if (read) assert.deepEqual(readCrypto(writeCrypto(read)), read)
      },
    ),
  )
})
