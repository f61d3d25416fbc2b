import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Schedule } from './schedule.ts'

/** A clock whose timers come as late as they are told to. */
function clock() {
  let now = 1000
  let next: { at: number; wake: () => void } | undefined
  return {
    now: () => now,
    after: (ms: number, wake: () => void) => {
      const timer = { at: now + ms, wake }
      next = timer
      return () => {
        if (next === timer) next = undefined
      }
    },
    /** Lets time pass until `end`; each wake comes `lateMs` late. */
    run: (end: number, lateMs = 0): void => {
      while (next && next.at <= end) {
        const { at, wake } = next
        next = undefined
        now = Math.max(now, at + lateMs)
        wake()
      }
      now = Math.max(now, end)
    },
    get waits() {
      return next !== undefined
    },
  }
}

function leg(at: number[]) {
  return {
    beat: (nowMs: number) => {
      at.push(nowMs)
      return 1
    },
  }
}

test('a leg is beaten every 20 ms, whatever the timers do in between: lateness does not add up', () => {
  const time = clock()
  const schedule = new Schedule(time)
  const beats: number[] = []
  schedule.add(leg(beats))
  time.run(11_000, 1.7)
  assert.equal(beats.length, 501)
  for (const [n, at] of beats.entries())
    assert.ok(at - 1000 - n * 20 >= -1 && at - 1000 - n * 20 < 3, `beat ${n} at ${at}`)
})

test('two hundred legs are spread: in no phase are more than twenty', () => {
  const time = clock()
  const schedule = new Schedule(time)
  const beats: number[] = []
  for (let i = 0; i < 200; i++) schedule.add(leg(beats))
  time.run(1100)
  const first = beats.slice(-200)
  const most = Math.max(...first.map((at) => first.filter((other) => other === at).length))
  assert.equal(most, 20)
})

test('after a stop of 100 ms the beats are made up for, two at a time at most, and are counted as late', () => {
  const time = clock()
  const schedule = new Schedule(time)
  const beats: number[] = []
  schedule.add(leg(beats))
  time.run(1200)
  const before = beats.length
  time.run(1220, 100)
  time.run(2000)
  assert.equal(beats.length, 51, 'none is left out')
  const together = beats.slice(before).filter((at, i, all) => all[i - 1] === at && all[i - 2] === at)
  assert.deepEqual(together, [])
  const { frames, lateOver20Ms, maxLateMs } = schedule.pacing
  assert.equal(frames, 51)
  assert.ok(lateOver20Ms >= 4 && lateOver20Ms <= 8, String(lateOver20Ms))
  assert.ok(maxLateMs >= 99 && maxLateMs <= 101, String(maxLateMs))
})

test('after a long stop (a laptop that slept) what is past is past, and the late frames are told', () => {
  const time = clock()
  const schedule = new Schedule(time)
  const beats: number[] = []
  schedule.add(leg(beats))
  time.run(1200)
  const before = beats.length
  time.run(1220, 60_000)
  assert.ok(beats.length - before <= 2)
  assert.ok(schedule.pacing.maxLateMs >= 60_000 - 1)
  const resumed = beats.length
  time.run(62_220)
  assert.ok(Math.abs(beats.length - resumed - 50) <= 1)
})

test('without legs nothing waits, and a leg that is taken away is beaten no more', () => {
  const time = clock()
  const schedule = new Schedule(time)
  const [a, b]: [number[], number[]] = [[], []]
  const [first, second] = [leg(a), leg(b)]
  schedule.add(first)
  schedule.add(second)
  time.run(1100)
  schedule.remove(first)
  const count = a.length
  time.run(1200)
  assert.equal(a.length, count)
  assert.ok(b.length >= 10)
  schedule.remove(second)
  schedule.remove(second)
  assert.equal(time.waits, false)
})
