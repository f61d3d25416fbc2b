import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startLab } from '../lab.ts'
import type { DeskEvent } from './signals.ts'

const lab = await startLab()
after(() => lab.close())
const { desk } = lab
const events: (readonly [string, DeskEvent])[] = []
let wake: () => void = () => {}
desk.watch((number, event) => {
  events.push([number, event])
  wake()
})

/** Resolves with the next event of that phone that is such a one; the ones before it are gone. */
async function until<Type extends DeskEvent['type']>(
  number: string,
  type: Type,
  fits: (event: DeskEvent & { type: Type }) => boolean = () => true,
): Promise<DeskEvent & { type: Type }> {
  for (;;) {
    const at = events.findIndex(([of, event]) => of === number && event.type === type && fits(event as never))
    const [found] = at < 0 ? [] : events.splice(at, 1)
    if (found) return found[1] as DeskEvent & { type: Type }
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}
const alice = 'desk-alice'
const bob = 'desk-bob'
const stateOf = (number: string): string[] => desk.calls(number).map(({ state }) => state)
/** Alice’s desk calls Bob’s, and they talk. */
async function talk(): Promise<string> {
  events.length = 0
  desk.touch(alice, 'dial', bob)
  const { call } = await until(bob, 'delivered')
  assert.equal(call.remote, alice)
  desk.touch(bob, 'answer')
  const established = await until(alice, 'established')
  assert.equal(established.call.id, call.id, 'both know the call by the same name')
  return call.id
}
function allOver(): void {
  for (const number of desk.numbers)
    while (desk.calls(number).length > 0) {
      const before = desk.calls(number).length
      desk.touch(number, 'hang-up')
      assert.ok(desk.calls(number).length < before)
    }
  events.length = 0
}

test('a desk phone calls a number, talks and hangs up', { timeout: 10_000 }, async () => {
  desk.touch(alice, 'dial', '600')
  await until(alice, 'established')
  assert.deepEqual(stateOf(alice), ['connected'])
  desk.touch(alice, 'hang-up')
  await until(alice, 'cleared')
  assert.deepEqual(stateOf(alice), [])
})

test('what a refused call is refused with is told, and nothing is left of it', { timeout: 10_000 }, async () => {
  for (const [number, status] of [
    ['602', 486],
    ['603', 603],
    ['nobody-there', 404],
  ] as const) {
    desk.touch(alice, 'dial', number)
    assert.equal((await until(alice, 'failed')).status, status)
    await until(alice, 'cleared')
  }
  assert.deepEqual(stateOf(alice), [])
})

test('one desk phone calls the other: it rings, is answered, is held, taken back and hung up', {
  timeout: 10_000,
}, async () => {
  await talk()
  desk.touch(alice, 'hold')
  await until(alice, 'held', ({ by }) => by === 'local')
  await until(bob, 'held', ({ by }) => by === 'remote')
  assert.throws(() => desk.touch(alice, 'hold'), /cannot hold now/)
  desk.touch(alice, 'resume')
  await until(bob, 'retrieved', ({ by }) => by === 'remote')
  desk.touch(bob, 'hang-up')
  assert.equal((await until(alice, 'cleared')).by, 'remote')
})

test('digits that are pressed on one phone are heard by the other', { timeout: 10_000 }, async () => {
  await talk()
  desk.touch(bob, 'digits', '1#')
  assert.equal((await until(alice, 'digits', ({ by }) => by === 'remote')).digits, '1')
  assert.equal((await until(alice, 'digits', ({ by }) => by === 'remote')).digits, '#')
  allOver()
})

test('a call is declined, and a phone that must not be disturbed is busy', { timeout: 10_000 }, async () => {
  desk.touch(alice, 'dial', bob)
  await until(bob, 'delivered')
  desk.touch(bob, 'decline')
  assert.equal((await until(alice, 'failed')).status, 603)
  desk.touch(bob, 'do-not-disturb', 'on')
  desk.touch(alice, 'dial', bob)
  assert.equal((await until(alice, 'failed')).status, 486)
  desk.touch(bob, 'do-not-disturb', 'off')
})

test('a caller who gives up is no longer heard ringing', { timeout: 10_000 }, async () => {
  events.length = 0
  desk.touch(alice, 'dial', bob)
  await until(bob, 'delivered')
  desk.touch(alice, 'hang-up')
  await until(bob, 'cleared')
})

test('a forwarded phone does not ring: where it is forwarded to answers', { timeout: 10_000 }, async () => {
  events.length = 0
  desk.touch(bob, 'forward-to', '600')
  desk.touch(alice, 'dial', bob)
  await until(alice, 'established')
  assert.deepEqual(stateOf(bob), [])
  desk.touch(bob, 'forward-to')
  allOver()
})

test('two calls are joined: the others go on when the phone has left', { timeout: 10_000 }, async () => {
  const id = await talk()
  desk.touch(alice, 'dial', '600')
  await until(alice, 'held', ({ by }) => by === 'local')
  await until(alice, 'established')
  desk.touch(alice, 'transfer')
  const { join } = await until(alice, 'transferred')
  assert.deepEqual([join.old, join.to], [id, '600'])
  assert.deepEqual(stateOf(alice), [])
  const { call } = await until(bob, 'transferred')
  assert.deepEqual([call.remote, call.id], ['600', join.id])
  await until(bob, 'retrieved', ({ by }) => by === 'remote')
  desk.touch(bob, 'hang-up')
  await until(bob, 'cleared')
})

test('a call is sent on to a number that was not asked before', { timeout: 10_000 }, async () => {
  await talk()
  desk.touch(alice, 'transfer', '600')
  assert.equal((await until(bob, 'transferred')).call.remote, '600')
  desk.touch(bob, 'hang-up')
  await until(bob, 'cleared')
})

test('three are in a conference, and two go on when the one who made it leaves', { timeout: 10_000 }, async () => {
  await talk()
  desk.touch(alice, 'dial', '600')
  await until(alice, 'established')
  desk.touch(alice, 'conference')
  const { join } = await until(alice, 'conferenced')
  assert.deepEqual(
    desk.calls(alice).map(({ id, state, isConference }) => [id, state, isConference]),
    [
      [join.id, 'connected', true],
      [join.id, 'connected', true],
    ],
  )
  assert.equal((await until(bob, 'conferenced')).call.id, join.id)
  desk.touch(alice, 'hang-up')
  await until(alice, 'cleared')
  assert.deepEqual([stateOf(alice), stateOf(bob)], [[], ['connected']])
  desk.touch(bob, 'hang-up')
  await until(bob, 'cleared')
})

test('a second call that is answered holds the first', { timeout: 10_000 }, async () => {
  events.length = 0
  desk.touch(bob, 'dial', '600')
  await until(bob, 'established')
  events.length = 0
  desk.touch(alice, 'dial', bob)
  await until(bob, 'delivered')
  desk.touch(bob, 'answer')
  await until(bob, 'established')
  assert.deepEqual(stateOf(bob), ['hold', 'connected'])
  allOver()
})

test('a touch that means nothing is refused with a sentence', () => {
  assert.throws(() => desk.touch('desk-nobody', 'answer'), /no desk phone desk-nobody/)
  assert.throws(() => desk.touch(alice, 'shake'), /can be touched so/)
  assert.throws(() => desk.touch(alice, 'dial'), /dial needs NUMBER/)
  assert.throws(() => desk.touch(alice, 'answer'), /cannot answer now: it has no such call/)
})
