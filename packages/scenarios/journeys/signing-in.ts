// What the journeys of signing in share: a call to the echo, and the steps that were taken.
import type { Person } from '../person.ts'
import type { Stage } from '../scenario.ts'

/** Alice calls the echo; the check is that it answers. */
export async function callsTheEcho(stage: Stage, alice: Person): Promise<void> {
  const { call } = await alice.session.calls.dial({ to: '600' })
  const answered = await alice.until('the echo answers', ({ id, state }) => id === call && ended(state))
  stage.check('the echo answers', 'connected', answered.state)
  if (answered.state === 'connected') await alice.session.calls.end({ call })
}

function ended(state: string): boolean {
  return state === 'connected' || state === 'ended'
}

/** Each step of the sign-in by how it went. */
export async function stepsOf(alice: Person): Promise<Record<string, string>> {
  const { steps } = await alice.session.health.diagnose()
  return Object.fromEntries(steps.map(({ step, ok, skipped }) => [step, skipped ? 'left out' : ok ? 'ok' : 'failed']))
}
