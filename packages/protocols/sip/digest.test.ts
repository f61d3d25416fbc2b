// Digest against the examples of RFC 7616 §3.9 and RFC 2617 §3.5, and both sides against each other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Algorithm, type Challenge, type CredentialsHeader, DigestClient, DigestServer, digest } from './digest.ts'
import { Headers, type SipResponse } from './message.ts'

const mufasa = { username: 'Mufasa', method: 'GET', uri: '/dir/index.html', body: new Uint8Array(0), session: false }
const nothing = new Uint8Array(0)

test('the example of RFC 2617 §3.5 comes out', () => {
  const given = digest({
    ...mufasa,
    algorithm: 'MD5',
    password: 'Circle Of Life',
    realm: 'testrealm@host.com',
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    qop: 'auth',
    nc: '00000001',
    cnonce: '0a4f113b',
  })
  assert.equal(given, '6629fae49393a05397450978507c4ef1')
})

test('the examples of RFC 7616 §3.9.1 come out for MD5 and SHA-256', () => {
  const expected = {
    MD5: '8ca523f5e9506fed4657c9700eebdbec',
    'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  }
  for (const [algorithm, response] of Object.entries(expected)) {
    const given = digest({
      ...mufasa,
      algorithm: algorithm as Algorithm,
      password: 'Circle of Life',
      realm: 'http-auth@example.org',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      qop: 'auth',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    })
    assert.equal(given, response, algorithm)
  }
})

test('the strongest algorithm offered is answered, in whatever order', () => {
  for (const offered of [
    ['MD5', 'SHA-256'],
    ['SHA-256', 'MD5'],
    ['X-9', 'MD5', 'SHA-512-256'],
  ]) {
    const answer = new DigestClient(dice()).answer(asked(offered.map(row)), alice)
    assert(answer.is === 'answered')
    const best = offered.includes('SHA-512-256') ? 'SHA-512-256' : 'SHA-256'
    assert.match(answer.headers[0]?.value ?? '', new RegExp(`algorithm=${best},`))
  }
})

test('a realm that once offered a strong algorithm is not answered with a weaker one', () => {
  const client = new DigestClient(dice())
  assert.equal(client.answer(asked([row('SHA-256')]), alice).is, 'answered')
  assert.equal(client.answer(asked([row('MD5')]), alice).is, 'unsupported')
})

test('no other realm is answered (the SIP digest leak)', () => {
  const answer = new DigestClient(dice()).answer(asked(['Digest realm="elsewhere", nonce="n"']), alice)
  assert.deepEqual(answer, { is: 'foreign-realm', realm: 'elsewhere' })
})

test('the same credentials are not sent twice, unless the nonce was stale', () => {
  const client = new DigestClient(dice())
  const first = client.answer(asked([row('MD5')]), alice)
  assert(first.is === 'answered')
  assert.equal(client.answer(asked([row('MD5')], first.headers), alice).is, 'rejected')
  assert.equal(client.answer(asked([`${row('MD5')}, stale=TRUE`], first.headers), alice).is, 'answered')
})

test('a proxy and a server that both ask both get their credentials', () => {
  const client = new DigestClient(dice())
  const first = client.answer(asked([row('MD5')], [], 'Proxy-Authenticate'), alice)
  assert(first.is === 'answered')
  const second = client.answer(asked([row('MD5')], first.headers), alice)
  assert(second.is === 'answered')
  assert.deepEqual(
    second.headers.map(({ name }) => name),
    ['Proxy-Authorization', 'Authorization'],
  )
})

test('the count of a nonce grows with each use', () => {
  const client = new DigestClient(dice())
  for (const count of ['00000001', '00000002', '00000003']) {
    const answer = client.answer(asked([row('MD5')]), alice)
    assert.match((answer.is === 'answered' && answer.headers[0]?.value) || '', new RegExp(`nc=${count}`))
  }
})

test('without qop the answer is that of RFC 2069: no count and no cnonce', () => {
  const answer = new DigestClient(dice()).answer(asked(['Digest realm="r", nonce="n"']), alice)
  assert(answer.is === 'answered')
  assert.doesNotMatch(answer.headers[0]?.value ?? '', /nc=|cnonce=|qop=/)
})

test('the server lets its own client in with every algorithm, and nobody with a wrong password', () => {
  for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
    const server = new DigestServer({ realm: 'r', dice: dice(), offered: [algorithm] })
    const challenge = asked(server.challenge(1000))
    const given = new DigestClient(dice()).answer(challenge, alice)
    assert(given.is === 'answered')
    const values = given.headers.map(({ value }) => value)
    assert.equal(server.check(values, challenge, () => 'other', 2000).is, 'wrong')
    assert.equal(server.check(values, { ...challenge, uri: 'sip:else' }, () => 'secret', 2000).is, 'wrong')
    assert.deepEqual(
      server.check(values, challenge, () => 'secret', 2000),
      { is: 'right', username: 'alice' },
    )
    assert.equal(server.check(values, challenge, () => 'secret', 2001).is, 'stale', 'a replay')
    assert.equal(server.check([], challenge, () => 'secret', 2000).is, 'missing')
  }
})

test('a nonce grows stale', () => {
  const server = new DigestServer({ realm: 'r', dice: dice(), lifetimeMs: 1000 })
  const challenge = asked(server.challenge(0))
  const given = new DigestClient(dice()).answer(challenge, alice)
  assert(given.is === 'answered')
  assert.equal(
    server.check(
      given.headers.map(({ value }) => value),
      challenge,
      () => 'secret',
      1500,
    ).is,
    'stale',
  )
})

const alice = { username: 'alice', password: 'secret', realms: ['r'] }

function row(algorithm: string): string {
  return `Digest realm="r", nonce="n", algorithm=${algorithm}, qop="auth"`
}

function asked(rows: string[], sent: readonly CredentialsHeader[] = [], name = 'WWW-Authenticate'): Challenge {
  const headers = new Headers(rows.map((value) => ({ name, value })))
  const response: SipResponse = { kind: 'response', status: 401, reason: 'Unauthorized', headers, body: nothing }
  return { response, method: 'REGISTER', uri: 'sip:example.com', body: nothing, sent }
}

function dice(): { roll(): number; token(): string } {
  let n = 0
  return { roll: () => 0.5, token: () => `t${n++}` }
}
