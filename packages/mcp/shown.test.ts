import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '@openparley/sdk'
import { dial } from './acts.ts'
import { mostHeld, openConfirmations } from './confirmations.ts'
import { readable, shown } from './shown.ts'
import { tools } from './tools.ts'

const own = new Set(['list[].id'])

test('a text is somebody else’s unless its place is the core’s own', () => {
  const value = { list: [{ id: 'call_1', note: 'Hello', held: false, revision: 7 }] }
  assert.deepEqual(JSON.parse(shown(value, own, ['revision'])), {
    list: [{ id: 'call_1', note: { fromOthers: 'Hello' }, held: false }],
  })
})

test('nothing that a person would not see is in a text, and emoji and line ends stay', () => {
  assert.equal(readable('a\u202Eb\u200Bc\u{E0041}d\u0007'), 'a\uFFFDb\uFFFDc\uFFFDd\uFFFD')
  assert.equal(readable('one\n\ttwo 👩\u200D🚒'), 'one\n\ttwo 👩\u200D🚒')
})

test('an answer has at most sixty thousand characters, fifty elements a list and four thousand characters a text', () => {
  const list = Array.from({ length: 1000 }, (_, n) => ({ id: `call_${n}`, note: 'x'.repeat(100) }))
  const all = JSON.parse(shown({ list }, own)) as { list: object[] }
  assert.equal(all.list.length, 51)
  assert.deepEqual(all.list.at(-1), { leftOut: 950 })
  const long = shown({ list: list.map((each) => ({ ...each, note: 'x'.repeat(5000) })) }, own)
  assert.ok(long.length <= 60_000)
  const { list: fewer } = JSON.parse(long) as { list: { note: { fromOthers: string } }[] }
  assert.match(String(fewer[0]?.note.fromOthers), /^x{4000} … \(1000 more\)$/)
  assert.deepEqual(fewer.at(-1), { leftOut: 1000 - fewer.length + 1 })
})

test('a call that came to be after its request was taken back is ended', async () => {
  const taking = new AbortController()
  const ended: string[] = []
  const calls = {
    dial: async () => {
      taking.abort()
      return { call: 'call_1' }
    },
    end: async ({ call }: { call: string }) => ended.push(call),
  }
  await dial({ calls } as unknown as Session, { to: '600' }, taking.signal)
  assert.deepEqual(ended, ['call_1'])
  await assert.rejects(dial({ calls } as unknown as Session, { to: '600' }, taking.signal))
  assert.deepEqual(ended, ['call_1'])
})

test('of more acts than are held the oldest is given up', () => {
  let n = 0
  const held = openConfirmations({ now: () => 0, token: () => String(n++) })
  const act = { tool: tools[0] as (typeof tools)[number], given: {}, would: 'do' }
  const ids = Array.from({ length: mostHeld + 1 }, () => held.hold(act))
  assert.equal(held.take(ids[0] as string, 'do'), undefined)
  assert.deepEqual(
    ids.slice(1).map((id) => held.take(id, 'do')),
    Array.from({ length: mostHeld }, () => act),
  )
})

test('each tool has a name of its own that every program takes', () => {
  const names = tools.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.match(name, /^[a-z]+(_[a-z]+)+$/)
})
