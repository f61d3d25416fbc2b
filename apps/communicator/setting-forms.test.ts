import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsSchema } from '@openparley/sdk/settings'
import { formOf, typed, written } from './setting-forms.ts'

test('each setting has the control that fits it', () => {
  const form = (name: string): object => formOf(settingsSchema[name] ?? assert.fail(name))
  assert.deepEqual(form('softphone.password'), { is: 'secret' })
  assert.deepEqual(form('softphone.tls.verify'), { is: 'choice', of: ['full', 'pinned', 'off'] })
  assert.deepEqual(form('softphone.register'), { is: 'switch' })
  assert.deepEqual(form('calls.max'), { is: 'number', min: 1, max: 10_000 })
  assert.deepEqual(form('softphone.user'), { is: 'text' })
  for (const name of ['softphone.servers', 'calls.deny', 'media.codecs']) assert.deepEqual(form(name), { is: 'lines' })
  assert.deepEqual(form('media.portRange'), { is: 'json' })
})

test('what stands in a control is read as the value that it was', () => {
  for (const [name, value] of [
    ['calls.max', 4],
    ['calls.deny', ['0900', '00']],
    ['media.portRange', [1, 2]],
    ['softphone.user', 'alice'],
  ] as const) {
    const form = formOf(settingsSchema[name] ?? assert.fail(name))
    assert.deepEqual(typed(form, written(form, value)), value)
  }
  assert.equal(typed({ is: 'json' }, '{'), '{')
})
