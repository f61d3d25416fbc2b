import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Mixer } from './mixer.ts'

test('each hears the sum of the others and never itself', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 8, maxLength: 8 }), { maxLength: 12 }),
      (said) => {
        const mixer = new Mixer(8)
        for (const [leg, frame] of said.entries()) {
          mixer.add(leg)
          mixer.push(leg, Int16Array.from(frame))
        }
        mixer.mix()
        const heard = new Int16Array(8)
        for (const leg of said.keys()) {
          mixer.pull(leg, heard)
          for (let i = 0; i < 8; i++) {
            const others = said.reduce((sum, frame, other) => (other === leg ? sum : sum + (frame[i] as number)), 0)
            assert.equal(heard[i], Math.max(-32_768, Math.min(32_767, others)))
          }
        }
      },
    ),
    { seed: 1 },
  )
})

test('who says nothing in a beat is not heard with what was said before, and who has left not at all', () => {
  const mixer = new Mixer(4)
  for (const leg of [1, 2, 3]) mixer.add(leg)
  const heard = new Int16Array(4)
  const by = (leg: number): number => {
    mixer.pull(leg, heard)
    return heard[0] as number
  }
  mixer.push(1, Int16Array.of(10, 10, 10, 10))
  mixer.push(2, Int16Array.of(5))
  mixer.mix()
  assert.deepEqual([by(1), by(2), by(3)], [5, 10, 15])
  mixer.push(2, Int16Array.of(7, 7, 7, 7))
  mixer.mix()
  assert.deepEqual([by(1), by(2), by(3)], [7, 0, 7])
  mixer.remove(2)
  mixer.push(2, Int16Array.of(7, 7, 7, 7))
  mixer.mix()
  assert.deepEqual([by(1), by(3), mixer.size], [0, 0, 2])
})
