import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { elsewhereSuite } from '../../services/conferences/elsewhere.suite.ts'
import type { ConferencePort } from '../../services/conferences/port.ts'
import { jitsiConferences } from './conferences-jitsi.ts'
import { signed } from './token.ts'

const wall = '2026-03-10T09:00:00.000Z'
const nowS = Date.parse(wall) / 1000
const one = { 'conferences.jitsi.servers': 'https://meet.example.com' }
const secret = 'a secret that is long enough'
const withToken = {
  ...one,
  'conferences.jitsi.application': 'parley',
  'conferences.jitsi.secret': secret,
}

function port(given: Readonly<Record<string, unknown>>, seed = 1): ConferencePort {
  const settings = readSettings(given)
  const world = { clock: virtualClock(), dice: seededDice(seed), wall: () => wall }
  const port = jitsiConferences({ world, settings })
  assert.ok(port)
  return port
}

function tokenIn(address: string): { claims: Record<string, unknown>; isRight: boolean } {
  const token = new URL(address).searchParams.get('jwt') ?? ''
  const [head = '', body = '', signature] = token.split('.')
  const right = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  return { claims, isRight: right === signature }
}

describe('conferences at a Jitsi server', () => {
  let seed = 10
  elsewhereSuite('jitsi', async () => {
    const alice = port(withToken, ++seed)
    return { alice, bob: port(withToken, ++seed), secrets: [secret] }
  })

  test('a token is signed as the example of RFC 7515 A.1 is', () => {
    const key = Buffer.from(
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      'base64url',
    )
    assert.equal(
      signed(
        '{"typ":"JWT",\r\n "alg":"HS256"}',
        '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}',
        key,
      ),
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    )
  })

  test('without a secret the link alone leads there, by a name that nobody guesses', async () => {
    const made = await port(one).create('Lunch & more', 'Alice')
    const url = new URL(made.invitation)
    assert.match(url.pathname, /^\/[0-9a-f]{32,}$/)
    assert.equal(url.search, '')
    assert.equal(made.isHost, true)
    const other = await port(one, 2).create('', 'Alice')
    assert.notEqual(new URL(other.invitation).pathname, url.pathname)
    assert.equal(new URL(other.invitation).hash, '')
    const found = await port(one).find(made.invitation)
    assert.deepEqual([found.subject, found.isHost], ['Lunch & more', false])
    const open = new URL((await port(one).open?.(found, 'Bob "B" &')) ?? '')
    assert.equal(open.pathname, url.pathname)
    assert.equal(decodeURIComponent(open.hash), '#config.subject="Lunch & more"&userInfo.displayName="Bob \\"B\\" &"')
  })

  test('with a secret who is asked gets a token for that room alone, for a day, and not as its host', async () => {
    const made = await port(withToken).create('', 'Alice')
    const { claims, isRight } = tokenIn(made.invitation)
    assert.equal(isRight, true)
    assert.deepEqual(claims, {
      aud: 'jitsi',
      iss: 'parley',
      sub: 'meet.example.com',
      room: new URL(made.invitation).pathname.slice(1),
      nbf: nowS - 60,
      exp: nowS + 86_400,
      context: { user: { moderator: false, affiliation: 'member' } },
    })
  })

  test('the person’s own address has a token of their own, as the host they are', async () => {
    const made = await port(withToken).create('', 'Alice')
    const { claims } = tokenIn((await port(withToken).open?.(made, 'Alice')) ?? '')
    assert.deepEqual(
      [claims['exp'], claims['context']],
      [nowS + 4 * 3600, { user: { name: 'Alice', moderator: true, affiliation: 'owner' } }],
    )
    const found = await port(withToken).find(made.invitation)
    const asGuest = tokenIn((await port(withToken).open?.(found, 'Bob')) ?? '')
    assert.deepEqual(asGuest.claims['context'], {
      user: { name: 'Bob', moderator: false, affiliation: 'member' },
    })
  })

  test('who has no secret goes in by the token of the invitation', async () => {
    const made = await port(withToken).create('', 'Alice')
    const found = await port(one).find(made.invitation)
    const open = new URL((await port(one).open?.(found, 'Bob')) ?? '')
    assert.equal(open.searchParams.get('jwt'), new URL(made.invitation).searchParams.get('jwt'))
  })

  test('only addresses of rooms of the settings’ servers are read', async () => {
    const { reads, find } = port({
      'conferences.jitsi.servers': ['https://meet.example.com', 'https://a.example/team'],
    })
    assert.equal(reads('https://meet.example.com/Lunch'), true)
    assert.equal(reads('https://a.example/team/Lunch'), true)
    for (const no of [
      'https://meet.example.com/',
      'https://meet.example.com/a/b',
      'http://meet.example.com/Lunch',
      'https://meet.example.com.evil.example/Lunch',
      'https://evil@meet.example.com/Lunch',
      'https://meet.example.com:444/Lunch',
      'https://a.example/Lunch',
      'javascript:alert(1)',
      'https://meet.example.com/%3Cscript%3E',
      `https://meet.example.com/${'x'.repeat(5000)}`,
      'nothing at all',
    ]) {
      assert.equal(reads(no), false, no)
      await assert.rejects(find(no), { code: 'conference-invitation-unusable' })
    }
  })
})
