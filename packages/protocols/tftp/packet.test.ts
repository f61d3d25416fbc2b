// The codec against the layouts of RFC 1350 §5 and the examples of RFC 2347, 2348, 2349 and 7440.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Malformed, type Packet, readPacket, writePacket } from './packet.ts'

/** `|` separates nothing: it is for the eye. `0` alone is a NUL byte, as the RFCs draw it. */
function bytes(drawn: string): Uint8Array {
  return Uint8Array.from(
    drawn.split('|').flatMap((cell) => {
      const number = /^#(\d+)$/.exec(cell)
      if (number) return [Number(number[1]) >> 8, Number(number[1]) & 0xff]
      return cell === '0' ? [0] : [...new TextEncoder().encode(cell.replace(/^'|'$/g, ''))]
    }),
  )
}

const options = (...pairs: [string, string][]): Map<string, string> => new Map(pairs)

/** The RFCs' figures as they are drawn there, a number of two bytes written #n. */
const examples: readonly (readonly [where: string, drawn: string, packet: Packet])[] = [
  ['1350 fig. 5-1', '#1|foo|0|octet|0', { type: 'rrq', file: 'foo', mode: 'octet', options: options() }],
  ['1350 fig. 5-1', '#2|foo|0|netascii|0', { type: 'wrq', file: 'foo', mode: 'netascii', options: options() }],
  ['1350 fig. 5-2', '#3|#1|abc', { type: 'data', block: 1, bytes: bytes('abc') }],
  ['1350 fig. 5-2, the end of an exact multiple', '#3|#2', { type: 'data', block: 2, bytes: bytes('') }],
  ['1350 fig. 5-3', '#4|#65535', { type: 'ack', block: 65_535 }],
  ['1350 fig. 5-4', '#5|#1|File not found|0', { type: 'error', code: 1, message: 'File not found' }],
  [
    '2348, its example of a read request',
    "#1|foobar|0|octet|0|blksize|0|'1428'|0",
    { type: 'rrq', file: 'foobar', mode: 'octet', options: options(['blksize', '1428']) },
  ],
  ['2348, its example of the answer', "#6|blksize|0|'1428'|0", { type: 'oack', options: options(['blksize', '1428']) }],
  [
    '2347, its example with two options',
    "#1|foofile|0|octet|0|blksize|0|'1432'|0|timeout|0|'5'|0",
    { type: 'rrq', file: 'foofile', mode: 'octet', options: options(['blksize', '1432'], ['timeout', '5']) },
  ],
  [
    '2349, the size that is asked for',
    "#1|foobar|0|octet|0|tsize|0|'0'|0",
    { type: 'rrq', file: 'foobar', mode: 'octet', options: options(['tsize', '0']) },
  ],
  [
    '7440 §3, its example',
    "#1|foobar|0|octet|0|windowsize|0|'16'|0",
    { type: 'rrq', file: 'foobar', mode: 'octet', options: options(['windowsize', '16']) },
  ],
]

for (const [where, drawn, packet] of examples) {
  test(`RFC ${where}: “${drawn}” is read and written`, () => {
    assert.deepEqual(readPacket(bytes(drawn)), packet)
    assert.deepEqual(writePacket(packet), bytes(drawn))
  })
}

test('mode and option names are read without regard to case, values as they are', () => {
  assert.deepEqual(readPacket(bytes("#1|f|0|OcTet|0|BlkSize|0|'8'|0|X|0|Yes|0")), {
    type: 'rrq',
    file: 'f',
    mode: 'octet',
    options: options(['blksize', '8'], ['x', 'Yes']),
  })
})

test('what is not TFTP is told with what is wrong about it', () => {
  const cases: readonly (readonly [string, Malformed['why']])[] = [
    ['', 'too-short'],
    ['0', 'too-short'],
    ['#3|0', 'too-short'],
    ['#4', 'too-short'],
    ['#5|0', 'too-short'],
    ['#1', 'too-short'],
    ['#1|foo|0', 'too-short'],
    ['#0|#1', 'unknown-opcode'],
    ['#7|#1', 'unknown-opcode'],
    ['HTTP/1.1', 'unknown-opcode'],
    ['#1|foo|0|octet', 'not-terminated'],
    ['#6|blksize|0|8', 'not-terminated'],
    ['#6|blksize|0', 'odd-options'],
    ['#1|foo|0|octet|0|blksize|0', 'odd-options'],
    ["#6|blksize|0|'8'|0|BLKSIZE|0|'9'|0", 'repeated-option'],
    [`#1|${'x'.repeat(504)}|0|octet|0`, 'too-long'],
  ]
  for (const [drawn, why] of cases) assert.deepEqual(readPacket(bytes(drawn)), { type: 'malformed', why }, drawn)
  assert.deepEqual(readPacket(Uint8Array.of(0, 1, 0xff, 0, 0x6f, 0)), { type: 'malformed', why: 'not-text' })
})

test('an error’s text is read without its NUL too, and bears no control characters', () => {
  assert.deepEqual(readPacket(bytes('#5|#0|no\r\n\x1b[31m such')), { type: 'error', code: 0, message: 'no [31m such' })
  assert.deepEqual(readPacket(bytes('#5|#0')), { type: 'error', code: 0, message: '' })
})

test('what no packet can hold is refused to the caller', () => {
  assert.throws(() => writePacket({ type: 'ack', block: 65_536 }), RangeError)
  assert.throws(() => writePacket({ type: 'ack', block: -1 }), RangeError)
  const request = { type: 'rrq', mode: 'octet', options: new Map() } as const
  assert.throws(() => writePacket({ ...request, file: 'a\0b' }), RangeError)
  assert.equal(writePacket({ ...request, file: 'x'.repeat(503) }).length, 512)
  assert.throws(() => writePacket({ ...request, file: 'x'.repeat(504) }), RangeError)
})

test('every packet that can be written is read as it was', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((each) => !each.includes('\0'))
  const lower = text.map((each) => each.toLowerCase()).filter((each) => each === each.toLowerCase())
  const map = fc
    .uniqueArray(fc.tuple(lower, text), { maxLength: 2, selector: ([name]) => name })
    .map((all) => new Map(all))
  const number = fc.nat(65_535)
  const packet: fc.Arbitrary<Packet> = fc.oneof(
    fc.record({ type: fc.constantFrom('rrq', 'wrq'), file: text, mode: fc.constant('octet'), options: map }),
    fc.record({ type: fc.constant('data'), block: number, bytes: fc.uint8Array({ maxLength: 600 }) }),
    fc.record({ type: fc.constant('ack'), block: number }),
    fc.record({ type: fc.constant('error'), code: number, message: fc.stringMatching(/^([a-z]( [a-z])?)*$/) }),
    fc.record({ type: fc.constant('oack'), options: map }),
  )
  fc.assert(
    fc.property(packet, (each) => {
      assert.deepEqual(readPacket(writePacket(each)), { ...each })
    }),
  )
})

test('no bytes make it throw', () => {
  const start = fc.nat(8).map((opcode) => Uint8Array.of(0, opcode))
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.tuple(start, fc.uint8Array({ maxLength: 600 })).map(([head, rest]) => Uint8Array.of(...head, ...rest)),
  )
  fc.assert(
    fc.property(any, (each) => {
      const read = readPacket(each)
      // What was understood says the same when it is written again.
      if (read.type !== 'malformed') assert.deepEqual(readPacket(writePacket(read)), read)
    }),
    { numRuns: 2000 },
  )
})
