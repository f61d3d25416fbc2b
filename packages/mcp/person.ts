// Whose session an agent acts in: the one that its token is bound to, the person who is named, or the only one.
import { type Core, problem, type Session } from '@openparley/sdk'

/** `who`: as the session names the person, or its id. Rejects `session-unknown` where it is not clear who is meant. */
export async function sessionOf(core: Core, who: string | undefined): Promise<Session> {
  if (!core.scopes.includes('session.read')) return core.at(who)
  let sessions: Awaited<ReturnType<Core['session']['get']>>['state']['sessions']
  try {
    ;({ sessions } = (await core.session.get()).state)
  } catch (thrown) {
    // Who is bound to one session sees no others.
    if ((thrown as { code?: string }).code === 'scope-missing') return core.at()
    throw thrown
  }
  const [first, ...more] = who === undefined ? sessions : sessions.filter(({ id, user }) => id === who || user === who)
  if (first && more.length === 0) return core.at(first.id)
  throw problem(
    'session-unknown',
    first
      ? `several people are signed in: ${sessions.map(({ user }) => user).join(', ')}`
      : 'nobody of that name is signed in',
  )
}
