// A core in this process, without door or lock: for a single command, and for tests of whole journeys.
import { ParleyError, type Role, scopeNames } from '@openparley/contract'
import type { Attachment, Core, HostPort } from '@openparley/core'
import { builtInCore } from './built-in.ts'

export interface InProcessOptions {
  /** Where people's data lies; in memory unless given. */
  readonly dataFolder?: string
  /** Makes another core than the built-in one around this host. */
  readonly core?: (host: HostPort) => Core | Promise<Core>
  /** Somebody asked the core to stop: the default closes it. */
  readonly onStop?: () => void
}

export interface InProcess {
  readonly core: Core
  /** For `direct(…)` of the SDK: the user's own process may do all, and name files by path. */
  attach(application: {
    readonly name: string
    readonly role: Role
    readonly leaves: 'stop' | 'stay'
    readonly onFrame: (stream: string, samples: Int16Array) => void
  }): Attachment & { readonly scopes: readonly string[] }
  close(): Promise<void>
}

export async function startInProcess(options: InProcessOptions = {}): Promise<InProcess> {
  const { dataFolder, onStop } = options
  const make = options.core ?? ((host) => builtInCore({ host, ...(dataFolder === undefined ? {} : { dataFolder }) }))
  const doorless = (): never => {
    throw new ParleyError('scope-missing', 'a core inside a program has no door, and so no tokens')
  }
  const core = await make({
    pid: process.pid,
    stop: () => (onStop ? onStop() : void core.close()),
    issueToken: async () => doorless(),
    oneTimeAddress: doorless,
    revokeTokens: async () => 0,
  })
  return {
    core,
    attach: (application) => ({
      ...core.attach({ ...application, scopes: scopeNames, mayNamePaths: true }),
      scopes: scopeNames,
    }),
    close: () => core.close(),
  }
}
