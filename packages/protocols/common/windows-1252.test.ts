// Text in windows-1252: the index of the WHATWG's Encoding standard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromWindows1252 } from './windows-1252.ts'

/** 0x80 to 0x9F there. */
const index = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
]

test('every byte is the character that the index says, on every Node', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  const expected = Array.from(all, (byte) => index[byte - 0x80] ?? byte)
  assert.deepEqual(
    Array.from(fromWindows1252(all), (character) => character.codePointAt(0)),
    expected,
  )
})
