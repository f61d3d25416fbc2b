// A person lets an agent in: a token with the scopes they name, in a file that they alone can read; and takes it back.
import { writeFile } from 'node:fs/promises'
import { type Core, connect, problem } from '@openparley/sdk'
import { sessionOf } from './person.ts'

export interface Approval {
  /** The application that it is for. */
  readonly application: string
  readonly scopes: readonly string[]
  /** The file, which is written anew. */
  readonly to: string
  readonly days: number
  /** Whose session alone it is for: until the core is started again. Without, it is for everybody of the core. */
  readonly person?: string | undefined
}

/** Rejects `request-malformed` for a scope that there is not. */
export async function approve(core: Core, { application, scopes, to, days, person }: Approval): Promise<void> {
  // Without it nobody but who is bound finds whose session it is.
  const given = person === undefined ? [...new Set([...scopes, 'session.read'])] : scopes
  const unknown = given.find((scope) => !core.scopes.includes(scope))
  if (scopes.length === 0 || unknown !== undefined)
    throw problem('request-malformed', unknown === undefined ? 'name --scopes' : `there is no scope ${unknown}`)
  const { token } = await core.system.issueToken({
    application,
    scopes: given as Parameters<Core['system']['issueToken']>[0]['scopes'],
    validForMs: days * dayMs,
    ...(person === undefined ? {} : { session: (await sessionOf(core, person)).id }),
  })
  await writeFile(to, `${token}\n`, { mode: 0o600 })
}

/** The user's own core, with all their rights. */
export function ownCore(url: string | undefined): Promise<Core> {
  return connect({ application: 'parley-mcp approve', start: false, ...(url === undefined ? {} : { url }) })
}

const dayMs = 86_400_000
