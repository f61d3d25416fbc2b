import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerChallenge, challengeFor, chooseChallenge, isProof } from './digest.ts'
import { type Auth, parseAuth } from './header-values.ts'

const request = { method: 'GET', uri: '/dir/index.html', body: '' }
const rfc7616 = (algorithm: string): Auth =>
  parseAuth(
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
  ) as Auth
const dice = { token: () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' }
const response = (value: string): string | undefined => /response="([\da-f]+)"/.exec(value)?.[1]

test('the proofs of RFC 7616 §3.9.1 come out as printed there', () => {
  const credentials = { user: 'Mufasa', password: 'Circle of Life' }
  assert.equal(
    response(answerChallenge(rfc7616('MD5'), credentials, request, 1, dice)),
    '8ca523f5e9506fed4657c9700eebdbec',
  )
  assert.equal(
    response(answerChallenge(rfc7616('SHA-256'), credentials, request, 1, dice)),
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  )
})

test('the proof of RFC 7616 §3.9.2 comes out as its erratum 4897 has it: SHA-512/256 is not SHA-512 cut off', () => {
  const challenge = parseAuth(
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8',
  ) as Auth
  const credentials = { user: 'J\u00e4s\u00f8n Doe', password: 'Secret, or not?' }
  const asked = { method: 'GET', uri: '/doe.json', body: '' }
  const chance = { token: () => 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v' }
  assert.equal(
    response(answerChallenge(challenge, credentials, asked, 1, chance)),
    '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
  )
})

test('without qop it is RFC 2617’s old proof', () => {
  const old = parseAuth('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"') as Auth
  const value = answerChallenge(old, { user: 'Mufasa', password: 'Circle Of Life' }, request, 1, dice)
  assert.equal(response(value), '670fd8c2df070c60b045671b8b24ff02')
  assert.doesNotMatch(value, /qop|cnonce|nc=/)
})

test('the strongest algorithm offered is answered, in whatever order they stand', () => {
  const offers = ['MD5', 'SHA-512-256', 'SHA-256'].map(rfc7616)
  for (const challenges of [offers, offers.toReversed()]) {
    const choice = chooseChallenge(challenges, () => true)
    assert.equal(choice.is === 'chosen' && choice.challenge.params.get('algorithm'), 'SHA-512-256')
  }
})

test('a foreign realm and an unknown algorithm get no proof', () => {
  assert.deepEqual(
    chooseChallenge([rfc7616('MD5')], (realm) => realm === 'ours'),
    { is: 'foreign', realm: 'http-auth@example.org' },
  )
  assert.deepEqual(
    chooseChallenge([rfc7616('SHA-1'), { scheme: 'basic', params: new Map() }], () => true),
    { is: 'unsupported' },
  )
})

test('a server takes the right proof of every algorithm and no other', () => {
  for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
    const challenge = parseAuth(challengeFor('lab', 'n1', algorithm, false)) as Auth
    const given = parseAuth(answerChallenge(challenge, { user: 'alice', password: 'right' }, request, 1, dice)) as Auth
    assert.equal(isProof(given, 'right', request), true, algorithm)
    assert.equal(isProof(given, 'wrong', request), false, algorithm)
    assert.equal(isProof(given, 'right', { ...request, method: 'PUT' }), false, algorithm)
  }
})
