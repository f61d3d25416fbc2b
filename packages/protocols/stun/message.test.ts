// The published cases of RFC 5769 and RFC 8489 appendix B.1, and what is no STUN message.
import assert from 'node:assert/strict'
import { isIPv6, SocketAddress } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  attributeOf,
  errorAttribute,
  errorOf,
  longAttribute,
  longOf,
  mappedAddressOf,
  textAttribute,
  textOf,
  wordAttribute,
  wordOf,
  xorAddressAttribute,
} from './attributes.ts'
import { channelOf, relayStream, writeChannelHeader } from './channel.ts'
import { longTermKey, shortTermKey, userHash } from './integrity.ts'
import { bytesOfIp, ipOfBytes } from './ip.ts'
import { methods, type ReadStun, readStun, type StunMessage, attributeTypes as types, writeStun } from './message.ts'

test('the sample request of RFC 5769 §2.1 is read, is by its password, and is by no other', () => {
  const read = readWhole(sampleRequest)
  assert.deepEqual([read.class, read.method], ['request', methods.binding])
  assert.equal(hexOf(read.transaction), 'b7e7a701bc34d686fa87dfae')
  assert.equal(textOf(read, types.software), 'STUN test client')
  assert.equal(wordOf(read, types.priority), 0x6e0001ff)
  assert.equal(longOf(read, types.iceControlled), 0x932ff9b151263b36n)
  assert.equal(textOf(read, types.username), 'evtj:h6vY')
  assert.equal(read.hasFingerprint, true)
  assert.deepEqual(read.protection, ['sha1'])
  assert.equal(read.isBy(shortTermKey(password)), true)
  assert.equal(read.isBy(shortTermKey('VOkJxbRl1RmTxUk/WvJxBT')), false)
  assert.equal(read.isBy(shortTermKey(password), 'sha256'), false)
})

test('the sample responses of RFC 5769 §2.2 and §2.3 tell the address that was seen', () => {
  for (const [bytes, address] of [
    [sampleResponse4, '192.0.2.1'],
    [sampleResponse6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ] as const) {
    const read = readWhole(bytes)
    assert.equal(read.class, 'success')
    assert.deepEqual(mappedAddressOf(read), { address, port: 32_853 })
    assert.equal(read.isBy(shortTermKey(password)), true)
    assert.equal(read.hasFingerprint, true)
    const again = xorAddressAttribute(types.xorMappedAddress, { address, port: 32_853 }, read.transaction)
    assert.deepEqual(again.value, attributeOf(read, types.xorMappedAddress))
  }
})

test('the sample request with long-term credentials of RFC 5769 §2.4 is written as it is there, and is by its key', () => {
  const read = readWhole(sampleLongTerm)
  const user = textOf(read, types.username) ?? ''
  const key = longTermKey(user, textOf(read, types.realm) ?? '', 'TheMatrIX')
  assert.equal(user, 'マトリックス')
  assert.equal(textOf(read, types.nonce), 'f//499k954d6OL34oL9FSTvy64sA')
  assert.equal(read.isBy(key), true)
  assert.equal(hexOf(writeStun(read, { key })), sampleLongTerm.replaceAll(' ', ''))
})

test('the sample request of RFC 8489 §B.1 hides the user, and is protected by SHA-256', () => {
  const read = readWhole(sample256)
  const realm = textOf(read, types.realm) ?? ''
  assert.equal(realm, 'example.org')
  assert.deepEqual(attributeOf(read, types.userHash), userHash('マトリックス', realm))
  assert.deepEqual(read.protection, ['sha256'])
  // It names no password algorithm: the key is of MD5, and the digest is the corrected one.
  assert.equal(read.isBy(longTermKey('マトリックス', realm, 'TheMatrIX')), true)
  const key = longTermKey('マトリックス', realm, 'TheMatrIX', 'sha256')
  const again = readWhole(hexOf(writeStun(read, { key, algorithm: 'sha256', fingerprint: true })))
  assert.deepEqual([again.isBy(key), again.protection, again.hasFingerprint], [true, ['sha256'], true])
  assert.equal(again.isBy(longTermKey('マトリックス', realm, 'TheMatrIX')), false)
})

test('what is written is read again, of every class and method, with or without integrity', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('request', 'indication', 'success', 'error' as const),
      fc.integer({ min: 0, max: 0xff }),
      fc.uint8Array({ minLength: 12, maxLength: 12 }),
      fc.array(fc.record({ type: fc.integer({ min: 0x4000, max: 0x7fff }), value: fc.uint8Array({ maxLength: 40 }) }), {
        maxLength: 8,
      }),
      fc.constantFrom(undefined, 'sha1' as const, 'sha256' as const),
      fc.boolean(),
      (kind, method, transaction, attributes, algorithm, fingerprint) => {
        const key = shortTermKey('some password')
        const message = { class: kind, method, transaction, attributes } as StunMessage
        const read = readStun(writeStun(message, { ...(algorithm ? { key, algorithm } : {}), fingerprint }))
        assert.ok(read)
        assert.deepEqual([read.class, read.method, hexOf(read.transaction)], [kind, method, hexOf(transaction)])
        assert.deepEqual(
          read.attributes.map(({ type, value }) => [type, hexOf(value)]),
          attributes.map(({ type, value }) => [type, hexOf(value)]),
        )
        assert.equal(read.isBy(key), algorithm !== undefined)
        assert.equal(read.hasFingerprint, fingerprint)
      },
    ),
  )
})

test('a message that is cut short, made longer or changed in any bit is no message, or by nobody', () => {
  const good = bytesIn(sampleRequest)
  for (let length = 0; length < good.length; length++) assert.equal(readStun(good.subarray(0, length)), undefined)
  assert.equal(readStun(new Uint8Array([...good, 0, 0, 0, 0])), undefined)
  for (let bit = 0; bit < good.length * 8; bit++) {
    const changed = good.slice()
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
    const read = readStun(changed)
    // Where the fingerprint is no longer recognised as one it is the integrity that tells.
    if (read) assert.equal(read.hasFingerprint && read.isBy(shortTermKey(password)), false, `bit ${bit}`)
  }
})

test('any bytes are read or passed over, and never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, framed) => {
      const given = bytes.slice()
      if (framed && given.length >= 20) {
        given.set([0, 1, (given.length - 20) >> 8, (given.length - 20) & 0xff, 0x21, 0x12, 0xa4, 0x42])
      }
      const read = readStun(given)
      if (!read) return
      for (const { type } of read.attributes) {
        textOf(read, type)
        wordOf(read, type)
      }
      mappedAddressOf(read)
      errorOf(read)
      read.isBy(shortTermKey('x'))
    }),
    { numRuns: 2000 },
  )
})

test('attributes that come behind the integrity are not looked at (RFC 8489 §14.5)', () => {
  const key = shortTermKey('k')
  const bytes = writeStun(plain([textAttribute(types.software, 'a')]), { key })
  const longer = new Uint8Array([...bytes, 0x00, 0x25, 0, 0])
  longer[3] = (longer[3] as number) + 4
  const read = readStun(longer)
  assert.ok(read)
  assert.ok(read.isBy(key))
  assert.equal(attributeOf(read, types.useCandidate), undefined)
})

test('errors, words and long numbers survive a round trip', () => {
  const read = readStun(
    writeStun(
      plain([
        errorAttribute(438, 'Stale Nonce'),
        wordAttribute(types.lifetime, 600),
        longAttribute(types.iceControlling, 2n ** 64n - 1n),
      ]),
    ),
  )
  assert.ok(read)
  assert.deepEqual(errorOf(read), { code: 438, reason: 'Stale Nonce' })
  assert.equal(wordOf(read, types.lifetime), 600)
  assert.equal(longOf(read, types.iceControlling), 2n ** 64n - 1n)
})

test('addresses are written as the system writes them, whatever way they came', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const bytes = bytesOfIp(text)
      assert.ok(bytes, text)
      if (bytes.length === 4) return
      const plainly = ipOfBytes(bytes)
      assert.ok(isIPv6(plainly), plainly)
      assert.equal(
        new SocketAddress({ address: plainly, family: 'ipv6' }).address,
        new SocketAddress({ address: text, family: 'ipv6' }).address,
      )
      assert.deepEqual(bytesOfIp(plainly), bytes)
    }),
  )
  assert.deepEqual(bytesOfIp('fe80::1%eth0'), bytesOfIp('fe80:0:0:0:0:0:0:1'))
  assert.deepEqual(bytesOfIp('::ffff:192.0.2.1'), Uint8Array.of(192, 0, 2, 1))
  for (const wrong of [
    '',
    '1.2.3',
    '256.1.1.1',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    'localhost',
  ])
    assert.equal(bytesOfIp(wrong), undefined, wrong)
})

test('a stream is cut into the same packets however it is sliced (RFC 8656 §12.5)', () => {
  const channel = new Uint8Array(4 + 5)
  writeChannelHeader(channel, 0x4001, 5)
  const bytes = [bytesIn(sampleRequest), channel, new Uint8Array(3), bytesIn(sampleResponse4)]
  const whole = new Uint8Array(bytes.flatMap((each) => [...each]))
  for (const size of [1, 3, 7, whole.length]) {
    const stream = relayStream()
    const packets: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += size) {
      const { packets: some, lost } = stream.push(whole.subarray(at, at + size))
      assert.equal(lost, false)
      packets.push(...some)
    }
    assert.deepEqual(
      packets.map(hexOf),
      [bytes[0], bytes[1], bytes[3]].map((each) => hexOf(each as Uint8Array)),
    )
  }
  assert.equal(relayStream().push(Uint8Array.of(0x80, 0, 0, 0)).lost, true)
  assert.equal(channelOf(channel), 0x4001)
  assert.equal(channelOf(channel.subarray(0, 8)), undefined)
})

function plain(attributes: StunMessage['attributes']): StunMessage {
  return { class: 'request', method: methods.binding, transaction: new Uint8Array(12).fill(7), attributes }
}

function readWhole(hex: string): ReadStun {
  const read = readStun(bytesIn(hex))
  assert.ok(read)
  return read
}

function bytesIn(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const password = 'VOkJxbRl1RmTxUk/WvJxBt'
const sampleRequest = [
  '000100582112a442b7e7a701bc34d686fa87dfae',
  '802200105354554e207465737420636c69656e74',
  '002400046e0001ff 80290008932ff9b151263b36 000600096576746a3a68367659202020',
  '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004e57a3bcf',
].join('')
const sampleResponse4 = [
  '0101003c2112a442b7e7a701bc34d686fa87dfae 8022000b7465737420766563746f7220',
  '002000080001a147e112a643 000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004c07d4c96',
].join('')
const sampleResponse6 = [
  '010100482112a442b7e7a701bc34d686fa87dfae 8022000b7465737420766563746f7220',
  '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
  '00080014a382954e4be67bf11784c97c8292c275bfe3ed41 80280004c8fb0b4c',
].join('')
const sampleLongTerm = [
  '000100602112a44278ad3433c6ad72c029da412e 00060012e3839ee38388e383aae38383e382afe382b90000',
  '0015001c662f2f3439396b3935346436 4f4c33346f4c394653547679 36347341',
  '0014000b6578616d706c652e6f726700 00080014f67024656dd64a3e02b8e0712e85c9a28ca89666',
].join('')
const sample256 = [
  '000100882112a44278ad3433c6ad72c029da412e',
  '001e00204a3cf38fef6992bda952c6780417da0f2481941 5569e60b205c46e41407f1704',
  '001500296f624d61744a6f73324141414366 2f2f3439396b3935346436 4f4c33346f4c394653547679 36347341000000',
  '0014000b6578616d706c652e6f726700',
  '001c0020fd8c273860d2e18ebca4c89b6973befa7ee8ecc69e9642db326fab65a0b955ba',
].join('')
