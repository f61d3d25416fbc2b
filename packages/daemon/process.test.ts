import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, type Core, type NodeOptions } from '@openparley/sdk'
import { lives, readLock, startTimeOf, takeLock } from './lock.ts'
import { openLog } from './log.ts'

const program = join(import.meta.dirname, 'daemon.suite.ts')
const alice = { 'softphone.servers': 'sip:127.0.0.1', 'softphone.user': 'alice', 'softphone.password': 'wonderland' }

interface Home {
  readonly folder: string
  readonly lock: string
  start(...args: string[]): ChildProcess
  /** Waits for a core there and attaches to it. */
  connect(options?: Partial<NodeOptions>): Promise<Core>
}

function home(t: TestContext): Home {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'))
  const env = { ...process.env, PARLEY_HOME: folder }
  const lock = join(folder, 'core.lock')
  const cores: Core[] = []
  const started: ChildProcess[] = []
  t.after(() => {
    for (const core of cores) core.close()
    for (const child of started) child.kill('SIGKILL')
    const holder = readLock(lock)
    if (holder && holder.pid !== process.pid && lives(holder)) process.kill(holder.pid, 'SIGKILL')
    rmSync(folder, { recursive: true, maxRetries: 5 })
  })
  const bin = join(folder, 'parley')
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
  chmodSync(bin, 0o700)
  return {
    folder,
    lock,
    start: (...args) => {
      const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      started.push(child)
      return child
    },
    connect: async (options) => {
      Object.assign(process.env, { PARLEY_HOME: folder, PARLEY_BIN: bin, PARLEY_LINGER_MS: '50' })
      const core = await connect({ application: 'test', role: 'approve', ...options })
      cores.push(core)
      return core
    },
  }
}

/** The exit status. */
async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

test('twenty starts at once give one core; the others step back and it serves them all', async (t) => {
  const { start, lock, connect } = home(t)
  // A lock that was left behind makes it harder: all twenty see it.
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 7, socket: '/nowhere', startTime: '1' }))
  const children = Array.from({ length: 20 }, () => start('--stay', '--no-http'))
  const core = await until(() => connect({ start: false }))
  const { state } = await core.system.get()
  const others = children.filter(({ pid }) => pid !== state.pid)
  assert.deepEqual(
    await Promise.all(others.map(end)),
    Array.from({ length: others.length }, () => 0),
  )
  assert.equal(readLock(lock)?.pid, state.pid)
})

test('a lock is stale when its process is gone, began at another time, or when it is broken', (t) => {
  const { lock } = home(t)
  const stale = [
    JSON.stringify({ pid: 2 ** 22 + 7, socket: '/nowhere' }),
    // This very process, as one that began at another time: the pid was given away again.
    JSON.stringify({ pid: process.pid, socket: '/nowhere', startTime: 'another time' }),
    '{"pid":',
    '',
    'null',
  ]
  for (const text of process.platform === 'win32' ? [stale[0] as string] : stale) {
    writeFileSync(lock, text)
    const taken = takeLock(lock, () => '/here')
    assert.equal(taken.is, 'ours', text)
    assert.deepEqual(readLock(lock), { pid: process.pid, socket: '/here', startTime: startTimeOf(process.pid) })
    const again = takeLock(lock, () => '/there')
    assert.ok(again.is === 'taken' && again.by.socket === '/here')
    if (taken.is === 'ours') taken.lock.release()
    assert.equal(existsSync(lock), false)
  }
})

test('the core starts on demand and goes a little after the last application has left', async (t) => {
  const { connect, lock } = home(t)
  // One after the other: of two that start at once, the process that steps back may come so late that it finds nobody and stays.
  const one = await connect()
  const two = await connect({ application: 'other' })
  const { pid } = (await one.system.get()).state
  assert.equal((await two.system.get()).state.pid, pid)
  const held = readLock(lock)
  assert.ok(held && lives(held))
  const changes = two.system.watch()[Symbol.asyncIterator]()
  await changes.next()
  one.close()
  const left = (await changes.next()).value
  assert.ok(left?.type === 'change' && left.change.type === 'detached')
  assert.equal((await two.system.get()).state.applications.length, 1)
  two.close()
  await gone(() => lives(held))
  assert.deepEqual([existsSync(lock), existsSync(held.socket)], [false, false])
})

test('an application that leaves with `stay` leaves the core running', async (t) => {
  const { connect } = home(t)
  const staying = await connect({ leaves: 'stay' })
  const { pid } = (await staying.system.get()).state
  staying.close()
  const visitor = await connect()
  visitor.close()
  // Longer than the core would linger.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const again = await connect({ start: false })
  assert.equal((await again.system.get()).state.pid, pid)
  await again.system.stop({ when: 'now' })
})

test('told to stop when idle, the core waits for its calls and for other applications', async (t) => {
  const { connect, lock } = home(t)
  const core = await connect({ leaves: 'stay' })
  const other = await connect({ application: 'other' })
  const session = await core.open(alice)
  const held = readLock(lock)
  assert.ok(held)
  const { call } = await session.calls.dial({ to: '204' })
  await core.system.stop({ when: 'idle' })
  other.close()
  const goesOn = async (): Promise<void> => {
    // Far longer than the core takes to go when nothing holds it.
    for (let n = 0; n < 500; n++) await core.system.get()
  }
  await goesOn()
  const another = await connect({ application: 'another', start: false })
  await session.calls.end({ call })
  await goesOn()
  assert.ok(lives(held))
  another.close()
  await gone(() => lives(held))
})

test('whoever comes while a core is about to end gets a new one', async (t) => {
  const { connect } = home(t)
  const core = await connect({ leaves: 'stay' })
  const { pid } = (await core.system.get()).state
  await core.system.stop({ when: 'now' })
  await core.closed
  const next = await connect()
  assert.notEqual((await next.system.get()).state.pid, pid)
  core.close()
})

test('SIGTERM ends it cleanly: lock and socket are gone and the status is 0', async (t) => {
  const { start, connect, lock } = home(t)
  const child = start('--stay')
  const core = await until(() => connect({ start: false }))
  const held = readLock(lock)
  assert.ok(held)
  assert.match(String(readLock(lock)?.http), /^http:\/\/127\.0\.0\.1:\d+$/)
  child.kill('SIGTERM')
  assert.equal(await end(child), 0)
  assert.deepEqual([existsSync(lock), existsSync(held.socket)], [false, false])
  core.close()
})

test('after a restart applications are attached again, sessions open again, and watches go on with a fresh state', async (t) => {
  const { connect } = home(t)
  const statuses: string[] = []
  const core = await connect({ leaves: 'stay', onStatus: (status) => statuses.push(status), patienceMs: 20_000 })
  const session = await core.open(alice)
  const [first, before] = [(await core.system.get()).state.pid, session.id]
  const watching = session.phones.watch()[Symbol.asyncIterator]()
  await watching.next()
  await core.system.stop({ when: 'now', restart: true })
  let seen = (await watching.next()).value
  while (seen?.type !== 'snapshot') seen = (await watching.next()).value
  assert.equal(seen.resync, true)
  assert.equal(seen.state.phones[0]?.address, 'sip:alice@127.0.0.1')
  const { pid } = (await core.system.get()).state
  assert.notEqual(pid, first)
  assert.notEqual(session.id, before)
  assert.deepEqual(statuses, ['waiting', 'connected'])
  await watching.return?.()
  await core.system.stop({ when: 'now' })
})

test('a mistake in one session ends neither the process nor another session, and is in the log', async (t) => {
  const { connect, folder } = home(t)
  const core = await connect()
  const session = await core.open(alice)
  const other = await core.open({ ...alice, 'softphone.user': 'bob' })
  const { pid } = (await core.system.get()).state
  await session.calls.dial({ to: 'boom' })
  const { call } = await other.calls.dial({ to: '204' })
  await other.calls.until(call, ({ state }) => state === 'alerting', { timeoutMs: 5000 })
  assert.equal((await core.system.get()).state.pid, pid)
  const log = readFileSync(join(folder, 'core.log'), 'utf8')
  assert.match(log, /a mistake in one session/)
  assert.ok(!log.includes('wonderland'))
  await other.calls.end({ call })
  await core.system.stop({ when: 'now' })
})

test('figures are for whoever has a token that may read the system, and count what happened', async (t) => {
  const { connect, lock } = home(t)
  const core = await connect()
  const session = await core.open(alice)
  await session.calls.dial({ to: '204' })
  await assert.rejects(core.call('made.up'), { code: 'method-unknown' })
  const read = async (scope?: 'system.read' | 'calls.read'): Promise<{ status: number; text: string }> => {
    const made = scope && (await core.system.issueToken({ application: scope, scopes: [scope] }))
    const headers: Record<string, string> = made ? { authorization: `Bearer ${made.token}` } : {}
    const answer = await fetch(`${readLock(lock)?.http}/metrics`, { headers })
    return { status: answer.status, text: await answer.text() }
  }
  assert.equal((await read()).status, 401)
  assert.equal((await read('calls.read')).status, 403)
  const { status, text } = await read('system.read')
  assert.equal(status, 200)
  assert.match(text, /^parley_applications 1$/m)
  assert.match(text, /^parley_calls 1$/m)
  assert.match(text, /^parley_requests_total\{method="calls.dial",outcome="ok"\} 1$/m)
  assert.match(text, /^parley_requests_total\{method="unknown",outcome="method-unknown"\} 1$/m)
  assert.doesNotMatch(text, /made\.up/)
  await core.system.stop({ when: 'now' })
})

test('a program that cannot start a core tells its last words', async (t) => {
  const { folder } = home(t)
  const bin = join(folder, 'broken')
  writeFileSync(bin, '#!/bin/sh\necho "no such thing here" >&2\nexit 3\n')
  chmodSync(bin, 0o700)
  Object.assign(process.env, { PARLEY_HOME: folder, PARLEY_BIN: bin })
  await assert.rejects(connect({ application: 'test' }), { code: 'core-start-failed', detail: 'no such thing here' })
})

test('the log is turned over at its bound, is its user’s alone, and hides secrets wherever they are', (t) => {
  const { folder } = home(t)
  const file = join(folder, 'log', 'core.log')
  const { log, close } = openLog({ file, maxBytes: 2000 })
  log.info({ settings: alice, token: 'parley_1', deep: { in: { 'softphone.password': 'wonderland' } } }, 'secrets')
  const first = readFileSync(file, 'utf8')
  assert.match(first, /alice/)
  assert.doesNotMatch(first, /wonderland|parley_1/)
  for (let n = 0; n < 100; n++) log.info({ n }, 'a line')
  close()
  const now = statSync(file)
  assert.ok(now.size <= 2000 && statSync(`${file}.1`).size <= 2000)
  assert.match(readFileSync(file, 'utf8'), /"n":99/)
  if (process.platform !== 'win32') assert.equal(now.mode & 0o777, 0o600)
})

async function gone(isThere: () => boolean): Promise<void> {
  const last = performance.now() + patienceMs
  while (isThere()) {
    assert.ok(performance.now() < last, 'it is still there')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function until<T>(act: () => Promise<T>): Promise<T> {
  const last = performance.now() + patienceMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (performance.now() > last) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Twenty Nodes that start at once on two busy cores read their sources for a minute; the lock itself takes them one second. */
const patienceMs = 180_000
