import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Bursts, gapThreshold } from './bursts.ts'

test('the 64 packets of RFC 3611 §4.7.2’s example are gaps of 23 and 29 packets and a burst of 12', () => {
  const figures = after(`11110${'1'.repeat(18)} 011101011110 ${'1'.repeat(19)}0${'1'.repeat(9)}`)
  assert.equal(figures.bursts, 1)
  // 10 ms each: a burst of 120 ms, gaps of 230 + 290 ms.
  assert.deepEqual([figures.burstPackets, figures.gapPackets], [12, 52])
  assert.equal(figures.burstDensity.toFixed(2), '0.33')
  assert.equal(figures.gapDensity.toFixed(2), '0.04')
})

test('without a loss all is one gap, and before the first packet there is nothing', () => {
  assert.deepEqual(after(''), { bursts: 0, burstDensity: 0, gapDensity: 0, burstPackets: 0, gapPackets: 0 })
  assert.deepEqual(after('1'.repeat(50)), {
    bursts: 0,
    burstDensity: 0,
    gapDensity: 0,
    burstPackets: 0,
    gapPackets: 50,
  })
})

test('two that are missed are a burst where fewer than sixteen come between them, and else of the gap', () => {
  const apart = (between: number): string => `${'1'.repeat(20)}0${'1'.repeat(between)}0${'1'.repeat(20)}`
  assert.deepEqual(after(apart(gapThreshold - 1)).bursts, 1)
  assert.equal(after(apart(gapThreshold - 1)).burstPackets, gapThreshold + 1)
  assert.deepEqual(after(apart(gapThreshold)).bursts, 0)
  assert.equal(after(apart(gapThreshold)).gapDensity, 2 / 58)
})

test('a burst that goes on is told with what it has, and asking changes nothing', () => {
  const bursts = new Bursts()
  for (const each of '1111100') feed(bursts, each)
  const figures = bursts.read()
  assert.deepEqual(bursts.read(), figures)
  assert.deepEqual([figures.bursts, figures.burstPackets, figures.burstDensity, figures.gapPackets], [1, 2, 1, 5])
})

test('every packet is counted once, in a burst or in a gap, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 400, size: 'max' }), (packets) => {
      const { bursts, burstDensity, gapDensity, burstPackets, gapPackets } = after(packets.map(Number).join(''))
      const [inBursts, inGaps] = [burstPackets * bursts, gapPackets * Math.max(1, bursts)]
      assert.equal(Math.round(inBursts + inGaps), packets.length)
      assert.equal(Math.round(inBursts * burstDensity + inGaps * gapDensity), packets.filter((there) => !there).length)
      assert.ok(bursts === 0 || burstPackets >= 2)
    }),
  )
})

/** 1: came; 0: was missed. */
function after(packets: string): ReturnType<Bursts['read']> {
  const bursts = new Bursts()
  for (const each of packets.replaceAll(' ', '')) feed(bursts, each)
  return bursts.read()
}

function feed(bursts: Bursts, packet: string): void {
  if (packet === '1') bursts.arrived()
  else bursts.missed()
}
