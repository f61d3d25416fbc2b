// A real server or client as a child process: on loopback, in a folder of its own, as an ordinary user, and always ended.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Peer {
  /** What it printed so far. */
  log(): string
  /** Resolves with its exit status when it has ended. */
  readonly ended: Promise<number | null>
  /** At once, and its folder stays. */
  kill(): void
  stop(): Promise<void>
}

export interface PeerOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
  /** Ended after so long whatever happens, in milliseconds. */
  readonly lifeMs?: number
}

/** An ordinary user for children of root; others run them as themselves. */
const user = process.env['PARLEY_PEER_USER'] ?? 'nobody'
const isRoot = process.getuid?.() === 0
const ids = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : undefined

/** A folder that the child may write in. */
export function peerFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `parley-${name}-`))
  if (ids) chownSync(folder, ids.uid, ids.gid)
  return folder
}

export function startPeer({ command, args, folder, env, lifeMs = 240_000 }: PeerOptions): Peer {
  const child: ChildProcess = spawn(command, args, {
    cwd: folder,
    // A group of its own: what it starts is ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, HOME: folder, LANG: 'C.UTF-8', ...env },
    ...ids,
  })
  let log = ''
  const take = (chunk: Buffer): void => {
    log = (log + chunk.toString('latin1')).slice(-200_000)
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (status) => resolve(status))
    child.once('error', (error) => {
      log += error.message
      resolve(null)
    })
  })
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  const life = setTimeout(() => kill('SIGKILL'), lifeMs)
  const last = (): void => kill('SIGKILL')
  process.once('exit', last)
  void ended.then(() => {
    clearTimeout(life)
    process.off('exit', last)
  })
  return {
    log: () => log,
    ended,
    kill: () => kill('SIGKILL'),
    stop: async () => {
      kill('SIGTERM')
      const late = setTimeout(() => kill('SIGKILL'), 3000)
      await ended
      clearTimeout(late)
      kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** Tries again until it holds. Rejects with what the peer printed. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  peer: Pick<Peer, 'log'>,
  withinMs = 20_000,
): Promise<void> {
  const last = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > last) throw new Error(`${what}: not within ${withinMs} ms\n${peer.log().slice(-3000)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The first of `count` free TCP ports in a row. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 30_000)
    const free = await Promise.all(
      Array.from(
        { length: count },
        (_, i) =>
          new Promise<boolean>((resolve) => {
            const server = createServer()
            server.once('error', () => resolve(false))
            server.listen(first + i, '127.0.0.1', () => server.close(() => resolve(true)))
          }),
      ),
    )
    if (free.every(Boolean)) return first
  }
}

/**
 * For `test(name, whenInstalled(…), …)`: runs where the program is there, is skipped with the package's name where not, and fails there under
 * PARLEY_PEERS=required.
 */
export function whenInstalled(packageName: string, programs: readonly string[]): { readonly skip: string | false } {
  const missing = programs.filter((program) => !isThere(program))
  if (missing.length === 0 || process.env['PARLEY_PEERS'] === 'required') return { skip: false }
  return { skip: `${packageName} is not installed (${missing.join(', ')})` }
}

function isThere(program: string): boolean {
  if (program.includes('/')) return existsSync(program)
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin'].some((folder) =>
    existsSync(join(folder, program)),
  )
}

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout)
}
