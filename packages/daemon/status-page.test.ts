import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const folder = join(import.meta.dirname, 'status-page')
const { draw, lives, stepsBetween, stepsOfPast } = await import(join(folder, 'ladder.js'))

const call = {
  direction: 'outgoing',
  state: 'dialling',
  held: 'no',
  remote: { number: '204' },
  startedAt: '2026-01-01T10:00:00Z',
}
const at = '2026-01-01T10:00:01Z'

interface Step {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly isFailed: boolean
}

const told = (steps: readonly Step[]): string[] =>
  steps.map(({ from, to, text, isFailed }) => `${lives[from]}>${lives[to]} ${text}${isFailed ? ' ✕' : ''}`)

test('a call’s ladder has one step for each thing that happened, in order, from who did it', () => {
  const states = [
    call,
    { ...call, state: 'alerting' },
    { ...call, state: 'connected', answeredAt: at },
    { ...call, state: 'connected', answeredAt: at, held: 'local' },
    { ...call, state: 'connected', answeredAt: at, held: 'both' },
    { ...call, state: 'connected', answeredAt: at, held: 'remote' },
    { ...call, state: 'connected', answeredAt: at, muted: true, held: 'remote' },
    { ...call, state: 'ended', answeredAt: at, endedAt: at, held: 'remote', end: { by: 'remote' } },
  ]
  const steps = states.flatMap((state, index) => stepsBetween(states[index - 1], state, at) as Step[])
  assert.deepEqual(told(steps), [
    'Application>Far side dials 204',
    'Far side>Application rings',
    'Far side>Application answers',
    'Application>Far side holds',
    'Far side>Application holds',
    'Application>Far side resumes',
    'Far side>Application ends',
  ])
})

test('a past call shows how it began, whether it was answered, and why it failed', () => {
  const error = { sentence: 'The other side is busy.' }
  const entry = { direction: 'incoming', remote: { number: 'bob', displayName: 'Bob' }, startedAt: at, endedAt: at }
  assert.deepEqual(told(stepsOfPast({ ...entry, answeredAt: at, end: { by: 'local' } })), [
    'Far side>Application Bob (bob) calls',
    'Application>Far side answers',
    'Application>Far side ends',
  ])
  assert.deepEqual(
    told(stepsOfPast({ ...entry, end: { by: 'network', error } })).at(-1),
    ['Server>Application The other side is busy. ✕'][0],
  )
})

test('the drawing has a line for each side and an arrow for each step, and text stays text', () => {
  const made: [string, Record<string, unknown>, unknown[]][] = []
  const make = (name: string, attributes: Record<string, unknown>, ...children: unknown[]): object => {
    made.push([name, attributes, children])
    return { name }
  }
  const evil = { ...call, remote: { number: '<img src=x onerror=alert(1)>' } }
  draw(stepsBetween(undefined, evil, at), 'title', make)
  const count = (wanted: string): number => made.filter(([, { class: name }]) => name === wanted).length
  assert.deepEqual([count('life'), count('arrow'), count('head')], [4, 1, 1])
  assert.ok(made.some(([name, , children]) => name === 'text' && children[0] === `dials ${evil.remote.number}`))
})

test('no script of the page makes markup from text, and none comes from elsewhere', () => {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/, name)
    assert.doesNotMatch(text.replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\/|@import|url\(/, name)
  }
})
