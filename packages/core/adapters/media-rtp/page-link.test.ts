import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PageLink, type PageSignal, type PageState, patienceMs, table } from './page-link.ts'

const states = Object.keys(table) as PageState[]

test('a page that never connects is over after 20 s', () => {
  const link = new PageLink(0)
  assert.equal(link.deadline, 20_000)
  assert.deepEqual(link.wake(19_999), [])
  assert.deepEqual(
    link.wake(20_000).map(({ state }) => state),
    ['over'],
  )
  assert.equal(link.deadline, undefined)
})

test('a page that falls silent is lost after 10 s, back with its next packet, and over after 30 s more', () => {
  const link = new PageLink(0)
  link.handle('up', 100)
  assert.equal(link.stillHeard(5000), true)
  assert.deepEqual(link.wake(10_100), [])
  assert.deepEqual(link.wake(15_000), [{ state: 'lost', why: undefined }])
  assert.equal(link.stillHeard(16_000), false)
  assert.deepEqual(link.handle('heard', 16_000), [{ state: 'connected', why: undefined }])
  assert.deepEqual(link.wake(26_000), [{ state: 'lost', why: undefined }])
  assert.deepEqual(link.wake(56_000), [{ state: 'over', why: 'nothing came for 30 s' }])
})

test('what we close has no reason; what the page closes has one', () => {
  const reason = (signal: PageSignal): unknown => {
    const link = new PageLink(0)
    link.handle('up', 1)
    return link.handle(signal, 2)
  }
  assert.deepEqual(reason('close'), [{ state: 'over', why: undefined }])
  assert.deepEqual(reason('down'), [{ state: 'over', why: 'the connection ended' }])
})

test('every state reaches the end, by signals and by time alone', () => {
  for (const by of [(each: string): boolean => each !== 'patience', (each: string): boolean => each === 'patience']) {
    for (const from of states) {
      const reached = new Set<PageState>([from])
      for (const state of reached)
        for (const [signal, next] of Object.entries(table[state])) if (by(signal)) reached.add(next)
      assert.ok(reached.has('over'), from)
    }
  }
  for (const state of states) assert.equal(patienceMs[state] === undefined, state === 'over', state)
})

test('whatever comes, the end is told once and nothing after it, and each state only when it is another', () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 25_000 }),
    signal: fc.constantFrom<PageSignal | 'wake'>('up', 'heard', 'down', 'close', 'wake'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const link = new PageLink(0)
      const told: PageState[] = ['connecting']
      let now = 0
      for (const { after, signal } of steps) {
        now += after
        const effects = signal === 'wake' ? link.wake(now) : link.handle(signal, now)
        told.push(...effects.map(({ state }) => state))
      }
      for (let i = 1; i < told.length; i++) assert.notEqual(told[i], told[i - 1])
      assert.ok(told.indexOf('over') === -1 || told.indexOf('over') === told.length - 1)
    }),
  )
})
