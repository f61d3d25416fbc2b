// One core for one user: who runs is written in a file that is taken by one process at a time.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LockContent } from '@openparley/contract/places'

export interface Lock {
  readonly content: LockContent
  /** Tells more about this core. */
  tell(more: Partial<LockContent>): void
  /** Gives the lock up. Repeating it is harmless. */
  release(): void
}

export type Taken = { readonly is: 'ours'; readonly lock: Lock } | { readonly is: 'taken'; readonly by: LockContent }

/** Takes the lock unless a process that lives holds it. Of any number that try at once, one gets it. */
export function takeLock(path: string, socketPath: () => string): Taken {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return alone(path, () => {
    const holder = readLock(path)
    if (holder && lives(holder)) return { is: 'taken', by: holder }
    const { pid } = process
    const startTime = startTimeOf(pid)
    let content: LockContent = { pid, socket: socketPath(), ...(startTime === undefined ? {} : { startTime }) }
    write(path, content)
    const isOurs = (): boolean => {
      const now = readLock(path)
      return now?.pid === pid && now.startTime === startTime
    }
    const lock: Lock = {
      get content() {
        return content
      },
      tell: (more) => {
        content = { ...content, ...more }
        alone(path, () => isOurs() && write(path, content))
      },
      release: () => alone(path, () => isOurs() && rmSync(path, { force: true })),
    }
    return { is: 'ours', lock }
  })
}

/** What the lock says, whether or not its process lives; undefined where there is none or it is broken. */
export function readLock(path: string): LockContent | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockContent> | undefined
    return typeof content?.socket === 'string' && Number.isInteger(content.pid) ? (content as LockContent) : undefined
  } catch {
    return undefined
  }
}

/** Whether the process that wrote the lock is there: a pid alone may have been given to another since. */
export function lives({ pid, startTime }: LockContent): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = startTimeOf(pid)
  return startTime === undefined || now === undefined || now === startTime
}

/** When a process began, in the system's own words; undefined where that cannot be told. */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform === 'win32') return undefined
    if (process.platform !== 'linux') {
      const told = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 2000 }).trim()
      return told === '' ? undefined : told
    }
    // Field 22 of proc_pid_stat(5), in ticks since the machine began; the name before it may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${fields.at(19)}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`
  } catch {
    return undefined
  }
}

/** SQLite's file lock is the system's own: it ends with its process, so that it is never stale itself. */
function alone<T>(path: string, act: () => T): T {
  const guard = new DatabaseSync(`${path}.guard`, { timeout: guardMs })
  try {
    guard.exec('BEGIN EXCLUSIVE')
    return act()
  } finally {
    guard.close()
  }
}

function write(path: string, content: LockContent): void {
  const fresh = `${path}.${content.pid}.new`
  writeFileSync(fresh, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  renameSync(fresh, path)
}

const guardMs = 10_000
