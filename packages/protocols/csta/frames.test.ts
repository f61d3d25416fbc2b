// Frames of ECMA-323 Annex J, whole, in slices and as nobody should send them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { type Frame, type FrameFault, FrameReader, ofEvents, writeFrame } from './index.ts'

const read = (...pieces: Uint8Array[]): (Frame | FrameFault)[] => {
  const reader = new FrameReader()
  return pieces.flatMap((piece) => reader.push(piece))
}
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const faults = (bytes: Uint8Array): string | undefined => {
  const [first] = read(bytes)
  return first && 'fault' in first ? first.fault : undefined
}

describe('frames of CSTA over TCP', () => {
  test('the length counts the eight bytes before it, and bytes, not characters', () => {
    const frame = writeFrame({ invokeId: 1, text: '<é/>' })
    assert.deepEqual(Array.from(frame.subarray(0, 8)), [0, 0, 0, 13, 0x30, 0x30, 0x30, 0x31])
    assert.deepEqual(read(frame), [{ invokeId: 1, text: '<é/>' }])
  })

  test('a keep-alive of some servers is a frame like any other', () => {
    const bytes = new Uint8Array([0, 0, 0, 0x15, ...ascii('0000<keepalive />')])
    assert.deepEqual(read(bytes), [{ invokeId: 0, text: '<keepalive />' }])
  })

  test('what is sliced anywhere reads as what comes at once', () => {
    forSeeds(200, (roll) => {
      const frames = Array.from(
        { length: 1 + Math.floor(roll() * 4) },
        (): Frame => ({
          invokeId: roll() < 0.3 ? ofEvents : Math.floor(roll() * 9999),
          text: '<a>ü€😀</a>'.repeat(Math.floor(roll() * 30)),
        }),
      )
      const all = Uint8Array.from(frames.flatMap((frame) => Array.from(writeFrame(frame))))
      const pieces: Uint8Array[] = []
      for (let at = 0; at < all.length; ) {
        const length = 1 + Math.floor(roll() * 20)
        pieces.push(all.slice(at, at + length))
        at += length
      }
      assert.deepEqual(read(...pieces), frames)
    })
  })

  test('what gave the bytes may use them again', () => {
    const reader = new FrameReader()
    const bytes = writeFrame({ invokeId: 7, text: '<a/>' })
    const piece = bytes.slice(0, 10)
    reader.push(piece)
    piece.fill(0xff)
    assert.deepEqual(reader.push(bytes.slice(10)), [{ invokeId: 7, text: '<a/>' }])
  })

  test('the longest frame passes, a longer one is not written', () => {
    const text = 'x'.repeat(65_527)
    assert.deepEqual(read(writeFrame({ invokeId: 9998, text })), [{ invokeId: 9998, text }])
    assert.throws(() => writeFrame({ invokeId: 1, text: `${text}x` }), RangeError)
    assert.throws(() => writeFrame({ invokeId: 10_000, text: '' }), RangeError)
  })

  test('what is no frame is told once, and nothing after it is read', () => {
    assert.match(faults(ascii('GET / HTTP/1.1\r\n')) ?? '', /no frame/)
    assert.match(faults(new Uint8Array([0, 1, 0, 9, 0x30, 0x30, 0x30, 0x30, 0x78])) ?? '', /SOAP/)
    assert.match(faults(new Uint8Array([0, 0, 0, 7, 0x30, 0x30, 0x30, 0x30])) ?? '', /7 bytes/)
    assert.match(faults(new Uint8Array([0, 0, 0, 9, 0x30, 0x41, 0x30, 0x30, 0x78])) ?? '', /no number/)
    assert.match(faults(new Uint8Array([0, 0, 0, 9, 0x30, 0x30, 0x30, 0x30, 0xff])) ?? '', /UTF-8/)
    const reader = new FrameReader()
    assert.equal(reader.push(ascii('nothing of the kind')).length, 1)
    assert.deepEqual(reader.push(writeFrame({ invokeId: 1, text: '<a/>' })), [])
  })

  test('any bytes are borne', () => {
    forSeeds(500, (roll) => {
      const bytes = Uint8Array.from({ length: Math.floor(roll() * 64) }, () => Math.floor(roll() * 256))
      if (bytes.length > 3 && roll() < 0.5) bytes.set([0, 0, 0], 0)
      read(bytes)
    })
  })
})
