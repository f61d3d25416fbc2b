import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Frames, operations, shapeOf } from './shape.ts'

/** As OpenLDAP 2.5 sends them: the end of a search, and a bind that is refused. */
const golden = { done: '300c02010265070a010004000400', refused: '300c02010161070a013104000400' }

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

describe('what a directory sends', () => {
  test('is a message where its elements fill each other', () => {
    assert.deepEqual(shapeOf(bytes(golden.done)), { id: 2, operation: operations.done })
    assert.deepEqual(shapeOf(bytes(golden.refused)), { id: 1, operation: operations.bound })
    const entry = message(0x64, [0x04, 1, 0x78], [0x30, 9, 0x30, 7, 0x04, 1, 0x61, 0x31, 2, 0x04, 0])
    assert.deepEqual(shapeOf(entry), { id: 5, operation: operations.entry })
    assert.deepEqual(shapeOf(message(0x64, [0x04, 1, 0x78], [0x30, 0])), { id: 5, operation: operations.entry })
    assert.deepEqual(shapeOf(message(0x73, [0x04, 1, 0x78])), { id: 5, operation: operations.reference })
  })

  test('is none where one is longer than it is, of another kind, or none at all', () => {
    for (const wrong of [
      message(0x64, [0x04, 1, 0x78], [0x30, 9, 0x30, 7, 0x04, 1, 0x61, 0x31, 2, 0x04, 1]),
      message(0x64, [0x04, 1, 0x78], [0x04, 2, 0x04, 0x7f]),
      message(0x64, [0x04, 1, 0x78]),
      message(0x65, [0x0a, 1, 0]),
      message(0x60, [0x0a, 1, 0], [0x04, 0], [0x04, 0]),
      message(0x73, [0x04, 5, 0x78]),
      bytes('300c02010265070a0100040004'),
      bytes('3003020102'),
      bytes('3000'),
      bytes('0400'),
    ])
      assert.equal(shapeOf(wrong), undefined, wrong.toString('hex'))
  })

  test('is told whole, however it is cut', () => {
    const all = Buffer.concat([bytes(golden.done), bytes(golden.refused), bytes(golden.done)])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: all.length })), (cuts) => {
        const frames = new Frames(1000)
        const at = [0, ...cuts.toSorted((a, b) => a - b), all.length]
        const found = at.slice(1).flatMap((end, n) => {
          const whole = frames.push(all.subarray(at[n], end))
          return typeof whole === 'string' ? [] : whole
        })
        assert.deepEqual(
          found.map((each) => Buffer.from(each).toString('hex')),
          [golden.done, golden.refused, golden.done],
        )
      }),
    )
  })

  test('is refused where it cannot be one, or is too long, before it has come', () => {
    assert.equal(new Frames(1000).push(Buffer.from('HTTP/1.1 400')), 'garbled')
    assert.equal(new Frames(1000).push(Buffer.from([0x30, 0x80])), 'garbled')
    assert.equal(new Frames(1000).push(Buffer.from([0x30, 0x85, 1, 1, 1, 1, 1])), 'garbled')
    assert.equal(new Frames(1000).push(Buffer.from([0x30, 0x82, 0x10, 0])), 'large')
    assert.deepEqual(new Frames(1000).push(Buffer.from([0x30])), [])
  })

  test('is judged in the end, whatever it is', () => {
    const near = fc
      .tuple(fc.constantFrom(golden.done, golden.refused), fc.nat(30), fc.nat(255))
      .map(([hex, at, value]) => {
        const changed = bytes(hex)
        changed[at % changed.length] = value
        return changed
      })
    fc.assert(
      fc.property(
        fc.oneof(
          near,
          fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each)),
        ),
        (given) => {
          const frames = new Frames(1000).push(given)
          if (Array.isArray(frames)) for (const each of frames) shapeOf(each)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

function message(operation: number, ...content: readonly number[][]): Buffer {
  const inner = content.flat()
  return Buffer.from([0x30, inner.length + 5, 0x02, 1, 5, operation, inner.length, ...inner])
}
