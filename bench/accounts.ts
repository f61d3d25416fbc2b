// What an account costs that is registered and idle, and what a call costs: one core in this process, the far sides in another.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { startInProcess } from '../packages/daemon/in-process.ts'
import { connect, direct, type Session } from '../packages/sdk/node.ts'

export interface Accounts {
  readonly accounts: number
  readonly kBPerAccount: number
  /** Of these, what the heap holds of it: what the process keeps besides depends on how it came to it. */
  readonly heapKBPerAccount: number
  /** CPU of the whole core with all accounts idle, in percent of a core. */
  readonly idleCpu: number
  readonly kBPerCall: number
}

/** `accounts` sessions, of which `calls` then call an echo; every call has its leg of the media thread. */
export async function accountsAndCalls(accounts: number, calls: number): Promise<Accounts> {
  // As the daemon's process has it.
  setFlagsFromString('--max-semi-space-size=2')
  setFlagsFromString('--semi-space-growth-factor=1')
  const far = fork(new URL('./far.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(far, 'message')) as [number]
  const dataFolder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const host = await startInProcess({ dataFolder })
  try {
    const core = await connect({
      application: 'bench',
      role: 'approve',
      over: direct((request) => host.attach(request)),
    })
    const open = async (user: string): Promise<Session> => {
      const session = await core.open({
        'softphone.servers': [`sip:127.0.0.1:${port};transport=udp`],
        'softphone.user': user,
        'softphone.password': 'secret',
      })
      await session.phones.ready({ timeoutMs: 20_000 })
      return session
    }
    // What the first account and the first call load is not theirs alone.
    const first = await open('first')
    await call(first)
    const sessions: Session[] = []
    const before = await memoryKB()
    for (let i = 0; i < accounts; i++) sessions.push(await open(`user${i}`))
    // What opening has left to do is not idling.
    await pass(10_000)
    const after = await memoryKB()
    const cpu = process.cpuUsage()
    await pass(5000)
    const { user, system } = process.cpuUsage(cpu)
    const idle = (await memoryKB()).all
    await Promise.all(sessions.slice(0, calls).map(call))
    await pass(2000)
    const perCall = ((await memoryKB()).all - idle) / calls
    return {
      accounts,
      kBPerAccount: Math.round((after.all - before.all) / accounts),
      heapKBPerAccount: Math.round((after.heap - before.heap) / accounts),
      idleCpu: Math.round(((user + system) / 5e4) * 100) / 100,
      kBPerCall: Math.round(perCall),
    }
  } finally {
    far.kill()
    await host.close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

async function call(session: Session): Promise<void> {
  const { call: id } = await session.calls.dial({ to: 'echo' })
  await session.calls.until(id, ({ state }) => state === 'connected', { timeoutMs: 20_000 })
}

/** What the process holds after what it does not need any more was given back. */
async function memoryKB(): Promise<{ readonly all: number; readonly heap: number }> {
  const { gc } = globalThis as { gc?: () => void }
  if (!gc) throw new Error('run with --expose-gc')
  for (let i = 0; i < 3; i++) {
    gc()
    await pass(50)
  }
  const { rss, heapUsed } = process.memoryUsage()
  return { all: rss / 1024, heap: heapUsed / 1024 }
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
