// What the journeys of signing in share: a call to the echo, and the steps that were taken.
import { whoHearsWhom } from '../hearing.ts'
import type { Person } from '../person.ts'
import type { Stage } from '../scenario.ts'

/** Alice calls the echo; the checks are that it answers, that she hears herself, and that the lab saw it. */
export async function callsTheEcho(stage: Stage, alice: Person): Promise<void> {
  const { call } = await alice.session.calls.dial({ to: '600' })
  const answered = await alice.until('the echo answers', ({ id, state }) => id === call && ended(state))
  stage.check('the echo answers', 'connected', answered.state)
  const record = stage.lab.record().calls.at(-1)
  stage.check('the lab saw it', ['alice', '600', true], [record?.from, record?.to, record?.answered])
  if (answered.state !== 'connected') return
  stage.check('it is heard', { alice: ['alice'] }, await whoHearsWhom(stage, [{ person: alice, call }]))
  await alice.session.calls.end({ call })
}

function ended(state: string): boolean {
  return state === 'connected' || state === 'ended'
}

/** Each step of the sign-in by how it went. */
export async function stepsOf(alice: Person): Promise<Record<string, string>> {
  const { steps } = await alice.session.health.diagnose()
  return Object.fromEntries(steps.map(({ step, ok, skipped }) => [step, skipped ? 'left out' : ok ? 'ok' : 'failed']))
}
