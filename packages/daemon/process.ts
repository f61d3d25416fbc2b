// The daemon: lock, log, core, door, and a clean end of all of them in the opposite order.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ParleyError } from '@openparley/contract'
import { placesOf } from '@openparley/contract/places'
import type { Core, HostPort } from '@openparley/core'
import { type Door, openDoor } from './door.ts'
import { figures } from './figures.ts'
import { type Lock, takeLock } from './lock.ts'
import { levelOf, type Log, openLog } from './log.ts'
import { type Stopping, stopping } from './stopping.ts'
import { openTokens } from './tokens.ts'

export interface DaemonOptions {
  readonly version: string
  readonly makeCore: (parts: {
    readonly version: string
    readonly host: HostPort
    readonly dataFolder: string
  }) => Core | Promise<Core>
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Runs until somebody stops it; the process' exit status. 0 also where another core holds the lock already. */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { version, env = process.env } = options
  process.title = 'parley-core'
  const wanted = readWishes(options.args ?? [], env)
  const places = placesOf({ env, platform: process.platform, home: homedir(), user: userInfo().username })
  mkdirSync(places.data, { recursive: true, mode: 0o700 })
  const taken = takeLock(places.lock, () => shortEnough(places.socket))
  if (taken.is === 'taken') return 0
  const { lock } = taken
  const logFile = join(places.data, 'core.log')
  const { log, close: closeLog } = openLog({ file: logFile, level: wanted.level })
  const tokens = openTokens({
    file: join(places.data, 'tokens.json'),
    onUnreadable: (why) => log.warn({ why }, 'the tokens cannot be read; all are void'),
  })
  const { promise: going, resolve: go } = Promise.withResolvers<Leaving>()
  const untrap = trap(log, go, () => counts.mistake())
  let core: Core | undefined
  let door: Door | undefined
  const running = (): Core => core as Core
  const counts = figures(running)
  let purpose: Stopping | undefined
  try {
    core = await options.makeCore({
      version,
      dataFolder: places.data,
      host: {
        pid: process.pid,
        log: logFile,
        note: ({ level, session, what, facts }) => log[level]({ session, ...facts }, what),
        stop: (how) => purpose?.stop(how),
        issueToken: async (request) => {
          log.info({ application: request.application, scopes: request.scopes }, 'a token was issued')
          return tokens.issue(request)
        },
        oneTimeAddress: (request, path) => {
          log.info({ application: request.application, scopes: request.scopes }, 'a page was let in')
          return (door as Door).oneTimeAddress(request, path)
        },
        revokeTokens: async (application) => {
          log.info({ application }, 'tokens were revoked')
          return tokens.revoke(application)
        },
      },
    })
    const { lingerMs, firstMs, port, pages } = wanted
    purpose = stopping({ core: running, lingerMs, firstMs, go })
    door = await openDoor({
      core: logged(purpose.core, log),
      tokens,
      socket: lock.content.socket,
      port,
      pages,
      metrics: counts.read,
      refused: (why) => log.warn({ why }, 'refused'),
      answered: (method, code, tookMs, session) => {
        counts.answered(method, code, tookMs)
        if (code === 'internal') log.error({ session, method, error: code }, 'answered')
        else log.debug({ session, method, error: code, tookMs }, 'answered')
      },
    })
    lock.tell(door.http === undefined ? {} : { http: door.http })
    log.info({ version, pid: process.pid, socket: door.socket, http: door.http }, 'started')
    const { why, restart, status } = await going
    log.info({ why, restart }, 'stopping')
    return await end({ purpose, door, core, lock, log, usualSocket: places.socket, restart, status })
  } catch (error) {
    log.fatal({ err: error }, 'could not start')
    await door?.close()
    await core?.close()
    lock.release()
    throw error
  } finally {
    untrap()
    purpose?.close()
    tokens.close()
    closeLog()
  }
}

interface Leaving {
  readonly why: string
  readonly restart: boolean
  readonly status?: number
}

async function end(parts: {
  readonly purpose: Stopping
  readonly door: Door
  readonly core: Core
  readonly lock: Lock
  readonly log: Log
  readonly usualSocket: string
  readonly restart: boolean
  readonly status: number | undefined
}): Promise<number> {
  const { purpose, door, core, lock, log, usualSocket, restart, status = 0 } = parts
  purpose.close()
  const done = (async () => {
    await door.close(new ParleyError('core-stopping', restart ? 'it starts again' : undefined))
    await core.close()
    return 'done' as const
  })()
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, endMs, 'late').unref())
  if ((await Promise.race([done, late])) === 'late') log.error({ endMs }, 'not everything ended in time')
  lock.release()
  if (lock.content.socket !== usualSocket)
    rmSync(dirname(lock.content.socket), { recursive: true, force: true, maxRetries: 10 })
  log.info('stopped')
  if (restart) {
    // The same program with the same words, in place of this one.
    const args = [...process.execArgv, ...process.argv.slice(1)]
    spawn(process.execPath, args, { detached: true, stdio: 'ignore', windowsHide: true }).unref()
  }
  return status
}

/** Signals end the process cleanly; a mistake in one session does not end the others'. */
function trap(log: Log, go: (leaving: Leaving) => void, mistaken: () => void): () => void {
  let recent: number[] = []
  const stop = (signal: NodeJS.Signals): void => go({ why: signal, restart: false })
  const verbose = (): void => {
    log.level = log.level === 'debug' ? 'info' : 'debug'
    log.info({ level: log.level }, 'the log’s level was changed')
  }
  const mistake = (error: unknown): void => {
    mistaken()
    log.error({ err: error }, 'a mistake that nobody caught')
    const now = performance.now()
    recent = [...recent.filter((at) => now - at < mistakesWithinMs), now]
    // So many are no accident of one session: what is left cannot be trusted.
    if (recent.length > mostMistakes) go({ why: 'too many mistakes', restart: false, status: 1 })
  }
  const handlers: [string, (...args: never[]) => void][] = [
    ['SIGTERM', stop],
    ['SIGINT', stop],
    ['uncaughtException', mistake],
    ['unhandledRejection', mistake],
    ...(process.platform === 'win32' ? [] : [['SIGUSR2', verbose] as [string, () => void]]),
  ]
  for (const [name, handler] of handlers) process.on(name, handler as () => void)
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler as () => void)
  }
}

function logged(core: Pick<Core, 'attach'>, log: Log): Pick<Core, 'attach'> {
  return {
    attach: (request) => {
      const attachment = core.attach(request)
      const { id } = attachment
      log.info({ application: id, name: request.name, role: request.role, leaves: request.leaves }, 'attached')
      return {
        ...attachment,
        detach: () => {
          attachment.detach()
          log.info({ application: id }, 'detached')
        },
      }
    },
  }
}

interface Wishes {
  readonly lingerMs: number
  readonly firstMs: number | undefined
  readonly port: number | undefined
  readonly level: string
  readonly pages: string | undefined
}

/** Words of the command line, else the environment, else what is usual. */
function readWishes(args: readonly string[], env: NodeJS.ProcessEnv): Wishes {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      pages: { type: 'string' },
      stay: { type: 'boolean' },
      'no-http': { type: 'boolean' },
      'linger-ms': { type: 'string' },
      'log-level': { type: 'string' },
    },
  })
  const whole = (text: string | undefined, usual: number, most: number): number => {
    const number = text === undefined || text === '' ? usual : Number(text)
    if (!Number.isInteger(number) || number < 0 || number > most) throw new ParleyError('setting-invalid', text)
    return number
  }
  return {
    lingerMs: whole(values['linger-ms'] ?? env['PARLEY_LINGER_MS'], 2000, 2 ** 31 - 1),
    firstMs: values.stay ? undefined : firstApplicationMs,
    port: values['no-http'] ? undefined : whole(values.port ?? env['PARLEY_PORT'], 0, 65_535),
    level: levelOf(values['log-level'] ?? env['PARLEY_LOG_LEVEL']),
    pages: values.pages ?? env['PARLEY_PAGES'] ?? ownPages(),
  }
}

/** The pages that are packed with a published daemon; in the workspace there are none, and whoever starts the core names them. */
function ownPages(): string | undefined {
  const own = join(import.meta.dirname, 'pages')
  return existsSync(own) ? own : undefined
}

/** A Unix socket's path has 104 bytes on some systems: a longer one gives way to a folder of our own for temporary files. */
function shortEnough(socket: string): string {
  if (process.platform === 'win32' || Buffer.byteLength(socket) <= maxSocketPath) return socket
  return join(mkdtempSync(join(tmpdir(), 'parley-')), 's')
}

const endMs = 5000
const firstApplicationMs = 30_000
const mostMistakes = 20
const mistakesWithinMs = 60_000
const maxSocketPath = 100
