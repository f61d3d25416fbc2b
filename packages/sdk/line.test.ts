import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ErrorCode } from '@openparley/contract'
import { type ConnectOptions, connectOver, type Core } from './client.ts'
import type { Connection, Feed, FeedMessage, Opener } from './connection.ts'
import { type ParleyError, problem } from './error.ts'

interface Asked {
  readonly method: string
  readonly params: unknown
  readonly session: string | undefined
}

interface Far {
  /** Opens each attempt: a connection, or why not. */
  readonly opener: Opener
  /** When each attempt was made, in milliseconds of the mocked clock. */
  readonly attempts: { readonly at: number; readonly before: ErrorCode | undefined }[]
  readonly asked: Asked[]
  /** What the next attempts are answered with; nothing: they succeed. */
  readonly refusals: ErrorCode[]
  /** The open connection is lost. */
  lose(why: ErrorCode): void
}

/** A core at the other end of no wire; each connection to it opens sessions under names of their own. */
function far(): Far {
  let lose: (why: ParleyError) => void = () => undefined
  let connections = 0
  const attempts: Far['attempts'] = []
  const asked: Asked[] = []
  const refusals: ErrorCode[] = []
  const opener: Opener = async (_, { before, signal }) => {
    attempts.push({ at: Date.now(), before: before?.code })
    const refusal = refusals.shift()
    if (refusal) throw problem(refusal)
    if (signal.aborted) throw problem('cancelled')
    const number = ++connections
    let ended: ParleyError | undefined
    const over = Promise.withResolvers<ParleyError>()
    const endings: (() => void)[] = []
    const end = (why: ParleyError): void => {
      ended ??= why
      for (const each of endings) each()
      over.resolve(why)
    }
    lose = end
    const connection: Connection = {
      welcome: { contract: '0.1', application: `application ${number}`, scopes: [] },
      call: async (method, params, { session } = {}) => {
        if (ended) throw ended
        asked.push({ method, params, session })
        return method === 'session.open' ? { session: `session ${number}` } : { number }
      },
      watch: async (service, session) => {
        if (ended) throw ended
        asked.push({ method: `${service}.watch`, params: {}, session })
        const { promise, resolve } = Promise.withResolvers<FeedMessage | undefined>()
        endings.push(() => resolve(undefined))
        const feed: Feed = {
          snapshot: { revision: { epoch: `${number}`, n: 0 }, state: { calls: [] } },
          next: () => promise,
          stop: () => resolve(undefined),
        }
        return feed
      },
      frame: () => undefined,
      close: () => end(problem('core-unreachable')),
      get ended() {
        return ended
      },
      over: over.promise,
    }
    return connection
  }
  return { opener, attempts, asked, refusals, lose: (why) => lose(problem(why)) }
}

async function line(
  t: TestContext,
  options: Partial<ConnectOptions> = {},
): Promise<Far & { core: Core; pass(ms: number): Promise<void> }> {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  // The back-off without jitter.
  t.mock.method(Math, 'random', () => 1)
  const made = far()
  const core = await connectOver(made.opener, { application: 'test', ...options })
  return {
    ...made,
    core,
    pass: async (ms) => {
      // First whatever is to happen without time passing.
      await new Promise(setImmediate)
      for (let passed = 0; passed < ms; passed += 50) {
        t.mock.timers.tick(50)
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
      }
    },
  }
}

test('a lost connection is opened again after 250 ms, then after twice as long each time, up to ten seconds', async (t) => {
  const { attempts, refusals, lose, pass, core } = await line(t)
  refusals.push(...Array.from({ length: 8 }, (): ErrorCode => 'core-unreachable'))
  lose('core-unreachable')
  await pass(60_000)
  const gaps = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0))
  assert.deepEqual(gaps, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
  assert.equal(core.status, 'connected')
  assert.equal(core.application, 'application 1', 'known anew at the next call')
  await core.call('system.get')
  assert.equal(core.application, 'application 2')
})

test('the opener learns why the last connection ended: a core that was stopped is not started again', async (t) => {
  const { attempts, lose, pass } = await line(t)
  lose('core-stopping')
  await pass(300)
  assert.deepEqual(
    attempts.map(({ before }) => before),
    [undefined, 'core-stopping'],
  )
})

test('what is asked while the line is lost waits for the next connection, but not for ever', async (t) => {
  const { refusals, lose, pass, core } = await line(t, { patienceMs: 400 })
  lose('core-unreachable')
  const patient = core.call('system.get')
  await pass(300)
  assert.deepEqual(await patient, { number: 2 })
  refusals.push('core-unreachable', 'core-unreachable', 'core-unreachable')
  lose('core-unreachable')
  const vain = assert.rejects(core.call('system.get'), { code: 'core-unreachable' })
  await pass(450)
  await vain
})

test('sessions are opened again before anybody uses the new connection, and are known by their new names', async (t) => {
  const { asked, lose, pass, core } = await line(t)
  const settings = { 'softphone.user': 'alice' }
  const session = await core.open(settings)
  assert.equal(session.id, 'session 1')
  lose('core-unreachable')
  const waiting = session.calls.get()
  await pass(300)
  await waiting
  assert.equal(session.id, 'session 2')
  assert.deepEqual(asked.slice(1), [
    { method: 'session.open', params: { settings }, session: undefined },
    { method: 'calls.get', params: {}, session: 'session 2' },
  ])
})

test('a session that was closed is not opened again', async (t) => {
  const { asked, lose, pass, core } = await line(t)
  const session = await core.open({ 'softphone.user': 'alice' })
  await session.close()
  lose('core-unreachable')
  await pass(300)
  assert.equal(asked.filter(({ method }) => method === 'session.open').length, 1)
})

test('a watch goes on over a lost connection with a fresh state that says so', async (t) => {
  const { lose, pass, core } = await line(t)
  const session = await core.open({ 'softphone.user': 'alice' })
  const changes = session.calls.watch()[Symbol.asyncIterator]()
  const first = (await changes.next()).value
  lose('core-unreachable')
  const next = changes.next()
  await pass(300)
  const second = (await next).value
  assert.ok(first?.type === 'snapshot' && second?.type === 'snapshot')
  assert.deepEqual([first.resync, second.resync, second.revision.epoch], [false, true, '2'])
  await changes.return?.()
})

for (const code of ['token-rejected', 'origin-refused', 'contract-unsupported'] as const) {
  test(`${code} does not mend by trying again: the line is closed and its watches tell why`, async (t) => {
    const seen: string[] = []
    const { attempts, refusals, lose, pass, core } = await line(t, {
      onStatus: (status, why) => seen.push(`${status} ${why?.code}`),
    })
    const changes = core.system.watch()[Symbol.asyncIterator]()
    await changes.next()
    refusals.push(code)
    lose('core-unreachable')
    const next = assert.rejects(changes.next(), { code })
    await pass(20_000)
    await next
    assert.equal(attempts.length, 2)
    assert.deepEqual(seen, ['waiting core-unreachable', `closed ${code}`])
    await assert.rejects(core.call('system.get'), { code })
  })
}

test('closing ends watches quietly, rejects what is asked later, and leaves no timer', async (t) => {
  const { attempts, lose, pass, core } = await line(t)
  const changes = core.system.watch()[Symbol.asyncIterator]()
  await changes.next()
  lose('core-unreachable')
  const next = changes.next()
  await pass(50)
  core.close()
  assert.equal((await next).done, true)
  await pass(20_000)
  assert.equal(attempts.length, 1)
  assert.equal(core.status, 'closed')
  await assert.rejects(core.call('system.get'), { code: 'core-unreachable' })
})

test('acts that take a requestId get one of their own each time, and keep the one that is given', async (t) => {
  const { asked, core } = await line(t)
  const { calls } = await core.open({ 'softphone.user': 'alice' })
  await calls.dial({ to: '1' })
  await calls.dial({ to: '1' })
  await calls.dial({ to: '1', requestId: 'mine' })
  await calls.hold({ call: 'x' })
  const ids = asked.slice(1).map(({ params }) => (params as { requestId?: string }).requestId)
  assert.match(String(ids[0]), /^[\da-f-]{36}$/)
  assert.notEqual(ids[0], ids[1])
  assert.deepEqual(ids.slice(2), ['mine', undefined])
})
