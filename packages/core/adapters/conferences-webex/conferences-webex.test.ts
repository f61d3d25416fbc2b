// The adapter against a server made after the public documents of the API. No other was at hand.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { seededDice, virtualClock, type VirtualClock } from '@openparley/testkit'
import { elsewhereSuite } from '../../services/conferences/elsewhere.suite.ts'
import { conferencePortSuite } from '../../services/conferences/port.suite.ts'
import { type WebexConferences, webexConferences } from './conferences-webex.ts'

const wall = '2026-03-10T09:00:00.000Z'
const token = 'a-token-that-nobody-else-has'

interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string
  readonly body: Record<string, unknown> | undefined
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

interface House {
  readonly port: WebexConferences
  readonly clock: VirtualClock
  readonly asked: Asked[]
  readonly told: string[]
  another(): WebexConferences
  close(): Promise<void>
}

/** As the documents' example of an answer has it, shortened. */
function meeting(n: number): Record<string, unknown> {
  return {
    id: `870f51ff287b41be84648412901e04${n}`,
    meetingNumber: '123456789',
    title: 'Example Daily Meeting',
    password: 'BgJep@43',
    meetingType: 'meetingSeries',
    state: 'active',
    hostKey: '123456',
    siteUrl: 'site4-example.webex.com',
    webLink: `https://site4-example.webex.com/site4/j.php?MTID=m${createHash('md5').update(String(n)).digest('hex')}`,
    sipAddress: '123456789@site4-example.webex.com',
    telephony: {
      accessCode: '1234567890',
      callInNumbers: [{ label: 'US Toll', callInNumber: '123456789', tollType: 'toll' }],
    },
  }
}

const usual =
  () =>
  (asked: Asked): Answer => {
    if (asked.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: 'The request requires a valid access token.' } }
    switch (`${asked.method} ${asked.path}`) {
      case 'POST /v1/meetings':
        return { body: meeting(++count) }
      case 'POST /v1/meetings/join':
        return {
          body: {
            joinLink: 'https://site4-example.webex.com/wbxmjs/joinservice/sites/site4/meeting/download/1?token=guest',
            startLink: 'https://site4-example.webex.com/wbxmjs/joinservice/sites/site4/meeting/download/1?token=host',
            expiration: '2026-03-10T09:10:00Z',
          },
        }
      case 'GET /v1/meetings?max=1':
        return { body: { items: [] } }
      default:
        return asked.method === 'DELETE' ? { status: 204 } : { status: 404, body: { message: 'not found' } }
    }
  }
let count = 0

async function house(
  answer: (asked: Asked) => Answer = usual(),
  more: Readonly<Record<string, unknown>> = {},
): Promise<House> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const text = Buffer.concat(parts).toString()
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    }
    asked.push(one)
    const { status = 200, headers = {}, body } = answer(one)
    response.writeHead(status, headers)
    response.end(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const settings = readSettings({
    'conferences.webex.servers': `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    'conferences.webex.token': token,
    ...more,
  })
  const clock = virtualClock()
  const told: string[] = []
  const another = (): WebexConferences => {
    const port = webexConferences({
      world: { clock, dice: seededDice(1), wall: () => wall },
      settings,
      dns: () => dnsResolver(),
      tell: ({ is, error }) => told.push(error ? `${is} ${error.code}` : is),
    })
    assert.ok(port)
    return port
  }
  return {
    ...{ clock, asked, told, another },
    port: another(),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

conferencePortSuite('Webex, as its documents have it', { skip: false }, async () => {
  const { another, close } = await house()
  return { port: another, close }
})

describe('conferences by the Webex REST API', () => {
  elsewhereSuite('webex', async () => {
    const { port, another, close } = await house()
    const alice: WebexConferences = { ...port, close: async () => port.close().then(close) }
    return { alice, bob: another(), secrets: [token, 'BgJep@43', '123456"'] }
  })

  test('a meeting is made for now, and its page, number and code are told', async () => {
    const { port, asked, close } = await house()
    const made = await port.create('Lunch', 'Alice')
    assert.match(made.invitation, /^https:\/\/site4-example\.webex\.com\/site4\/j\.php\?MTID=/)
    assert.deepEqual(made.dialIn, { number: '123456789', code: '1234567890' })
    assert.deepEqual(asked, [
      {
        method: 'POST',
        path: '/v1/meetings',
        authorization: `Bearer ${token}`,
        body: {
          title: 'Lunch',
          start: '2026-03-10T09:01:00.000Z',
          end: '2026-03-10T11:01:00.000Z',
          enabledAutoRecordMeeting: false,
          enabledJoinBeforeHost: true,
          joinBeforeHostMinutes: 15,
          sendEmail: false,
        },
      },
    ])
    assert.match((await port.open?.(made, 'Alice')) ?? '', /token=host$/)
    await port.end?.(made)
    assert.deepEqual(asked.at(-1)?.method, 'DELETE')
    await assert.rejects(port.end?.(made) ?? Promise.resolve(), { code: 'conference-refused-by-server' })
    await close()
  })

  test('who is asked opens the page itself, and the server is told nothing', async () => {
    const { port, asked, close } = await house()
    const invitation = 'https://other.webex.com/meet/pr123'
    const found = await port.find(invitation)
    assert.equal(await port.open?.(found, 'Bob'), invitation)
    assert.equal(asked.length, 0)
    await close()
  })

  test('a token that was refused is not given again, and is in no error', async () => {
    const { port, asked, told, close } = await house(() => ({ status: 401, body: { message: 'no' } }))
    for (let n = 0; n < 3; n++) {
      const error = await port.create('', 'Alice').catch((thrown: unknown) => thrown)
      assert.equal((error as { code: string }).code, 'conference-refused-by-server')
      assert.equal(String((error as Error).stack).includes(token), false)
    }
    assert.equal(asked.length, 1)
    assert.equal(told[0], 'failed conference-refused-by-server')
    await close()
  })

  test('a server that wants to be left alone is, for as long as it says', async () => {
    let isBusy = true
    const answer = usual()
    const { port, asked, clock, close } = await house((one) =>
      isBusy ? { status: 429, headers: { 'retry-after': '120' } } : answer(one),
    )
    await assert.rejects(port.create('', 'Alice'), { code: 'conference-unavailable' })
    isBusy = false
    clock.pass(119_000)
    await assert.rejects(port.create('', 'Alice'), { code: 'conference-unavailable' })
    assert.equal(asked.length, 1)
    clock.pass(2000)
    assert.ok(await port.create('', 'Alice'))
    await close()
  })

  const answers: Readonly<Record<string, readonly [Answer, string]>> = {
    'a 500': [{ status: 500 }, 'conference-unavailable'],
    'a 403': [{ status: 403, body: { message: 'Not permitted' } }, 'conference-refused-by-server'],
    HTML: [{ body: '<p>' }, 'conference-refused-by-server'],
    'a list': [{ body: [] }, 'conference-refused-by-server'],
    'no meeting': [{ body: {} }, 'conference-refused-by-server'],
    'a page of elsewhere': [
      { body: { ...meeting(1), webLink: 'https://webex.com.evil.example/j.php' } },
      'conference-refused-by-server',
    ],
    'a script': [{ body: { ...meeting(1), webLink: 'javascript:alert(1)' } }, 'conference-refused-by-server'],
    'a way out of its own path': [{ body: { ...meeting(1), id: '../people' } }, 'conference-refused-by-server'],
    'more than anybody reads': [{ body: 'x'.repeat(2_000_000) }, 'conference-refused-by-server'],
  }
  for (const [what, [answer, code]] of Object.entries(answers))
    test(`a server that answers ${what} is told as what it is`, async () => {
      const { port, close } = await house(() => answer)
      await assert.rejects(port.create('', 'Alice'), { code })
      await close()
    })

  test('a number that is none is not shown', async () => {
    const telephony = { accessCode: 'x', callInNumbers: [{ callInNumber: 'call me' }] }
    const { port, close } = await house(() => ({ body: { ...meeting(1), telephony } }))
    assert.equal((await port.create('', 'Alice')).dialIn, undefined)
    await close()
  })

  test('whether the server knows the token is told when somebody asks', async () => {
    const { port, told, close } = await house()
    await port.look()
    assert.deepEqual(told, ['ok'])
    await close()
    await port.look()
    assert.deepEqual(told, ['ok', 'waiting conference-unavailable'])
    await port.close()
  })
})
