import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readFeedback, writeFir, writePli } from './feedback.ts'
import { readRtcp, writeRtcp } from './rtcp.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

test('a lost picture is told as RFC 4585 §6.3.1 has it, and a command as RFC 5104 §4.3.1', () => {
  assert.deepEqual(writePli(0x01020304, 0xaabbccdd), bytes('81 ce 0002 01020304 aabbccdd'))
  assert.deepEqual(writeFir(0x01020304, 0xaabbccdd, 7), bytes('84 ce 0004 01020304 00000000 aabbccdd 07000000'))
  assert.deepEqual(readFeedback(writePli(1, 0xaabbccdd), 0xaabbccdd), { lost: true })
  assert.deepEqual(readFeedback(writeFir(1, 0xaabbccdd, 7), 0xaabbccdd), { lost: false, command: 7 })
})

test('what is asked of somebody else is not asked of us', () => {
  for (const packet of [writePli(1, 2), writeFir(1, 2, 3)]) assert.equal(readFeedback(packet, 9), undefined)
})

test('a bound is read with its exponent: 262,143 times two is 524,286 bit/s', () => {
  const remb = bytes('8f ce 0005 01020304 00000000 52454d42 01 07ffff aabbccdd')
  assert.deepEqual(readFeedback(remb, 5), { lost: false, mostBitsPerS: 524_286 })
})

test('what is asked stands behind a report, and the report is read as before', () => {
  const report = writeRtcp({ ssrc: 1, blocks: [] }, 'name')
  const both = Uint8Array.from([...report, ...writePli(1, 5)])
  assert.deepEqual(readFeedback(both, 5), { lost: true })
  assert.equal(readRtcp(both)?.reports.length, 1)
})

test('nothing that anybody sends makes it throw, or is read past its end', () => {
  const valid = [writePli(1, 5), writeFir(1, 5, 3), bytes('8f ce 0005 01020304 00000000 52454d42 01 07ffff aabbccdd')]
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...valid)),
      fc.nat(30),
      fc.nat(255),
      (packet, at, value) => {
        const changed = Uint8Array.from(packet)
        if (at < changed.length) changed[at] = value
        for (const length of [changed.length, Math.max(0, changed.length - 3)]) {
          const read = readFeedback(changed.subarray(0, length), 5)
          if (read?.command !== undefined) assert.ok(read.command >= 0 && read.command <= 255)
          if (read?.mostBitsPerS !== undefined) assert.ok(Number.isSafeInteger(read.mostBitsPerS))
        }
      },
    ),
  )
})
