// From starting the daemon's process to its door being open, and to a phone registered at the lab.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLab } from '../packages/lab/index.ts'
import { reach } from './round-trip.ts'

export interface StartUp {
  readonly bareNodeMs: number
  readonly readyMs: number
  readonly registeredMs: number
  readonly idleMB: number
}

export async function startUp(): Promise<StartUp> {
  const bareNodeMs = await ended(spawn(process.execPath, ['-e', '0']))
  const lab = await startLab()
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const before = process.env['PARLEY_HOME']
  process.env['PARLEY_HOME'] = home
  const began = performance.now()
  const child = spawn(process.execPath, [new URL('../packages/daemon/main.mjs', import.meta.url).pathname], {
    stdio: 'ignore',
  })
  try {
    const core = await reach(process.env)
    const readyMs = performance.now() - began
    const session = await core.open(lab.people[0]?.settings ?? {})
    await session.phones.ready({ timeoutMs: 10_000 })
    const registeredMs = performance.now() - began
    const { readFileSync } = await import('node:fs')
    const rss =
      process.platform === 'linux'
        ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
        : undefined
    await core.system.stop({ when: 'now' })
    core.close()
    await ended(child)
    return {
      bareNodeMs: Math.round(bareNodeMs),
      readyMs: Math.round(readyMs),
      registeredMs: Math.round(registeredMs),
      idleMB: Math.round(Number(rss ?? 0) / 1024),
    }
  } finally {
    if (before === undefined) delete process.env['PARLEY_HOME']
    else process.env['PARLEY_HOME'] = before
    child.kill()
    await lab.close()
    rmSync(home, { recursive: true, force: true })
  }
}

function ended(child: ChildProcess): Promise<number> {
  const began = performance.now()
  return child.exitCode !== null
    ? Promise.resolve(0)
    : new Promise((resolve) => child.once('exit', () => resolve(performance.now() - began)))
}
