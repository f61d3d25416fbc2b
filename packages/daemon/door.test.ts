import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { type ErrorCode, maxWatchBacklog, type Scope } from '@openparley/contract'
import type { Attachment } from '@openparley/core'
import { WebSocket } from 'ws'
import { type Door, openDoor } from './door.ts'
import { type House, house } from './house.suite.ts'
import { openTokens } from './tokens.ts'

interface Told {
  readonly id?: number | string | null
  readonly method?: string
  readonly params?: { readonly error?: { readonly code: ErrorCode }; readonly [name: string]: unknown }
  readonly result?: Record<string, unknown>
  readonly error?: { readonly code: number; readonly data: { readonly code: ErrorCode; readonly detail?: string } }
}

interface Peer {
  say(message: object | string): void
  /** The next message; undefined when the connection was closed. */
  next(): Promise<Told | undefined>
  /** Says it and waits for the answer to it. */
  ask(method: string, params: object, session?: string): Promise<Told>
  close(): void
}

async function doorWay(
  t: TestContext,
  now?: () => number,
): Promise<{ made: House; door: Door; socket: string; port: number; own: string; folder: string }> {
  const made = house()
  const folder = mkdtempSync(join(tmpdir(), 'parley-'))
  const door = await openDoor({
    core: made.core,
    tokens: made.tokens,
    socket: join(folder, 's'),
    port: 0,
    ...(now ? { now } : {}),
  })
  t.after(async () => {
    await door.close()
    await made.close()
    rmSync(folder, { recursive: true })
  })
  const own = door.http as string
  return { made, door, socket: door.socket as string, port: Number(new URL(own).port), own, folder }
}

function peer(send: (text: string) => void, close: () => void): { peer: Peer; text(text: string): void; end(): void } {
  const arrived: Told[] = []
  const asking: ((told: Told | undefined) => void)[] = []
  let over = false
  let last = 0
  const next = (): Promise<Told | undefined> => {
    const first = arrived.shift()
    if (first || over) return Promise.resolve(first)
    return new Promise((resolve) => asking.push(resolve))
  }
  const say = (message: object | string): void =>
    send(typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message }))
  return {
    text: (text) => {
      const told = JSON.parse(text) as Told
      const taker = asking.shift()
      if (taker) taker(told)
      else arrived.push(told)
    },
    end: () => {
      over = true
      for (const taker of asking.splice(0)) taker(undefined)
    },
    peer: {
      say,
      next,
      close,
      ask: async (method, params, session) => {
        const id = ++last
        say({ id, method, params, session })
        for (;;) {
          const told = await next()
          assert.ok(told, `closed before ${method} was answered`)
          if (told.id === id) return told
        }
      },
    },
  }
}

async function overSocket(path: string): Promise<Peer> {
  const socket = connect(path)
  const made = peer(
    (text) => socket.write(`${text}\n`),
    () => socket.destroy(),
  )
  createInterface(socket).on('line', made.text)
  socket.on('close', made.end)
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.on('connect', resolve))
  return made.peer
}

/** A WebSocket with any Host and Origin; the status where the door refuses it. */
function overWebSocket(port: number, headers: { host?: string; origin?: string } = {}): Promise<Peer | number> {
  const { host, origin } = headers
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
    headers: { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) },
  })
  const made = peer(
    (text) => socket.send(text),
    () => socket.terminate(),
  )
  socket.on('message', (data) => made.text(String(data)))
  socket.on('close', made.end)
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('open', () => resolve(made.peer))
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode as number)
    })
  })
}

function fetchRaw(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = ''
      response.on('data', (part) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode as number, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const hello = (token?: string, application = 'test'): object => ({ contract: '0.1', application, token })
const all: readonly Scope[] = ['calls.read', 'config.read', 'config.write', 'system.read', 'session.manage']

test('the socket’s file is for its user alone', { skip: process.platform === 'win32' }, async (t) => {
  const { socket } = await doorWay(t)
  assert.equal(statSync(socket).mode & 0o777, 0o600)
})

test('whoever says anything before hello is told why and let go, and reaches nothing', async (t) => {
  const { socket, made } = await doorWay(t)
  for (const first of [
    { id: 1, method: 'system.get', params: {} },
    { method: '$cancel', params: {} },
  ]) {
    const application = await overSocket(socket)
    application.say(first)
    assert.equal((await application.next())?.params?.error?.code, 'request-malformed')
    assert.equal(await application.next(), undefined)
  }
  assert.deepEqual(made.core.applications(), [])
})

test('whoever says nothing for five seconds is let go', async (t) => {
  const { socket } = await doorWay(t)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const application = await overSocket(socket)
  // A message of its own proves that the door has the connection.
  application.say('not JSON')
  assert.equal((await application.next())?.error?.code, -32_700)
  t.mock.timers.tick(4999)
  application.say('not JSON')
  assert.equal((await application.next())?.error?.code, -32_700)
  t.mock.timers.tick(1)
  assert.equal((await application.next())?.method, '$closed')
  t.mock.timers.reset()
})

test('a version of the contract that is not spoken is refused with both versions in view', async (t) => {
  const { socket } = await doorWay(t)
  for (const [contract, code] of [
    ['7.0', 'contract-unsupported'],
    ['one', 'request-malformed'],
  ] as const) {
    const application = await overSocket(socket)
    const { error } = await application.ask('hello', { contract, application: 'test' })
    assert.equal(error?.data.code, code)
    assert.equal(await application.next(), undefined)
  }
})

test('what is not JSON-RPC costs that connection an error and no other connection anything', async (t) => {
  const { socket } = await doorWay(t)
  const clumsy = await overSocket(socket)
  const other = await overSocket(socket)
  await clumsy.ask('hello', hello())
  await other.ask('hello', hello())
  for (const [said, code] of [
    ['{', -32_700],
    ['[]', -32_600],
    ['null', -32_600],
    ['{"id":{},"method":"x"}', -32_600],
    ['{"jsonrpc":"2.0","id":1}', -32_600],
    ['{"jsonrpc":"2.0","id":1.5,"method":"system.get"}', -32_600],
  ] as const) {
    clumsy.say(said)
    assert.equal((await clumsy.next())?.error?.code, code, said)
  }
  assert.ok((await clumsy.ask('system.get', {})).result)
  assert.ok((await other.ask('system.get', {})).result)
})

test('a message that never ends is cut off at the contract’s bound', async (t) => {
  const { socket } = await doorWay(t)
  const application = await overSocket(socket)
  await application.ask('hello', hello())
  application.say(`"${'x'.repeat(16 * 1024 * 1024)}"`)
  assert.equal((await application.next())?.params?.error?.code, 'request-malformed')
  assert.equal(await application.next(), undefined)
})

test('a WebSocket without a valid token is refused before anything else', async (t) => {
  const { port, made } = await doorWay(t)
  const mine = made.tokens.issue({ application: 'mine', scopes: all, origins: [] })
  for (const said of [hello(undefined), hello('parley_wrong'), hello(''), hello(mine, 'another')]) {
    const application = (await overWebSocket(port)) as Peer
    const { error } = await application.ask('hello', said)
    assert.equal(error?.data.code, 'token-rejected')
    assert.equal(await application.next(), undefined)
  }
  assert.deepEqual(made.core.applications(), [])
})

test('a page comes in from our own address or an origin that its token lists, from nowhere else', async (t) => {
  const { port, made } = await doorWay(t)
  const plain = made.tokens.issue({ application: 'test', scopes: all, origins: [] })
  const listed = made.tokens.issue({ application: 'test', scopes: all, origins: ['https://crm.example.com'] })
  const outcome = async (token: string, origin?: string): Promise<unknown> => {
    const application = await overWebSocket(port, origin === undefined ? {} : { origin })
    if (typeof application === 'number') return application
    const { error, result } = await application.ask('hello', hello(token))
    application.close()
    return error?.data.code ?? typeof result?.['application']
  }
  assert.equal(await outcome(plain), 'string')
  assert.equal(await outcome(plain, `http://127.0.0.1:${port}`), 'string')
  assert.equal(await outcome(plain, `http://localhost:${port}`), 'string')
  assert.equal(await outcome(listed, 'https://crm.example.com'), 'string')
  assert.equal(await outcome(plain, 'https://crm.example.com'), 'origin-refused')
  for (const origin of [
    'https://evil.example.com',
    'null',
    `http://127.0.0.1:${port + 1}`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port}.evil.example.com`,
    'https://crm.example.com.evil.example.com',
  ]) {
    assert.equal(await outcome(listed, origin), 403, origin)
  }
})

// Host, Origin and token are judged once, at the upgrade and at hello, before any method is read: so once for all methods. What a
// token may do is judged for each method, in the interface's suite (api.test.ts), over each kind of connection.
test('a name that was bent to point here (DNS rebinding) reaches neither WebSocket nor page', async (t) => {
  const { port } = await doorWay(t)
  for (const host of ['evil.example.com', `evil.example.com:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.com`]) {
    assert.equal(await overWebSocket(port, { host }), 403, host)
    assert.equal((await fetchRaw(port, '/status/', { headers: { host } })).status, 403, host)
  }
})

test('a token’s revocation lets its application go at once, and so does its end', async (t) => {
  const { port, made } = await doorWay(t)
  const token = made.tokens.issue({ application: 'test', scopes: all, origins: [] })
  const application = (await overWebSocket(port)) as Peer
  await application.ask('hello', hello(token))
  assert.equal(made.core.applications().length, 1)
  assert.equal(made.tokens.revoke('test'), 1)
  assert.deepEqual(made.core.applications(), [])
  assert.equal((await application.next())?.params?.error?.code, 'token-rejected')
  assert.equal(await application.next(), undefined)
})

test('the code of an address is exchanged once, within a minute, by our own page only', async (t) => {
  let now = 5_000
  const { door, port, own, made } = await doorWay(t, () => now)
  const codeOf = (): string =>
    new URL(door.oneTimeAddress({ application: 'page', scopes: ['calls.read'] })).hash.slice('#code='.length)
  const exchange = (code: string, headers: Record<string, string> = {}): ReturnType<typeof fetchRaw> =>
    fetchRaw(port, '/exchange', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: own, ...headers },
      body: JSON.stringify({ code }),
    })
  const code = codeOf()
  assert.equal((await exchange(code, { origin: 'https://evil.example.com' })).status, 403)
  assert.equal((await exchange(code, { host: 'evil.example.com' })).status, 403)
  assert.equal((await exchange(code, { 'content-type': 'text/plain' })).status, 400)
  assert.equal((await exchange(`${code}x`)).status, 401)
  const { status, text, headers } = await exchange(code)
  assert.equal(status, 200)
  assert.equal(headers['cache-control'], 'no-store')
  const { token, scopes } = JSON.parse(text) as { token: string; scopes: string[] }
  assert.deepEqual(scopes, ['calls.read'])
  assert.equal((await exchange(code)).status, 401)
  const [soon, late] = [codeOf(), codeOf()]
  now += 59_999
  assert.equal((await exchange(soon)).status, 200)
  now += 1
  assert.equal((await exchange(late)).status, 401)
  const application = (await overWebSocket(port, { origin: own })) as Peer
  const welcome = await application.ask('hello', hello(token, 'page'))
  assert.deepEqual(welcome.result?.['scopes'], ['calls.read'])
  assert.equal((await application.ask('system.stop', {})).error?.data.detail, 'system.control')
  assert.equal(made.stops.length, 0)
})

test('every answer of the door carries the strict headers, and no page lies outside its folder', async (t) => {
  const { port } = await doorWay(t)
  const names = ['/status/', '/status/../door.ts', '/status/%2e%2e/door.ts', '/status/..%2fdoor.ts', '/nothing', '/']
  const expected = [200, 404, 404, 404, 404, 302]
  for (const [index, path] of names.entries()) {
    const { status, headers, text } = await fetchRaw(port, path)
    assert.equal(status, expected[index], path)
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self';/)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    if (path === '/status/') assert.doesNotMatch(text, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/)
  }
})

test('a reader that does not read holds a bounded number of changes and gets a fresh state', async (t) => {
  const { socket, made } = await doorWay(t)
  const writer = await overSocket(socket)
  await writer.ask('hello', hello())
  const opened = await writer.ask('session.open', {
    settings: { 'softphone.servers': 'sip:127.0.0.1', 'softphone.user': 'alice' },
  })
  const session = opened.result?.['session'] as string
  const slow = connect(socket)
  const lines: Told[] = []
  const reader = createInterface(slow)
  reader.on('line', (line) => lines.push(JSON.parse(line) as Told))
  const more = (): Promise<unknown> => new Promise((resolve) => reader.once('line', resolve))
  slow.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params: hello() })}\n`)
  await more()
  slow.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'config.watch', session, params: {} })}\n`)
  while (lines.length < 2) await more()
  reader.pause()
  slow.pause()
  const many = 3000
  const wide = Array.from({ length: 500 }, (_, n) => String(n).padStart(8, '9'))
  for (let n = 0; n < many; n++) {
    await writer.ask('config.set', { name: 'calls.deny', value: [...wide, String(n)] }, session)
  }
  slow.resume()
  reader.resume()
  const isLast = (told: Told): boolean => JSON.stringify(told.params ?? {}).includes(`"${many - 1}"`)
  while (!lines.some(isLast)) await more()
  const told = lines.slice(2)
  assert.ok(
    told.some(({ params }) => params?.['resync'] === true),
    'there was a fresh state',
  )
  // Beyond the core's queue only what the system's own buffers of a socket took.
  assert.ok(told.length < maxWatchBacklog + 800, `${told.length} of ${many} were kept`)
  slow.destroy()
  assert.equal(made.core.applications().length, 2)
})

test('at most 1024 requests of a connection wait; the next is refused and the connection lives', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'))
  let cancelled = 0
  const attachment: Attachment = {
    id: 'application_x',
    call: (_, __, options) => {
      options?.signal?.addEventListener('abort', () => cancelled++)
      return new Promise(() => undefined)
    },
    watch: () => assert.fail('nothing is watched'),
    frame: () => undefined,
    detach: () => undefined,
  }
  const tokens = openTokens({})
  const door = await openDoor({ core: { attach: () => attachment }, tokens, socket: join(folder, 's') })
  t.after(async () => {
    await door.close()
    tokens.close()
    rmSync(folder, { recursive: true })
  })
  const application = await overSocket(door.socket as string)
  await application.ask('hello', hello())
  for (let n = 0; n < 1025; n++) application.say({ id: `h${n}`, method: 'calls.hold', params: {} })
  const refused = await application.next()
  assert.deepEqual([refused?.id, refused?.error?.data.code], ['h1024', 'too-many-requests'])
  application.say({ id: 'h7', method: 'calls.hold', params: {} })
  assert.equal((await application.next())?.error?.data.code, 'request-malformed')
  application.say({ method: '$cancel', params: { id: 'h7' } })
  application.say('?')
  await application.next()
  assert.equal(cancelled, 1)
})

test('tokens are kept hashed in a file of their user alone, and hold after a restart until they expire', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'))
  const file = join(folder, 'tokens.json')
  let now = Date.parse('2026-01-01T00:00:00Z')
  const first = openTokens({ file, wall: () => now })
  const token = first.issue({
    application: 'crm',
    scopes: ['calls.read'],
    origins: ['https://a.example'],
    validForMs: 1000,
  })
  first.close()
  assert.ok(!readFileSync(file, 'utf8').includes(token.slice(7, 30)))
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
  const second = openTokens({ file, wall: () => now })
  assert.deepEqual(second.admit(token, { application: 'crm', own: false }).scopes, ['calls.read'])
  assert.ok(second.knowsOrigin('https://A.example'))
  now += 1000
  assert.throws(() => second.admit(token, { application: 'crm', own: false }), { code: 'token-rejected' })
  assert.ok(!second.knowsOrigin('https://a.example'))
  second.close()
  rmSync(folder, { recursive: true })
})
