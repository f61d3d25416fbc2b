// Where the core of this user is found: folders and the lock. Used by the daemon, and by applications that look for it.

export interface Places {
  /** Settings, data, tokens and the log. */
  readonly data: string
  /** Who runs: a `LockContent` as JSON, only while a core runs or after it was killed. */
  readonly lock: string
  /** The Unix socket, or the named pipe's name. Where the lock names another, that one is right. */
  readonly socket: string
}

/** The lock's content. */
export interface LockContent {
  readonly pid: number
  /** When that process began, as the system tells it: a later process may bear the same pid. Absent where unknown. */
  readonly startTime?: string
  readonly socket: string
  /** http://127.0.0.1:PORT, once the door is open. */
  readonly http?: string
}

/**
 * PARLEY_HOME stands for all. Else XDG_STATE_HOME or ~/.local/state for data and XDG_RUNTIME_DIR for the socket and the
 * lock; on Windows LOCALAPPDATA. `user` keeps the named pipes of several people apart.
 */
export function placesOf(options: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly home: string
  readonly user: string
}): Places {
  const { env, platform, home, user } = options
  const windows = platform === 'win32'
  const slash = windows ? '\\' : '/'
  const state = windows
    ? (env['LOCALAPPDATA'] ?? `${home}\\AppData\\Local`)
    : (env['XDG_STATE_HOME'] ?? `${home}/.local/state`)
  const data = env['PARLEY_HOME'] ?? `${state}${slash}parley`
  const runtime = env['PARLEY_HOME'] ?? (env['XDG_RUNTIME_DIR'] && !windows ? `${env['XDG_RUNTIME_DIR']}/parley` : data)
  const socket = windows ? `\\\\.\\pipe\\parley-${user}-${slug(data)}` : `${runtime}/core.sock`
  return { data, lock: `${runtime}${slash}core.lock`, socket }
}

/** Short and the same for the same text: a pipe's name bears no slashes. */
function slug(text: string): string {
  let hash = 0
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) as number)) >>> 0
  return hash.toString(36)
}
