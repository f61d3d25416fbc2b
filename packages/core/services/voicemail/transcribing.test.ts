// What writes down voice messages: slow, broken and talkative ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '@openparley/testkit'
import type { TranscriptionPort } from './port.ts'
import { transcribing } from './transcribing.ts'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function house(transcribe: TranscriptionPort['transcribe']) {
  const clock = virtualClock()
  const told: string[] = []
  const world = { clock, dice: { roll: () => 0.5, token: () => '' }, wall: () => '' }
  const written = transcribing(world, {
    port: () => ({ transcribe }),
    // Two pieces of each.
    sounds: {
      read: async (key, from) => {
        if (key === 'none') throw new Error('no sound')
        return { type: 'audio/wav', content: Buffer.from(from === 0 ? key : '!'), next: from === 0 ? 1 : undefined }
      },
    },
    told: (key) => told.push(key),
  })
  return { clock, told, written }
}

test('each message is written down once, one after the other, from the whole of its sound', async () => {
  const asked: string[] = []
  let atOnce = 0
  const { told, written } = house(async ({ type, content }) => {
    assert.equal(++atOnce, 1)
    asked.push(`${type} ${Buffer.from(content).toString()}`)
    await settled()
    atOnce--
    return `  ${Buffer.from(content).toString()} was said\n`
  })
  written.look(['a', 'b'])
  written.look(['b', 'a', 'c'])
  for (let n = 0; n < 20; n++) await settled()
  assert.deepEqual(asked, ['audio/wav a!', 'audio/wav b!', 'audio/wav c!'])
  assert.deepEqual(told, ['a', 'b', 'c'])
  assert.equal(written.textOf('b'), 'b! was said')
  written.forget('b')
  assert.equal(written.textOf('b'), undefined)
  written.keep(new Set(['c']))
  assert.deepEqual([written.textOf('a'), written.textOf('c')], [undefined, 'c! was said'])
})

test('one that fails, says nothing, too much, or no text leaves the others their turn', async () => {
  const answers: Readonly<Record<string, () => unknown>> = {
    'a!': () => Promise.reject(new Error('cannot')),
    'b!': () => ' ',
    'c!': () => 5,
    'd!': () => 'x'.repeat(100_000),
  }
  const { told, written } = house(async ({ content }) => answers[Buffer.from(content).toString()]?.() as string)
  written.look(['none', 'a', 'b', 'c', 'd'])
  for (let n = 0; n < 20; n++) await settled()
  assert.deepEqual(told, ['d'])
  assert.equal(written.textOf('d')?.length, 20_000)
})

test('one that never comes to an end is left after a minute, and all are when the session ends', async () => {
  const ended: string[] = []
  const { clock, told, written } = house(({ content }, signal) => {
    signal.addEventListener('abort', () => ended.push(Buffer.from(content).toString()))
    return new Promise(() => {})
  })
  written.look(['a', 'b'])
  for (let n = 0; n < 9; n++) await settled()
  clock.pass(60_000)
  for (let n = 0; n < 9; n++) await settled()
  assert.deepEqual(ended, ['a!'])
  written.close()
  assert.deepEqual([ended, told], [['a!', 'b!'], []])
})
