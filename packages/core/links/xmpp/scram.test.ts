// The exchanges that RFC 5802 §5 and RFC 7677 §3 print, and challenges that are none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scram } from './scram.ts'

const pencil = { username: 'user', password: 'pencil' }

for (const [hash, nonce, challenge, proof, signature] of [
  [
    'sha1',
    'fyko+d2lbbFgONRv9qkxdawL',
    'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  ],
  [
    'sha256',
    'rOprNGfwEbeRWgbNEkqO',
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  ],
] as const) {
  test(`${hash}: the exchange of the RFC`, async () => {
    const scram = new Scram(hash, nonce)
    assert.equal(await scram.response(pencil), `n,,n=user,r=${nonce}`)
    scram.challenge(challenge)
    assert.equal(await scram.response(pencil), proof)
    assert.equal(scram.isProven(signature), true)
    assert.equal(scram.isProven(signature.replace('v=r', 'v=s').replace('v=6', 'v=7')), false)
    assert.equal(scram.isProven(''), false)
  })
}

test('a challenge with another nonce, too few rounds or too many is refused, and before it is answered nothing is proven', async () => {
  for (const challenge of [
    'r=other,s=QSXCR+Q6sek8bf92,i=4096',
    'r=ours,s=QSXCR+Q6sek8bf92,i=4096',
    'r=oursAndTheirs,s=QSXCR+Q6sek8bf92,i=1',
    'r=oursAndTheirs,s=QSXCR+Q6sek8bf92,i=9999999',
    'e=other-error',
  ]) {
    const scram = new Scram('sha1', 'ours')
    await scram.response(pencil)
    scram.challenge(challenge)
    await assert.rejects(scram.response(pencil), { condition: 'malformed-request' }, challenge)
    assert.equal(scram.isProven('v='), false)
  }
})

test('a name with signs that mean something is written so that it means itself', async () => {
  assert.equal(await new Scram('sha1', 'x').response({ username: 'a=b,c', password: '' }), 'n,,n=a=3Db=2Cc,r=x')
})
