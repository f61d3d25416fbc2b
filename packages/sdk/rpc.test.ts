import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection, Greeting } from './connection.ts'
import { fromBase64, toBase64 } from './pcm.ts'
import { greet, type PipeEvents } from './rpc.ts'

interface Said {
  readonly id: number
  readonly method: string
  readonly params: Record<string, unknown>
}

/** A connection whose other side the test speaks for. */
async function pair(greeting: Partial<Greeting> = {}) {
  const said: Said[] = []
  let events: PipeEvents | undefined
  let closed = 0
  const opening: Promise<Connection> = greet(
    (given) => {
      events = given
      return {
        send: (text) => said.push(JSON.parse(text) as Said),
        close: () => {
          closed++
        },
      }
    },
    { application: 'test', role: 'observe', leaves: 'stop', onFrame: () => undefined, ...greeting },
    new AbortController().signal,
  )
  const far = events as unknown as PipeEvents
  const say = (message: object): void => far.text(JSON.stringify({ jsonrpc: '2.0', ...message }))
  return { opening, said, say, far, closed: () => closed }
}

async function open(greeting: Partial<Greeting> = {}) {
  const made = await pair(greeting)
  made.say({ id: 1, result: { contract: '0.1', application: 'me', scopes: [] } })
  return { ...made, connection: await made.opening }
}

test('hello says the contract, the application, its role and how it leaves, and a token only where there is one', async () => {
  const { said } = await open()
  assert.deepEqual(said, [
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'hello',
      params: { contract: '0.1', application: 'test', role: 'observe', leaves: 'stop' },
    },
  ])
  assert.equal((await open({ token: 'parley_x' })).said[0]?.params['token'], 'parley_x')
})

test('whoever is not welcome learns why and closes', async () => {
  const { opening, say, closed } = await pair()
  say({ id: 1, error: { code: -32000, data: { code: 'token-rejected', sentence: 'No.', next: 'Ask.' } } })
  await assert.rejects(opening, { code: 'token-rejected', sentence: 'No.', next: 'Ask.' })
  assert.equal(closed(), 1)
})

test('answers find their questions in any order; one that nobody asked for is ignored', async () => {
  const { connection, say } = await open()
  const [a, b] = [connection.call('x.a', {}), connection.call('x.b', {})]
  say({ id: 99, result: 'nobody’s' })
  say({ id: 3, result: 'b' })
  say({ id: 2, result: 'a' })
  assert.deepEqual([await a, await b], ['a', 'b'])
})

test('all that waits for an answer is rejected when the pipe is gone, and feeds end', async () => {
  const { connection, say, far } = await open()
  const watching = connection.watch('calls', 's')
  say({ id: 2, result: { watch: 1, revision: { epoch: 'e', n: 0 }, state: {} } })
  const feed = await watching
  const next = feed.next()
  const asked = assert.rejects(connection.call('x.a', {}), { code: 'core-unreachable' })
  far.closed('gone')
  await asked
  assert.equal(await next, undefined)
  assert.equal(connection.ended?.code, 'core-unreachable')
  assert.equal((await connection.over).code, 'core-unreachable')
  await assert.rejects(connection.call('x.b', {}), { code: 'core-unreachable' })
})

test('changes that come in the same breath as the answer to their watch are not lost', async () => {
  const { connection, say } = await open()
  const watching = connection.watch('calls', 's')
  say({ id: 2, result: { watch: 7, revision: { epoch: 'e', n: 0 }, state: {} } })
  say({ method: 'calls.changed', params: { watch: 7, revision: { epoch: 'e', n: 1 }, change: 'one' } })
  const feed = await watching
  assert.deepEqual(await feed.next(), { type: 'change', revision: { epoch: 'e', n: 1 }, change: 'one' })
})

test('a cancelled call tells the core which, and a late answer harms nobody', async () => {
  const { connection, said, say } = await open()
  const cancelling = new AbortController()
  const asked = assert.rejects(connection.call('x.a', {}, { signal: cancelling.signal }), { code: 'cancelled' })
  cancelling.abort()
  await asked
  assert.deepEqual(said.at(-1)?.params, { id: 2 })
  assert.equal(said.at(-1)?.method, '$cancel')
  say({ id: 2, result: 'late' })
  const other = connection.call('x.b', {})
  say({ id: 3, result: 'b' })
  assert.equal(await other, 'b')
})

test('the core’s parting words are why it is over', async () => {
  const { connection, say } = await open()
  say({ method: '$closed', params: { error: { code: 'core-stopping', sentence: 'It stops.' } } })
  assert.equal((await connection.over).code, 'core-stopping')
})

test('a core that does not speak JSON is given up', async () => {
  const { connection, far, closed } = await open()
  far.text('HTTP/1.1 200 OK')
  assert.equal((await connection.over).code, 'core-unreachable')
  assert.equal(closed(), 1)
})

test('an error that this SDK does not know yet keeps its own code and words', async () => {
  const { connection, say } = await open()
  const asked = connection.call('x.a', {})
  say({
    id: 2,
    error: { code: -32000, message: 'm', data: { code: 'from-the-future', sentence: 'New.', next: 'Wait.' } },
  })
  await assert.rejects(asked, { code: 'from-the-future', sentence: 'New.', next: 'Wait.' })
})

test('sound is little-endian in base64: known bytes, both ways, and nothing else is taken', async () => {
  assert.equal(toBase64(Int16Array.of(1, -2, 0x1234)), Buffer.from([1, 0, 0xfe, 0xff, 0x34, 0x12]).toString('base64'))
  assert.deepEqual(fromBase64('AQD+/zQS'), Int16Array.of(1, -2, 0x1234))
  for (const text of [undefined, 5, '!!', 'AQ==']) assert.equal(fromBase64(text), undefined)
})
