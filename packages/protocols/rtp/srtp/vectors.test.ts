// The published cases: RFC 2202, RFC 3711 appendix B, RFC 6188 §7 and RFC 7714 §16–17.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { read32 } from '../packet.ts'
import { CounterModeTransform } from './counter-mode.ts'
import { deriveKey, type SessionKeys, sessionKeys } from './derive.ts'
import { GcmTransform } from './gcm.ts'
import { HmacSha1 } from './hmac-sha1.ts'
import { srtpProfiles } from './profile.ts'

test('HMAC-SHA1 gives the digests of RFC 2202 §3', () => {
  const cases: [Uint8Array, Uint8Array, string][] = [
    [filled(20, 0x0b), ascii('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [ascii('Jefe'), ascii('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    [filled(20, 0xaa), filled(50, 0xdd), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
    [Uint8Array.from({ length: 25 }, (_, i) => i + 1), filled(50, 0xcd), '4c9007f4026250c6bc8414f9bf50c86c2d7235da'],
  ]
  for (const [key, message, digest] of cases) assert.equal(hmac(key, message), digest)
})

test('HMAC-SHA1 agrees with node:crypto for every length over four blocks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 260, maxLength: 260 }), fc.uint8Array({ maxLength: 64 }), (bytes, key) => {
      for (let length = 4; length <= bytes.length; length++) {
        const message = bytes.subarray(0, length)
        assert.equal(hmac(key, message), createHmac('sha1', key).update(message).digest('hex'))
      }
    }),
    { numRuns: 5 },
  )
})

test('session keys of AES-128 are those of RFC 3711 appendix B.3', () => {
  const key = hex('E1F97A0D3E018BE0D64FA32C06DE4139')
  const salt = hex('0EC675AD498AFEEBB6960B3AABE6')
  assert.equal(text(deriveKey(key, salt, 0, 16)), 'c61e7a93744f39ee10734afe3ff7a087')
  assert.equal(text(deriveKey(key, salt, 2, 14)), '30cbbc08863d8c85d49db34a9ae1')
  assert.deepEqual(
    deriveKey(key, salt, 1, 94),
    hex(`CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
         E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
         6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2`),
  )
})

test('session keys of AES-256 are those of RFC 6188 §7.2', () => {
  const key = hex('f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6')
  const salt = hex('3b04803de51ee7c96423ab5b78d2')
  assert.deepEqual(
    deriveKey(key, salt, 0, 32),
    hex('5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4'),
  )
  assert.equal(text(deriveKey(key, salt, 2, 14)), 'fa31791685ca444a9e07c6c64e93')
  assert.equal(text(deriveKey(key, salt, 1, 20)), 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05')
})

test('RTP has the labels 0, 1 and 2, and RTCP 3, 4 and 5 (RFC 3711 §4.3.2)', () => {
  const key = filled(16, 7)
  const salt = filled(14, 9)
  for (const [kind, first] of [
    ['rtp', 0],
    ['rtcp', 3],
  ] as const) {
    assert.deepEqual(sessionKeys(srtpProfiles.AES_CM_128_HMAC_SHA1_32, key, salt, kind), {
      key: deriveKey(key, salt, first, 16),
      authentication: deriveKey(key, salt, first + 1, 20),
      salt: deriveKey(key, salt, first + 2, 14),
    })
  }
})

test('a salt of twelve bytes is derived from as one of fourteen that ends in zeros (RFC 7714 §11)', () => {
  const key = filled(16, 7)
  const salt = filled(12, 9)
  const padded = Uint8Array.of(...salt, 0, 0)
  for (let label = 0; label < 6; label++) {
    assert.deepEqual(deriveKey(key, salt, label, 32), deriveKey(key, padded, label, 32))
  }
})

test('the keystream of AES-128-CM is that of RFC 3711 appendix B.2', () => {
  assert.deepEqual(keystream('2B7E151628AED2A6ABF7158809CF4F3C'), [
    'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    'ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44',
  ])
})

test('the keystream of AES-256-CM is that of RFC 6188 §7.1', () => {
  assert.deepEqual(keystream('57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98'), [
    '92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31',
    'cea518c90fd91ced9cbb18c078a547113dbc4814f4da5f00a08772b63c6a046d6eb246913062a16891433e97dd01a57f',
  ])
})

const rtp = hex(
  '8040f17b 8041f8d3 5501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
)
const rtcp = hex(`81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
                  deadbeef deadbeef deadbeef deadbeef deadbeef`)

for (const { bits, section, sealed } of [
  {
    bits: 128,
    section: '§16.1',
    sealed: `8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
             899d7f27beb16a9152cf765ee4390cce`,
  },
  {
    bits: 256,
    section: '§16.2',
    sealed: `8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
             7aa3db36dfffd6b0f9bb7878d7a76c13`,
  },
]) {
  test(`AES-${bits}-GCM seals and opens the RTP packet of RFC 7714 ${section}`, () => {
    const gcm = gcmOf(bits)
    const packet = roomy(rtp)
    gcm.sealRtp(packet, 12, rtp.length, 0xf17b)
    assert.deepEqual(packet.subarray(0, rtp.length + gcm.rtpOverhead), hex(sealed))
    assert.equal(gcm.openRtp(packet, 12, rtp.length, 0xf17b), true)
    assert.deepEqual(packet.subarray(0, rtp.length), rtp)
  })
}

for (const { bits, section, sealed } of [
  {
    bits: 128,
    section: '§17.1',
    sealed: `81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b
             c84aa45896cf4d2fc5abf87245d9eade 800005d4`,
  },
  {
    bits: 256,
    section: '§17.2',
    sealed: `81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad
             1d1eb30c4446839f57ff6f6cb26ac3be 800005d4`,
  },
]) {
  test(`AES-${bits}-GCM seals and opens the RTCP packet of RFC 7714 ${section}`, () => {
    const gcm = gcmOf(bits)
    const packet = roomy(rtcp)
    gcm.sealRtcp(packet, rtcp.length, 0x800005d4)
    assert.deepEqual(packet.subarray(0, rtcp.length + gcm.rtcpOverhead), hex(sealed))
    assert.equal(gcm.openRtcp(packet, rtcp.length, 0x800005d4), true)
    assert.deepEqual(packet.subarray(0, rtcp.length), rtcp)
  })
}

for (const { bits, section, tag } of [
  { bits: 128, section: '§17.3', tag: '841dd9683dd78ec92ae58790125f62b3' },
  { bits: 256, section: '§17.4', tag: '91db4afbfeee5a978fab4393ed2615fe' },
]) {
  test(`AES-${bits}-GCM opens the RTCP packet of RFC 7714 ${section}, which has a tag and no encryption`, () => {
    const gcm = gcmOf(bits)
    const packet = Uint8Array.of(...rtcp, ...hex(tag), ...hex('000005d4'))
    const word = read32(packet, packet.length - gcm.wordFromEnd)
    assert.equal(gcm.openRtcp(packet, rtcp.length, word), true)
    assert.deepEqual(packet.subarray(0, rtcp.length), rtcp)
    packet[20] = 1
    assert.equal(gcm.openRtcp(packet, rtcp.length, word), false)
  })
}

/** The last four bytes of the message go in as the suffix. */
function hmac(key: Uint8Array, message: Uint8Array): string {
  const digest = new Uint8Array(20)
  const length = message.length - 4
  new HmacSha1(key).digestWith(message, length, read32(message, length), digest)
  return text(digest)
}

/** The first and the last three of the 65,282 blocks that both RFCs show, for SSRC 0 and packet index 0. */
function keystream(key: string): [string, string] {
  const session: SessionKeys = {
    key: hex(key),
    salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    authentication: new Uint8Array(20),
  }
  const bytes = 65_282 * 16
  const packet = new Uint8Array(12 + bytes + 10)
  new CounterModeTransform(session, session, 10).sealRtp(packet, 12, 12 + bytes, 0)
  return [text(packet.subarray(12, 12 + 48)), text(packet.subarray(12 + bytes - 48, 12 + bytes))]
}

function gcmOf(bits: number): GcmTransform {
  const key = Uint8Array.from({ length: bits / 8 }, (_, i) => i)
  const session: SessionKeys = { key, salt: ascii('Quid pro quo'), authentication: new Uint8Array(0) }
  return new GcmTransform(session, session)
}

function roomy(packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(packet.length + 20)
  bytes.set(packet)
  return bytes
}

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value)
}

function ascii(letters: string): Uint8Array {
  return new TextEncoder().encode(letters)
}

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'))
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
