// A command there and back: an application over the Unix socket to a core of its own process.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../packages/sdk/node.ts'

export interface RoundTrip {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** One after the other. */
export async function roundTrip(commands: number): Promise<RoundTrip> {
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const env = { ...process.env, PARLEY_HOME: home }
  const main = new URL('../packages/daemon/main.mjs', import.meta.url).pathname
  const child = spawn(process.execPath, [main], { stdio: 'ignore', env })
  try {
    const core = await reach(env)
    const times: number[] = []
    for (let i = 0; i < commands; i++) {
      const began = performance.now()
      await core.system.get()
      times.push(performance.now() - began)
    }
    await core.system.stop({ when: 'now' })
    core.close()
    // The first fifth warms both sides up.
    const sorted = times.slice(commands / 5).sort((a, b) => a - b)
    const at = (share: number): number =>
      Math.round((sorted[Math.floor(sorted.length * share)] as number) * 1000) / 1000
    return { p50Ms: at(0.5), p99Ms: at(0.99) }
  } finally {
    child.kill()
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

export async function reach(env: NodeJS.ProcessEnv): ReturnType<typeof connect> {
  for (let i = 0; i < 1000; i++) {
    try {
      return await connect({ application: 'bench', role: 'approve', start: false, env })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  }
  throw new Error('the daemon does not answer')
}
