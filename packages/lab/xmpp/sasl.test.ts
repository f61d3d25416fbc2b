import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginSasl, type SaslStep } from './sasl.ts'

const world = (salt: string, nonce: string) => ({
  passwordOf: (user: string) => (user === 'user' ? 'pencil' : undefined),
  saltOf: () => Buffer.from(salt, 'base64'),
  nonce: () => nonce,
})

/** The whole exchange as text. */
function exchange(mechanism: string, messages: readonly string[], ...of: [string, string]): [SaslStep, string[]] {
  const said: string[] = []
  let step = beginSasl(mechanism, Buffer.from(messages[0] ?? ''), world(...of))
  for (const message of messages.slice(1)) {
    if (step.is !== 'challenge') break
    said.push(step.data.toString())
    step = step.next(Buffer.from(message))
  }
  if (step.is === 'success' && step.data) said.push(step.data.toString())
  return [step, said]
}

test('the exchange of RFC 5802 §5 comes out as it stands there', () => {
  const [end, said] = exchange(
    'SCRAM-SHA-1',
    [
      'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    ],
    'QSXCR+Q6sek8bf92',
    '3rfcNHYJY1ZVvWVs7j',
  )
  assert.equal(end.is, 'success')
  assert.deepEqual(said, [
    'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  ])
})

test('the exchange of RFC 7677 §3 comes out as it stands there', () => {
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const [end, said] = exchange(
    'SCRAM-SHA-256',
    ['n,,n=user,r=rOprNGfwEbeRWgbNEkqO', `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`],
    'W22ZaJ0SNY7soEsUEjb6gQ==',
    '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  )
  assert.equal(end.is, 'success')
  assert.deepEqual(said, [
    `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  ])
})

test('a wrong proof, a wrong nonce, a stranger and nonsense are refused alike by their names', () => {
  const salt = 'QSXCR+Q6sek8bf92'
  const failure = (mechanism: string, ...messages: string[]): string => {
    const [end] = exchange(mechanism, messages, salt, 'x')
    return end.is === 'failure' ? end.failure : end.is
  }
  assert.equal(failure('SCRAM-SHA-1', 'n,,n=user,r=a', 'c=biws,r=ax,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts='), 'not-authorized')
  assert.equal(failure('SCRAM-SHA-1', 'n,,n=user,r=a', 'c=biws,r=ay,p=AAAA'), 'not-authorized')
  assert.equal(failure('SCRAM-SHA-256', 'n,,n=nobody,r=a', 'c=biws,r=ax,p=AAAA'), 'not-authorized')
  assert.equal(failure('SCRAM-SHA-256', 'p=tls-unique,,n=user,r=a'), 'malformed-request')
  assert.equal(failure('SCRAM-SHA-256', 'n,,n=user,r=a', 'hello'), 'malformed-request')
  assert.equal(failure('PLAIN', 'user'), 'malformed-request')
  assert.equal(failure('PLAIN', '\0user\0pen'), 'not-authorized')
  assert.equal(failure('PLAIN', '\0user\0pencil'), 'success')
  assert.equal(failure('DIGEST-MD5', ''), 'invalid-mechanism')
  assert.equal(failure('constructor', ''), 'invalid-mechanism')
})
