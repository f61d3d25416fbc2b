import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJid } from './jid.ts'

test('an address is its parts, with the case of name and domain folded and the resource kept', () => {
  const jid = readJid('Juliet@Example.COM/Bal/cony@1')
  assert.deepEqual(
    [jid?.bare, jid?.resource, jid?.full],
    ['juliet@example.com', 'Bal/cony@1', 'juliet@example.com/Bal/cony@1'],
  )
  assert.equal(readJid('example.com')?.local, '')
})

test('what RFC 7622 calls no address is none', () => {
  for (const text of [
    '',
    '@example.com',
    'a b@example.com',
    'juliet@',
    'juliet@example.com/',
    '/foo',
    `${'x'.repeat(1024)}@a`,
  ])
    assert.equal(readJid(text), undefined, text)
})
