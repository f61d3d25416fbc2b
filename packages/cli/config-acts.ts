// What `config` does, on this user's own settings or on a session of the core that runs.
import type { Session } from '@openparley/sdk'
import { running } from './running.ts'
import { readSettingsFile } from './settings-file.ts'

type Config = Session['config']
type Result<M extends keyof Config> = Config[M] extends (...args: never[]) => Promise<infer R> ? R : never

export interface ConfigActs {
  list(): Promise<Result<'get'>['state']>
  explain(name: string): Promise<Result<'explain'>>
  set(name: string, value: unknown): Promise<Result<'set'>>
  unset(name: string): Promise<Result<'unset'>>
  import(format: 'json' | 'reg' | 'jabber-config', content: string): Promise<Result<'import'>>
  export(format: 'json' | 'reg' | 'jabber-config' | 'admin-pack'): Promise<Result<'export'>['files']>
  close(): void
}

export async function configActs(whose: {
  readonly session?: string
  readonly settings?: string
}): Promise<ConfigActs> {
  if (whose.session !== undefined) return ofCore(whose.session)
  const { userSettings } = await import('@openparley/daemon/settings')
  const given = whose.settings === undefined ? {} : await readSettingsFile(whose.settings)
  const { handlers, state, close } = await userSettings(process.env, given)
  const caller = {
    application: '',
    name: 'parley',
    role: 'approve',
    mayNamePaths: true,
    signal: new AbortController().signal,
  } as const
  return {
    list: async () => state.read().state,
    explain: async (name) => handlers.explain({ name }, caller),
    set: async (name, value) => handlers.set({ name, value }, caller),
    unset: async (name) => handlers.unset({ name }, caller),
    import: async (format, content) => handlers.import({ format, content }, caller),
    export: async (format) => (await handlers.export({ format }, caller)).files,
    close,
  }
}

async function ofCore(id: string): Promise<ConfigActs> {
  const core = await running()
  if (!core) throw new Error('The core does not run. `parley start` starts it.')
  const { config } = core.at(id)
  return {
    list: async () => (await config.get()).state,
    explain: (name) => config.explain({ name }),
    set: (name, value) => config.set({ name, value }),
    unset: (name) => config.unset({ name }),
    import: (format, content) => config.import({ format, content }),
    export: async (format) => (await config.export({ format })).files,
    close: () => core.close(),
  }
}
