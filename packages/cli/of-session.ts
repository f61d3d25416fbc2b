// A question to a session of the core that runs.
import type { Session } from '@openparley/sdk'
import { running } from './running.ts'

/** `id`: which session; the only one unless said. */
export async function ofSession<T>(id: string | undefined, ask: (session: Session) => Promise<T>): Promise<T> {
  const core = await running()
  if (!core) throw new Error('The core does not run. Name files, or start it with `parley start`.')
  try {
    const { sessions } = (await core.session.get()).state
    const chosen = id ?? (sessions.length === 1 ? sessions[0]?.id : undefined)
    if (chosen === undefined)
      throw new Error(
        sessions.length === 0
          ? 'Nobody is signed in.'
          : `Name one with --session: ${sessions.map((each) => each.id).join(', ')}.`,
      )
    return await ask(core.at(chosen))
  } finally {
    core.close()
  }
}
