import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choicesOf } from './precedences.ts'

const written = (...settings: Parameters<typeof choicesOf>): string[] =>
  choicesOf(...settings).flatMap(({ levels }) => levels.map(({ value }) => value))

test('of each namespace all levels but the lowest can be chosen, own ones too', () => {
  assert.deepEqual(written(['dsn', 'ours:low,Mid,high'], undefined), [
    'dsn.priority',
    'dsn.immediate',
    'dsn.flash',
    'dsn.flash-override',
    'ours.mid',
    'ours.high',
  ])
})

test('nothing above the highest that may be dialled can be chosen, and nothing of another namespace', () => {
  assert.deepEqual(written(['dsn', 'q735'], 'DSN.immediate'), ['dsn.priority', 'dsn.immediate'])
  assert.deepEqual(written(['dsn'], 'dsn.routine'), [])
})

test('without namespaces there is nothing to choose, and one that nobody knows has no levels', () => {
  assert.deepEqual(written([], undefined), [])
  assert.deepEqual(written(['nobody'], undefined), [])
  assert.deepEqual(written(undefined, undefined), [])
})
