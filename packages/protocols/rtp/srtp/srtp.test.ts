import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { write32, writeRtpHeader } from '../packet.ts'
import { sessionKeys } from './derive.ts'
import { type SrtpProfileName, srtpProfileOfDtls, srtpProfiles } from './profile.ts'
import { SrtpReceiver } from './receiver.ts'
import { SrtpSender, type SrtpSenderOptions, srtpRoom } from './sender.ts'
import { windowPackets } from './replay-window.ts'

const names = Object.keys(srtpProfiles) as SrtpProfileName[]
const someProfile = fc.constantFrom(...names)
const payloads = fc.uint8Array({ maxLength: 200 })

test('the numbers of DTLS-SRTP name their profiles (RFC 5764 §4.1.2, RFC 7714 §14.2)', () => {
  assert.equal(srtpProfileOfDtls(0x0001), 'AES_CM_128_HMAC_SHA1_80')
  assert.equal(srtpProfileOfDtls(0x0002), 'AES_CM_128_HMAC_SHA1_32')
  assert.equal(srtpProfileOfDtls(0x0007), 'AEAD_AES_128_GCM')
  assert.equal(srtpProfileOfDtls(0x0008), 'AEAD_AES_256_GCM')
  assert.equal(srtpProfileOfDtls(0x0005), undefined)
})

test('a packet that is protected grows by its tag, keeps its header, hides its payload and comes back whole', () => {
  const tags = [10, 4, 10, 4, 16, 16]
  for (const [i, name] of names.entries()) {
    const { sender, receiver } = pair(name)
    const plain = rtp(7, 1, new Uint8Array(160).fill(0xd5))
    const packet = roomy(plain)
    const length = sender.protect(packet, plain.length)
    assert.equal(length - plain.length, tags[i], name)
    assert.deepEqual(packet.subarray(0, 12), plain.subarray(0, 12))
    assert.notDeepEqual(packet.subarray(12, 28), plain.subarray(12, 28))
    assert.equal(receiver.unprotect(packet, length), plain.length)
    assert.deepEqual(packet.subarray(0, plain.length), plain)
  }
})

test('RTCP has a tag of ten bytes at least, and its index counts from zero (RFC 3711 §3.4)', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    for (let n = 0; n < 3; n++) {
      const plain = rtcp(7, new Uint8Array(20).fill(n))
      const packet = roomy(plain)
      const length = sender.protectRtcp(packet, plain.length)
      const { aead } = srtpProfiles[name]
      assert.equal(length - plain.length, aead ? 20 : 14, name)
      const word = aead ? length - 4 : plain.length
      assert.deepEqual([...packet.subarray(word, word + 4)], [0x80, 0, 0, n])
      assert.equal(receiver.unprotectRtcp(packet, length), plain.length)
      assert.deepEqual(packet.subarray(0, plain.length), plain)
    }
  }
})

test('contributing sources and the extension stay in the clear and are protected against change (RFC 3711 §3.1)', () => {
  const head = [0x91, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7]
  const plain = Uint8Array.of(...head, 1, 2, 3, 4, 5, 6, 7, 8)
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const packet = roomy(plain)
    const length = sender.protect(packet, plain.length)
    assert.deepEqual([...packet.subarray(0, head.length)], head)
    assert.notDeepEqual(packet.subarray(head.length, plain.length), plain.subarray(head.length))
    packet[20] = 8
    assert.equal(receiver.unprotect(packet, length), -1)
    packet[20] = 7
    assert.equal(receiver.unprotect(packet, length), plain.length)
  }
})

test('a bit that is flipped anywhere has the packet refused, unchanged, and harms no later packet', () => {
  fc.assert(
    fc.property(someProfile, fc.boolean(), payloads, fc.nat(), (name, control, payload, where) => {
      const { sender, receiver } = pair(name)
      const plain = control ? rtcp(7, payload) : rtp(7, 65_000, payload)
      const packet = roomy(plain)
      const length = control ? sender.protectRtcp(packet, plain.length) : sender.protect(packet, plain.length)
      const bit = where % (length * 8)
      packet[bit >> 3] = (packet[bit >> 3] as number) ^ (1 << (bit & 7))
      const forged = packet.slice()
      const open = () => (control ? receiver.unprotectRtcp(packet, length) : receiver.unprotect(packet, length))
      assert.equal(open(), -1)
      assert.deepEqual(packet, forged)
      assert.equal(receiver.refused.unauthentic + receiver.refused.malformed, 1)
      packet[bit >> 3] = (packet[bit >> 3] as number) ^ (1 << (bit & 7))
      assert.equal(open(), plain.length)
      assert.deepEqual(packet.subarray(0, plain.length), plain)
    }),
    { numRuns: 1000 },
  )
})

test('a packet that is cut short or grew is refused', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const plain = rtp(7, 1, new Uint8Array(30))
    const packet = new Uint8Array(100)
    packet.set(plain)
    const length = sender.protect(packet, plain.length)
    for (let other = 0; other <= packet.length; other++) {
      if (other !== length) assert.equal(receiver.unprotect(packet, other), -1)
    }
    assert.equal(receiver.unprotect(packet, length), plain.length)
  }
})

test('a header that promises more than the packet has is no RTP packet', () => {
  const { sender } = pair('AES_CM_128_HMAC_SHA1_80')
  const heads = [
    [0x81, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9],
    [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0],
    [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1, 7, 7, 7],
    [0x40, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9],
    [0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
  ]
  for (const head of heads) assert.equal(sender.protect(roomy(Uint8Array.from(head)), head.length), -1)
  assert.equal(sender.refused.malformed, heads.length)
})

test('random bytes are refused without an exception, and so is a length beyond the buffer', () => {
  fc.assert(
    fc.property(
      someProfile,
      fc.uint8Array({ maxLength: 80 }),
      fc.integer({ min: -1, max: 100 }),
      (name, bytes, length) => {
        const { receiver } = pair(name)
        if (bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] as number) & 0x3f)
        assert.equal(receiver.unprotect(bytes, length), -1)
        assert.equal(receiver.unprotectRtcp(bytes, length), -1)
      },
    ),
  )
})

test('a packet is taken once, and never when it is older than the window (RFC 3711 §3.3.2)', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const sealed = Array.from({ length: windowPackets + 1 }, (_, i) => protect(sender, rtp(7, i, Uint8Array.of(i))))
    const open = (i: number) => receiver.unprotect((sealed[i] as Uint8Array).slice(), (sealed[i] as Uint8Array).length)
    assert.ok(open(5) > 0)
    assert.equal(open(5), -1)
    assert.equal(receiver.refused.replayed, 1)
    assert.ok(open(windowPackets) > 0)
    assert.equal(open(0), -1)
    assert.equal(receiver.refused['too-old'], 1)
    assert.ok(open(1) > 0)
    assert.equal(open(5), -1)
    assert.equal(receiver.refused.replayed, 2)
  }
})

test('an RTCP packet is taken once, apart from RTP', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const first = protect(sender, rtcp(7, new Uint8Array(20)), 'rtcp')
    const second = protect(sender, rtcp(7, new Uint8Array(20)), 'rtcp')
    const media = protect(sender, rtp(7, 0, new Uint8Array(20)))
    assert.ok(receiver.unprotectRtcp(second.slice(), second.length) > 0)
    assert.equal(receiver.unprotectRtcp(second.slice(), second.length), -1)
    assert.ok(receiver.unprotectRtcp(first.slice(), first.length) > 0)
    assert.equal(receiver.refused.replayed, 1)
    assert.ok(receiver.unprotect(media, media.length) > 0)
  }
})

test('the sequence number rolls over, and a late packet from before is still opened', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const sealed = Array.from({ length: 10 }, (_, i) =>
      protect(sender, rtp(7, (65_531 + i) & 0xffff, Uint8Array.of(i))),
    )
    for (const i of [0, 1, 6, 5, 3, 2, 9, 4, 8, 7]) {
      const packet = sealed[i] as Uint8Array
      assert.equal(receiver.unprotect(packet, packet.length), 13, `${name}, packet ${i}`)
      assert.equal(packet[12], i)
    }
  }
})

test('each turn of the sequence number has a keystream of its own', () => {
  for (const name of names) {
    const { sender, receiver } = pair(name)
    const seen = new Set<string>()
    for (let turn = 0; turn < 4; turn++) {
      for (let sequence = 0; sequence < 0x10000; sequence += 0x4000) {
        const packet = protect(sender, rtp(7, sequence, new Uint8Array(16)))
        seen.add(Buffer.from(packet.subarray(12, 28)).toString('hex'))
        assert.equal(receiver.unprotect(packet, packet.length), 28)
      }
    }
    assert.equal(seen.size, 16)
  }
})

test('a sender refuses to use a sequence number twice, which would give both payloads away', () => {
  const { sender } = pair('AEAD_AES_128_GCM')
  assert.ok(protect(sender, rtp(7, 5000, Uint8Array.of(1))).length > 0)
  const again = roomy(rtp(7, 5000, Uint8Array.of(2)))
  const before = again.slice()
  assert.equal(sender.protect(again, 13), -1)
  assert.deepEqual(again, before)
  const older = roomy(rtp(7, 5000 - windowPackets, Uint8Array.of(3)))
  assert.equal(sender.protect(older, 13), -1)
  assert.deepEqual(sender.refused, { malformed: 0, repeated: 1, 'too-old': 1, 'too-many-sources': 0, lifetime: 0 })
})

test('a key protects as many packets as its lifetime says, RTP and RTCP each', () => {
  const { sender } = pair('AES_CM_128_HMAC_SHA1_80', { lifetime: 3 })
  for (let i = 0; i < 5; i++) {
    assert.equal(sender.protect(roomy(rtp(i, 1, new Uint8Array(1))), 13) > 0, i < 3)
    assert.equal(sender.protectRtcp(roomy(rtcp(i, new Uint8Array(0))), 8) > 0, i < 3)
  }
  assert.equal(sender.refused.lifetime, 4)
})

test('sources over the bound are refused, and forged ones take no place', () => {
  const { sender, receiver } = pair('AES_CM_128_HMAC_SHA1_80', { mostSources: 2 })
  const forger = new SrtpSender('AES_CM_128_HMAC_SHA1_80', new Uint8Array(16).fill(66), new Uint8Array(14))
  for (let ssrc = 100; ssrc < 120; ssrc++) {
    const packet = protect(forger, rtp(ssrc, 1, new Uint8Array(20)))
    assert.equal(receiver.unprotect(packet, packet.length), -1)
  }
  assert.equal(receiver.refused.unauthentic, 20)
  const generous = pair('AES_CM_128_HMAC_SHA1_80').sender
  const sealed = [1, 2, 3].map((ssrc) => protect(generous, rtp(ssrc, 1, new Uint8Array(20))))
  assert.deepEqual(
    sealed.map((packet) => receiver.unprotect(packet, packet.length)),
    [32, 32, -1],
  )
  assert.equal(receiver.refused['too-many-sources'], 1)
  assert.deepEqual(
    [1, 2, 3].map((ssrc) => sender.protect(roomy(rtp(ssrc, 1, new Uint8Array(20))), 32)),
    [42, 42, -1],
  )
  assert.equal(sender.refused['too-many-sources'], 1)
})

test('RTCP that is authentic but not encrypted is taken (RFC 3711 §3.4)', () => {
  const name = 'AES_CM_128_HMAC_SHA1_80'
  const { receiver, key, salt } = pair(name)
  const { authentication } = sessionKeys(srtpProfiles[name], key, salt, 'rtcp')
  const plain = Uint8Array.of(...rtcp(7, Uint8Array.of(1, 2, 3, 4)), 0, 0, 0, 9)
  const tag = createHmac('sha1', authentication).update(plain).digest().subarray(0, 10)
  const packet = Uint8Array.of(...plain, ...tag)
  assert.equal(receiver.unprotectRtcp(packet, packet.length), plain.length - 4)
  assert.deepEqual(packet.subarray(0, plain.length), plain)
})

test('a tag of AES-CM is an HMAC over the packet and the roll-over counter (RFC 3711 §4.2)', () => {
  const name = 'AES_CM_128_HMAC_SHA1_32'
  const { sender, key, salt } = pair(name)
  const { authentication } = sessionKeys(srtpProfiles[name], key, salt, 'rtp')
  for (const [sequence, counter] of [
    [40_000, 0],
    [7000, 1],
    [39_000, 1],
    [20, 2],
  ] as const) {
    const packet = protect(sender, rtp(7, sequence, new Uint8Array(50)))
    const mac = createHmac('sha1', authentication)
      .update(packet.subarray(0, 62))
      .update(Uint8Array.of(0, 0, 0, counter))
    assert.deepEqual([...packet.subarray(62)], [...mac.digest().subarray(0, 4)])
  }
})

test('a buffer without room and keys of a wrong length are the mistakes of the caller', () => {
  const { sender } = pair('AEAD_AES_256_GCM')
  assert.throws(() => sender.protect(new Uint8Array(40), 25), RangeError)
  assert.throws(() => sender.protectRtcp(new Uint8Array(40), 21), RangeError)
  assert.throws(() => new SrtpSender('AEAD_AES_256_GCM', new Uint8Array(16), new Uint8Array(12)), RangeError)
  assert.throws(() => new SrtpReceiver('AEAD_AES_128_GCM', new Uint8Array(16), new Uint8Array(14)), RangeError)
  assert.equal(sender.protect(new Uint8Array(60), 30), -1)
  assert.equal(sender.protectRtcp(new Uint8Array(60), 30), -1)
  assert.equal(sender.refused.malformed, 2)
})

test('the master key may be wiped once sender and receiver are made', () => {
  const { sender, receiver, key, salt } = pair('AES_256_CM_HMAC_SHA1_80')
  key.fill(0)
  salt.fill(0)
  const packet = protect(sender, rtp(7, 1, new Uint8Array(20)))
  assert.equal(receiver.unprotect(packet, packet.length), 32)
})

test('over a network that loses, repeats and shuffles, each packet that arrives is opened once and whole', () => {
  const fate = fc.record({
    lost: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    late: fc.integer({ min: 0, max: 400 }),
    twice: fc.boolean(),
  })
  fc.assert(
    fc.property(
      someProfile,
      fc.integer({ min: 0, max: 0xffff }),
      fc.array(fate, { minLength: 200, maxLength: 200 }),
      (name, first, fates) => {
        const { sender, receiver } = pair(name)
        const arrivals: { at: number; n: number; packet: Uint8Array }[] = []
        for (const [n, { lost, late, twice }] of fates.entries()) {
          const packet = protect(sender, rtp(7, (first + n) & 0xffff, Uint8Array.of(n, n >> 8)))
          // The first comes through: a receiver that begins after a roll-over cannot know of it (RFC 3711 §3.3.1).
          const at = n === 0 ? 0 : n * 20 + late
          if (!lost || n === 0) arrivals.push({ at, n, packet })
          if (twice && n > 0) arrivals.push({ at: n * 20 + 200, n, packet: packet.slice() })
        }
        arrivals.sort((a, b) => a.at - b.at)
        const opened = new Set<number>()
        let replays = 0
        for (const { n, packet } of arrivals) {
          const length = receiver.unprotect(packet, packet.length)
          if (opened.has(n)) {
            assert.equal(length, -1)
            replays++
          } else {
            assert.deepEqual([...packet.subarray(12, length)], [n & 0xff, n >> 8])
            opened.add(n)
          }
        }
        assert.deepEqual(receiver.refused, {
          malformed: 0,
          unauthentic: 0,
          replayed: replays,
          'too-old': 0,
          'too-many-sources': 0,
        })
      },
    ),
    { numRuns: 60 },
  )
})

interface Pair {
  readonly sender: SrtpSender
  readonly receiver: SrtpReceiver
  readonly key: Uint8Array
  readonly salt: Uint8Array
}

function pair(name: SrtpProfileName, options: SrtpSenderOptions = {}): Pair {
  const { keyBytes, saltBytes } = srtpProfiles[name]
  const key = Uint8Array.from({ length: keyBytes }, (_, i) => i * 7 + 1)
  const salt = Uint8Array.from({ length: saltBytes }, (_, i) => i * 11 + 3)
  return {
    sender: new SrtpSender(name, key, salt, options),
    receiver: new SrtpReceiver(name, key, salt, options),
    key,
    salt,
  }
}

function protect(sender: SrtpSender, plain: Uint8Array, kind: 'rtp' | 'rtcp' = 'rtp'): Uint8Array {
  const packet = roomy(plain)
  const length = kind === 'rtp' ? sender.protect(packet, plain.length) : sender.protectRtcp(packet, plain.length)
  assert.ok(length > plain.length)
  return packet.subarray(0, length)
}

function rtp(ssrc: number, sequence: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(12 + payload.length)
  writeRtpHeader(packet, 0, false, sequence, sequence * 160, ssrc)
  packet.set(payload, 12)
  return packet
}

function rtcp(ssrc: number, rest: Uint8Array): Uint8Array {
  const packet = new Uint8Array(8 + rest.length)
  packet.set([0x80, 201, 0, 1])
  write32(packet, 4, ssrc)
  packet.set(rest, 8)
  return packet
}

function roomy(plain: Uint8Array): Uint8Array {
  const packet = new Uint8Array(plain.length + srtpRoom)
  packet.set(plain)
  return packet
}
