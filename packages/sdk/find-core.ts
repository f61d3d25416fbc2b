// Where this user's core is, and how one is started when none runs.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LockContent, type Places, placesOf } from '@openparley/contract/places'
import { problem } from './error.ts'

export function myPlaces(env: NodeJS.ProcessEnv = process.env): Places {
  return placesOf({ env, platform: process.platform, home: homedir(), user: userInfo().username })
}

/** The lock as it lies there; whether its process lives is seen by connecting. */
export function readLock(places: Places): LockContent | undefined {
  try {
    const content = JSON.parse(readFileSync(places.lock, 'utf8')) as Partial<LockContent> | undefined
    return typeof content?.socket === 'string' ? (content as LockContent) : undefined
  } catch {
    return undefined
  }
}

/** The log of this user's core. */
export function logFile(): string {
  return join(myPlaces().data, 'core.log')
}

/** The socket to try: the lock's, else the usual one. */
export function socketOf(places: Places): string {
  return readLock(places)?.socket ?? places.socket
}

export interface Starting {
  /** Whether the process has ended because another held the lock. */
  readonly steppedBack: boolean
  /** Rejects `core-start-failed` as soon as the started process has failed; never resolves. */
  readonly failed: Promise<never>
  /** The core answers, or nobody waits any more. */
  done(): void
}

/** Starts a core of its own process, which outlives this one. Of several started at once, one stays. */
export function startCore(places: Places, env: NodeJS.ProcessEnv = process.env): Starting {
  const [program, ...args] = commandOf(env)
  mkdirSync(places.data, { recursive: true, mode: 0o700 })
  // A pipe would break when this process ends; a file does not.
  const said = join(places.data, `start-${process.pid}-${Date.now().toString(36)}.txt`)
  const output = openSync(said, 'w', 0o600)
  let child: ChildProcess
  try {
    child = spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', output], env, windowsHide: true })
  } finally {
    closeSync(output)
  }
  child.unref()
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  let steppedBack = false
  child.on('error', (error) => reject(problem('core-start-failed', `${program}: ${error.message}`)))
  child.on('exit', (status, signal) => {
    // 0: another process holds the lock already.
    if (status === 0) steppedBack = true
    else reject(problem('core-start-failed', lastWords(said) ?? `it ended with ${status ?? signal}`))
  })
  return {
    get steppedBack() {
      return steppedBack
    },
    failed: promise,
    done: () => {
      child.removeAllListeners()
      rmSync(said, { force: true })
    },
  }
}

/** PARLEY_BIN, else the daemon installed beside this package, else `parley` of the PATH: each as `… core`, in the foreground. */
function commandOf(env: NodeJS.ProcessEnv): [string, ...string[]] {
  const named = env['PARLEY_BIN']
  if (named !== undefined && named !== '') return [named, 'core']
  const main = besides()
  if (main !== undefined) return [process.execPath, main]
  const names = process.platform === 'win32' ? ['parley.cmd', 'parley.exe'] : ['parley']
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const found = names.map((name) => join(folder, name)).find((path) => folder !== '' && existsSync(path))
    if (found !== undefined) return [found, 'core']
  }
  throw problem('core-start-failed', 'neither PARLEY_BIN nor @openparley/daemon nor parley in the PATH is there')
}

function besides(): string | undefined {
  try {
    const path = fileURLToPath(import.meta.resolve('@openparley/daemon/main'))
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

function lastWords(file: string): string | undefined {
  try {
    const words = readFileSync(file, 'utf8').trim().slice(-500)
    return words === '' ? undefined : words
  } catch {
    return undefined
  }
}
