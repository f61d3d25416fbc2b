// The typed client: a line to a core, and on it one object a service with one function a method.
import type { Role, SettingsInput, StateOf, services } from '@openparley/contract'
import type { CallOptions, Opener } from './connection.ts'
import { asProblem, problem, type ParleyError } from './error.ts'
import { type Line, openLine, type Status } from './line.ts'
import { names } from './names.generated.ts'
import type {
  Seen,
  ServiceClient,
  Session,
  SessionServiceName,
  Stream,
  StreamOptions,
  WatchedName,
  WatchOptions,
} from './types.ts'
import { bounded, callWaits, phoneWaits } from './waits.ts'

export interface ConnectOptions {
  /** The application's name, for people; the one that its token was made for. */
  readonly application: string
  /** For calls that come in: observe (the default) may log them, approve may answer or decline them. */
  readonly role?: Role
  /** Whether the core stops a little after this application has left, if no other needs it: `stop` unless said. */
  readonly leaves?: 'stop' | 'stay'
  readonly token?: string
  /** Told whenever the connection is lost, found again, or over for good. */
  readonly onStatus?: (status: Status, why: ParleyError | undefined) => void
  /** How long a call waits for a lost connection to come back, in milliseconds; 5,000 unless said. */
  readonly patienceMs?: number
}

export interface Core {
  readonly status: Status
  /** This application's id: `call.handler` is compared with it. Another one after a lost connection. */
  readonly application: string
  readonly scopes: readonly string[]
  readonly system: ServiceClient<(typeof services)['system']>
  readonly session: ServiceClient<(typeof services)['session']>
  /** Signs a person in, and again after the core was restarted. The same settings give the same session. */
  open(settings: SettingsInput): Promise<Session>
  /** A session that is open already: the named one, or the one that the token is bound to. */
  at(id?: string): Session
  /** Settles when the connection that is open now is over, whoever ended it. The next one is opened all the same. */
  readonly closed: Promise<void>
  /** Any method by its name, unchecked: for consoles. */
  call(method: string, params?: unknown, options?: CallOptions & { readonly session?: string }): Promise<unknown>
  /** Leaves the core. What is waiting is rejected. */
  close(): void
  [Symbol.dispose](): void
}

/** Opens a line to a core and makes the typed client of it. */
export async function connectOver(opener: Opener, options: ConnectOptions): Promise<Core> {
  const { application, role = 'observe', leaves = 'stop', token, onStatus, patienceMs = 5000 } = options
  const listeners = new Map<string, (samples: Int16Array) => void>()
  const opened = new Set<OpenedSession>()
  const line = await openLine({
    greeting: {
      application,
      role,
      leaves,
      token,
      onFrame: (stream, samples) => listeners.get(stream)?.(samples),
    },
    opener,
    onStatus,
    roll: Math.random,
    restore: async (connection) => {
      for (const session of opened) {
        try {
          const result = await connection.call('session.open', { settings: session.settings })
          session.id = (result as { session: string }).session
        } catch (thrown) {
          // What the core refuses now it will tell whoever uses the session; a lost connection is tried again.
          if (connection.ended) throw thrown
        }
      }
    },
  })
  let welcome = (await line.ready()).welcome
  const ready: Line['ready'] = async (how) => {
    const connection = await line.ready(how)
    welcome = connection.welcome
    return connection
  }
  const call: Ask = async (method, params, session, signal) => {
    const connection = await ready({ signal, patienceMs })
    return connection.call(method, params, { session: session?.(), signal })
  }
  const wire: Wire = { line, ready, call }
  const services = servicesOf(wire)
  const sessionOf = (id: () => string): Session => {
    const own: Omit<Session, SessionServiceName> = {
      get id() {
        return id()
      },
      until: (service, test, timeoutMs) => stateUntil(wire, service, id, test, timeoutMs),
      openStream: async ({ onFrame, ...rest }: StreamOptions = {}): Promise<Stream> => {
        const { media } = session
        const { stream } = await media.openStream(rest)
        if (onFrame) listeners.set(stream, onFrame)
        return {
          id: stream,
          write: (samples) =>
            void ready({ patienceMs: 0 }).then((connection) => connection.frame(stream, samples), gone),
          close: async () => {
            listeners.delete(stream)
            await media.closeStream({ stream })
          },
        }
      },
      close: async () => {
        await call('session.close', { session: id() })
        for (const each of opened) if (each.id === id()) opened.delete(each)
      },
    }
    const session = Object.create(services, Object.getOwnPropertyDescriptors(own)) as Session
    return session
  }
  const close = (): void => line.close()
  return {
    get status() {
      return line.status
    },
    get application() {
      return welcome.application
    },
    get scopes() {
      return welcome.scopes
    },
    system: clientOf(wire, 'system'),
    session: clientOf(wire, 'session'),
    open: async (settings) => {
      const result = await call('session.open', { settings })
      const session: OpenedSession = { settings, id: (result as { session: string }).session }
      opened.add(session)
      return sessionOf(() => session.id)
    },
    at: (id) => {
      const chosen = id ?? welcome.session
      if (chosen === undefined) throw problem('session-unknown', 'name one: the token is bound to none')
      return sessionOf(() => chosen)
    },
    call: (method, params = {}, { session, signal } = {}) =>
      call(method, params, session === undefined ? undefined : () => session, signal),
    get closed() {
      return line.lost
    },
    close,
    [Symbol.dispose]: close,
  }
}

/** A session that this application opened, and opens again after a restart of the core. */
interface OpenedSession {
  readonly settings: SettingsInput
  id: string
}

type Ask = (method: string, params: unknown, session?: () => string, signal?: AbortSignal) => Promise<unknown>

interface Wire {
  readonly line: Line
  readonly ready: Line['ready']
  readonly call: Ask
}

/** What every session inherits: its services, each made when it is asked for. An application may have ten thousand sessions. */
function servicesOf(wire: Wire): object {
  const made: Record<SessionServiceName, (session: () => string) => object> = {
    config: (session) => clientOf(wire, 'config', session),
    health: (session) => clientOf(wire, 'health', session),
    phones: (session) => {
      const phones = clientOf(wire, 'phones', session)
      return { ...phones, ...phoneWaits(phones) }
    },
    calls: (session) => {
      const calls = clientOf(wire, 'calls', session)
      return { ...calls, ...callWaits(calls) }
    },
    media: (session) => clientOf(wire, 'media', session),
    dialRules: (session) => clientOf(wire, 'dialRules', session),
    history: (session) => clientOf(wire, 'history', session),
    presence: (session) => clientOf(wire, 'presence', session),
    contacts: (session) => clientOf(wire, 'contacts', session),
    chat: (session) => clientOf(wire, 'chat', session),
    voicemail: (session) => clientOf(wire, 'voicemail', session),
    directory: (session) => clientOf(wire, 'directory', session),
    conferences: (session) => clientOf(wire, 'conferences', session),
  }
  return Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(made).map(([service, make]) => [
        service,
        {
          enumerable: true,
          get(this: Session) {
            const value = make(() => this.id)
            Object.defineProperty(this, service, { value, enumerable: true })
            return value
          },
        } satisfies PropertyDescriptor,
      ]),
    ),
  )
}

function clientOf<N extends keyof typeof names>(
  wire: Wire,
  service: N,
  session?: () => string,
): ServiceClient<(typeof services)[N]> {
  const { methods, repeatable, watched } = names[service]
  const client: Record<string, unknown> = {}
  for (const method of methods) {
    const once = repeatable.includes(method)
    client[method] = (params: object = {}, { signal }: CallOptions = {}) =>
      wire.call(`${service}.${method}`, once ? { requestId: crypto.randomUUID(), ...params } : params, session, signal)
  }
  if (watched) {
    client['get'] = ({ signal }: CallOptions = {}) => wire.call(`${service}.get`, {}, session, signal)
    client['watch'] = ({ signal }: WatchOptions = {}) => watch(wire, service, session, signal)
  }
  return client as ServiceClient<(typeof services)[N]>
}

/** The state of a service, as soon as it is as asked. */
function stateUntil<N extends WatchedName>(
  wire: Wire,
  service: N,
  session: () => string,
  test: (state: StateOf<(typeof services)[N]>) => boolean,
  timeoutMs = 60_000,
): Promise<StateOf<(typeof services)[N]>> {
  return bounded({ timeoutMs }, `the state of ${service}`, async (signal) => {
    for await (const seen of watch(wire, service, session, signal)) {
      const { state } = (seen.type === 'snapshot' ? seen : await wire.call(`${service}.get`, {}, session, signal)) as {
        state: StateOf<(typeof services)[N]>
      }
      if (test(state)) return state
    }
    throw problem('session-unknown', 'it was closed')
  })
}

/** The state and its changes, over as many connections as it takes. */
async function* watch(
  { line, ready }: Wire,
  service: string,
  session: (() => string) | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Seen<never>> {
  let resync = false
  for (;;) {
    if (signal?.aborted) return
    const connection = await ready({ signal }).catch((thrown: unknown) => asProblem(thrown))
    if ('code' in connection) {
      if (signal?.aborted || (line.status === 'closed' && !line.why)) return
      throw connection
    }
    let stop: (() => void) | undefined
    try {
      const feed = await connection.watch(service, session?.())
      stop = () => feed.stop()
      signal?.addEventListener('abort', stop, { once: true })
      if (signal?.aborted) return
      yield { type: 'snapshot', ...feed.snapshot, resync } as Seen<never>
      for (let message = await feed.next(); message; message = await feed.next()) {
        const { type, revision } = message
        if (type === 'change') yield { type, revision, change: message.change } as Seen<never>
        else yield { type: 'snapshot', revision, state: message.state, resync: true } as Seen<never>
      }
      if (!connection.ended) return
    } catch (thrown) {
      if (!connection.ended) throw thrown
    } finally {
      if (stop) signal?.removeEventListener('abort', stop)
      stop?.()
    }
    resync = true
  }
}

/** A frame for a lost connection is silence there. */
function gone(): void {}
