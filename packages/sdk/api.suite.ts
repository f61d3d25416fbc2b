// What an application may rely on, whatever carries the contract. Run three ways: direct, Unix socket, WebSocket.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type Application,
  type ErrorCode,
  type Method,
  maxWatchBacklog,
  type Scope,
  type Service,
  scopeNames,
  services,
} from '@openparley/contract'
import { type ConnectOptions, connectOver, type Core } from './client.ts'
import type { Opener } from './connection.ts'
import type { ParleyError } from './error.ts'
import type { Session } from './types.ts'

/** A core behind one kind of connection, with phones that the test moves. */
export interface ApiHouse {
  /** A way in for an application with these rights. */
  wayIn(rights: {
    readonly application: string
    readonly scopes: readonly Scope[]
    readonly session?: string
  }): Promise<{ readonly opener: Opener; readonly token?: string }>
  /** A call comes in; its id. */
  ring(from: string): string
  /** The other side of the call does that. */
  far(call: string, does: 'connects' | 'ends'): void
  /** The phone of the session that was opened first is so, for that reason. */
  phone(is: 'waiting' | 'failed', code: ErrorCode): void
  /** How often a phone was told to do that. */
  told(command: string): number
  close(): Promise<void>
}

export function apiSuite(how: string, openHouse: () => Promise<ApiHouse>): void {
  describe(`the interface over ${how}`, () => {
    let house: ApiHouse
    let session: string
    const cores: Core[] = []

    const come = async (
      application: string,
      options: Partial<ConnectOptions> & { scopes?: readonly Scope[]; bound?: string } = {},
    ): Promise<Core> => {
      const { scopes = scopeNames, bound, ...rest } = options
      const { opener, token } = await house.wayIn({
        application,
        scopes,
        ...(bound === undefined ? {} : { session: bound }),
      })
      const core = await connectOver(opener, {
        application,
        role: 'approve',
        ...(token === undefined ? {} : { token }),
        ...rest,
      })
      cores.push(core)
      return core
    }
    const open = async (core: Core): Promise<Session> => core.open(account)

    before(async () => {
      house = await openHouse()
      session = (await open(await come('first'))).id
    })
    after(async () => {
      for (const core of cores) core.close()
      await house.close()
    })

    test('every example of the contract reaches its handler and gives a result or an error that the method declares', async () => {
      const core = await come('examples')
      for (const [name, method, perSession] of everyMethod()) {
        const outcome = await settle(core.call(name, method.example, perSession ? { session } : {}))
        if ('value' in outcome) assert.ok(method.result.safeParse(outcome.value).success, `${name}: the result`)
        else assert.ok(method.errors.includes(outcome.code), `${name}: ${outcome.code}`)
      }
    })

    test('whoever lacks only the scope of a method is refused by that scope’s name, and no other', async () => {
      for (const scope of scopeNames) {
        const core = await come(`without ${scope}`, { scopes: scopeNames.filter((each) => each !== scope) })
        for (const [name, needs, perSession, params] of everyAct()) {
          const outcome = await settle(core.call(name, params, perSession ? { session } : {}))
          const refusedFor = 'code' in outcome && outcome.code === 'scope-missing' ? outcome.detail : undefined
          assert.equal(refusedFor, needs === scope ? scope : undefined, name)
        }
        core.close()
      }
    })

    test('a token that is bound to one session can neither use another nor see which there are', async () => {
      const core = await come('bound', { bound: session })
      const other = `session_${'A'.repeat(22)}`
      assert.equal((await core.at().calls.get()).revision.n >= 0, true)
      await assert.rejects(core.at(other).calls.get(), { code: 'session-unknown' })
      await assert.rejects(first(core.at(other).calls.watch()), { code: 'session-unknown' })
      await assert.rejects(core.session.get(), { code: 'scope-missing' })
      await assert.rejects(core.open(account), { code: 'scope-missing' })
      await assert.rejects(core.system.issueToken({ application: 'x', session: other, scopes: ['calls.read'] }), {
        code: 'session-unknown',
      })
    })

    test('nobody can make a token that may do more than they may', async () => {
      const core = await come('limited', { scopes: ['system.control', 'calls.read'] })
      const asked = core.system.issueToken({ application: 'x', scopes: ['calls.read', 'calls.control'] })
      await assert.rejects(asked, { code: 'scope-missing', detail: 'calls.control' })
    })

    test('an unknown method, wrong parameters and an unknown session are told apart', async () => {
      const core = await come('mistaken')
      await assert.rejects(core.call('calls.fly', {}, { session }), { code: 'method-unknown' })
      await assert.rejects(core.call('nothing'), { code: 'method-unknown' })
      await assert.rejects(core.call('calls.dial', { to: 5 }, { session }), { code: 'request-malformed' })
      await assert.rejects(core.call('calls.get', {}), { code: 'session-unknown' })
      await assert.rejects(core.at('session_x').calls.get(), { code: 'session-unknown' })
    })

    test('an error arrives with its sentence, its next step and who can mend it', async () => {
      const core = await come('told')
      await assert.rejects(core.at(session).calls.dial({ to: 'sip:' }), (error: ParleyError) => {
        assert.equal(error.code, 'number-invalid')
        assert.equal(error.sentence, 'That cannot be dialled.')
        assert.match(error.next, /number/)
        assert.deepEqual([error.retryable, error.origin], [false, 'user'])
        return true
      })
    })

    test('of ten applications that claim a call at once exactly one gets it, and all see which', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, (_, n) => come(`claimer ${n}`)))
      const call = house.ring('bob')
      const claims = await Promise.all(all.map((core) => settle(core.at(session).calls.claim({ call }))))
      const winners = claims.flatMap((claim, n) => ('value' in claim ? [all[n] as Core] : []))
      assert.equal(winners.length, 1)
      for (const claim of claims) if ('code' in claim) assert.equal(claim.code, 'call-claimed')
      for (const core of all) {
        const seen = await core.at(session).calls.until(call, ({ handler }) => handler !== undefined, soon)
        assert.equal(seen.handler, winners[0]?.application)
      }
      const { calls } = (winners[0] as Core).at(session)
      await calls.decline({ call })
      await calls.until(call, ({ state }) => state === 'ended', soon)
      for (const core of all) core.close()
    })

    test('who observes can see a call that rings and not answer it; who approves can', async () => {
      const observer = await come('observer', { role: 'observe' })
      const approver = await come('approver')
      const ringing = observer.at(session).calls.incoming()[Symbol.asyncIterator]()
      const coming = ringing.next()
      const call = house.ring('carol')
      assert.equal((await coming).value?.id, call)
      await ringing.return?.()
      await assert.rejects(observer.at(session).calls.answer({ call }), { code: 'scope-missing' })
      await approver.at(session).calls.answer({ call })
      const connected = await observer.at(session).calls.until(call, ({ state }) => state === 'connected', soon)
      assert.equal(connected.handler, approver.application)
      await assert.rejects(observer.at(session).calls.end({ call }), { code: 'call-claimed' })
      await approver.at(session).calls.end({ call })
      await observer.at(session).calls.until(call, ({ state }) => state === 'ended', soon)
    })

    test('a call that was dialled is watched from dialling to its end', async () => {
      const { calls } = (await come('dialler')).at(session)
      const { call } = await calls.dial({ to: '204' })
      await calls.until(call, ({ state }) => state === 'alerting', soon)
      house.far(call, 'connects')
      await calls.until(call, ({ state }) => state === 'connected', soon)
      house.far(call, 'ends')
      const ended = await calls.until(call, ({ state }) => state === 'ended', soon)
      assert.deepEqual([ended.end?.by, ended.remote.number], ['remote', '204'])
    })

    test('an act that is repeated with its requestId is done once, and both get the first result', async () => {
      const { calls } = (await come('repeater')).at(session)
      const before = house.told('dial')
      const ask = { to: '205', requestId: 'the-same' }
      const [one, two] = await Promise.all([calls.dial(ask), calls.dial(ask)])
      const three = await calls.dial(ask)
      assert.deepEqual([two, three], [one, one])
      assert.equal(house.told('dial'), before + 1)
      assert.notDeepEqual(await calls.dial({ to: '205' }), one)
      assert.equal(house.told('dial'), before + 2)
    })

    test('a watch gives the state and then every change, in order and without a gap', async () => {
      const { config } = (await come('watcher')).at(session)
      const { config: writer } = (await come('writer')).at(session)
      const changes = config.watch()[Symbol.asyncIterator]()
      const snapshot = (await changes.next()).value
      assert.ok(snapshot?.type === 'snapshot' && !snapshot.resync)
      const values = Array.from({ length: 100 }, (_, n) => n + 1)
      const writing = Promise.all(values.map((value) => writer.set({ name: 'calls.max', value })))
      const seen = []
      for (const _ of values) {
        const next = (await changes.next()).value
        assert.ok(next?.type === 'change')
        assert.equal(next.revision.epoch, snapshot.revision.epoch)
        seen.push([next.revision.n - snapshot.revision.n, next.change.type === 'changed' && next.change.now?.value])
      }
      await writing
      await changes.return?.()
      assert.deepEqual(
        seen,
        values.map((value) => [value, value]),
      )
    })

    test('a watcher that does not read loses changes for one fresh state, never memory', async () => {
      const { config } = (await come('sleeper')).at(session)
      const { config: writer } = (await come('busy writer')).at(session)
      const changes = config.watch()[Symbol.asyncIterator]()
      await changes.next()
      const many = 4 * maxWatchBacklog
      for (let n = 1; n <= many; n++) await writer.set({ name: 'calls.max', value: (n % 100) + 1 })
      await writer.set({ name: 'calls.max', value: 4321 })
      let read = 0
      let resyncs = 0
      let last = -1
      for (;;) {
        const next = (await changes.next()).value
        read++
        assert.ok(next && next.revision.n > last, 'revisions rise')
        last = next.revision.n
        if (next.type === 'snapshot') resyncs++
        const value =
          next.type === 'snapshot'
            ? next.state.settings['calls.max']?.value
            : next.change.type === 'changed' && next.change.now?.value
        if (value === 4321) break
      }
      await changes.return?.()
      assert.ok(resyncs >= 1, 'there was a fresh state')
      assert.ok(read <= 2 * maxWatchBacklog + 2, `${read} messages were held`)
    })

    test('a watch ends with its signal, and what it held on to is given back', async () => {
      const { phones } = (await come('leaver')).at(session)
      const leaving = new AbortController()
      const seen = []
      for await (const each of phones.watch({ signal: leaving.signal })) {
        seen.push(each.type)
        leaving.abort()
      }
      assert.deepEqual(seen, ['snapshot'])
    })

    test('an act that waits is cancelled by its signal', async () => {
      const { calls } = (await come('canceller')).at(session)
      const { call } = await calls.dial({ to: '206' })
      house.far(call, 'connects')
      await calls.until(call, ({ state }) => state === 'connected', soon)
      const cancelling = new AbortController()
      const held = calls.hold({ call }, { signal: cancelling.signal })
      const told = assert.rejects(held, { code: 'cancelled' })
      await calls.get()
      cancelling.abort()
      await told
      await assert.rejects(calls.get({ signal: cancelling.signal }), { code: 'cancelled' })
      await calls.end({ call })
    })

    test('sound of a stream crosses unchanged in both directions', async () => {
      const streaming = (await come('streamer')).at(session)
      const call = house.ring('dora')
      const { promise: heard, resolve } = Promise.withResolvers<Int16Array>()
      const stream = await streaming.openStream({ sampleRate: 8000, onFrame: (samples) => resolve(samples.slice()) })
      await streaming.calls.answer({ call, endpoint: { kind: 'stream', stream: stream.id } })
      const said = Int16Array.from({ length: 160 }, (_, n) => (n * 409) % 65_536)
      stream.write(said)
      assert.deepEqual(await heard, said)
      await stream.close()
      await streaming.calls.end({ call })
    })

    test('every attached application is seen until it leaves, and the calls of one that leaves are free', async () => {
      const watcher = await come('doorman')
      const guest = await come('guest', { leaves: 'stay' })
      const call = house.ring('emil')
      await guest.at(session).calls.claim({ call })
      const changes = watcher.system.watch()[Symbol.asyncIterator]()
      const snapshot = (await changes.next()).value
      assert.ok(snapshot?.type === 'snapshot')
      const attached: readonly Application[] = snapshot.state.applications
      const known = attached.find(({ id }) => id === guest.application)
      assert.deepEqual([known?.name, known?.role, known?.leaves], ['guest', 'approve', 'stay'])
      const id = guest.application
      guest.close()
      for (;;) {
        const next = (await changes.next()).value
        if (next?.type === 'change' && next.change.type === 'detached' && next.change.application === id) break
      }
      await changes.return?.()
      const { calls } = watcher.at(session)
      await calls.until(call, ({ handler }) => handler === undefined, soon)
      await calls.decline({ call })
    })

    test('the same settings open the same session; closing it ends its watches for everybody', async () => {
      const core = await come('second')
      const other = { ...account, 'softphone.user': 'zoe' } as const
      const opened = await core.open(other)
      assert.equal((await core.open(other)).id, opened.id)
      assert.notEqual(opened.id, session)
      const phone = await opened.phones.ready(soon)
      const ready = await opened.until(
        'phones',
        ({ phones }) => phones.every(({ state }) => state.is === 'ready'),
        5000,
      )
      assert.deepEqual(ready.phones, [phone])
      for (const is of ['waiting', 'failed'] as const) {
        house.phone(is, 'server-refused')
        const why = core.at(session).phones.ready({ timeoutMs: is === 'failed' ? 5000 : 20 })
        await assert.rejects(why, { code: 'server-refused' })
      }
      const vain = opened.until('calls', ({ calls }) => calls.length > 0, 20)
      await assert.rejects(vain, { code: 'cancelled' })
      assert.equal(phone.address, 'sip:zoe@127.0.0.1')
      const watcher = (await come('third')).at(opened.id)
      const watching = (async () => {
        for await (const seen of watcher.phones.watch()) if (seen.type === 'snapshot') await opened.close()
      })()
      await watching
      await assert.rejects(watcher.phones.get(), { code: 'session-unknown' })
    })
  })
}

const account = {
  'softphone.servers': 'sip:127.0.0.1',
  'softphone.user': 'alice',
  // Every act is tried without each scope: what dials does so that often.
  'calls.max': 1000,
  'calls.maxPerMinute': 1000,
} as const
const soon = { timeoutMs: 5000 }

function* everyMethod(): Generator<[name: string, method: Method, perSession: boolean]> {
  for (const [service, { methods, perSession }] of Object.entries(services as Record<string, Service>)) {
    for (const [word, method] of Object.entries(methods)) yield [`${service}.${word}`, method, perSession]
  }
}

/** Every method, and `get` of every state. */
function* everyAct(): Generator<[name: string, scope: Scope, perSession: boolean, params: unknown]> {
  for (const [service, { watched, perSession }] of Object.entries(services as Record<string, Service>)) {
    if (watched) yield [`${service}.get`, watched.scope, perSession, {}]
  }
  for (const [name, method, perSession] of everyMethod()) {
    // Nobody gives away what they lack: here only what the method itself needs is given.
    const given = name === 'system.issueToken' || name === 'system.oneTimeAddress' ? { scopes: [method.scope] } : {}
    yield [name, method.scope, perSession, { ...(method.example as object), ...given }]
  }
}

async function settle(promise: Promise<unknown>): Promise<{ value: unknown } | ParleyError> {
  try {
    return { value: await promise }
  } catch (error) {
    return error as ParleyError
  }
}

async function first<T>(of: AsyncIterable<T>): Promise<T | undefined> {
  for await (const each of of) return each
  return undefined
}
