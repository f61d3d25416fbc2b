// The beginning that most journeys share: one dials, the other's phone rings, perhaps it is answered.
import type { Call } from '@openparley/sdk'
import type { Person } from '../person.ts'
import type { Stage } from '../scenario.ts'

/** Resolves when the callee's phone rings. */
export async function ring(caller: Person, callee: Person): Promise<{ caller: string; callee: string }> {
  const { call } = await caller.session.calls.dial({ to: callee.name, requestId: crypto.randomUUID() })
  const { id } = await callee.until('a call comes in', isRinging)
  return { caller: call, callee: id }
}

/** Resolves when both sides are connected. */
export async function connect(
  stage: Stage,
  caller: Person,
  callee: Person,
): Promise<{ caller: string; callee: string }> {
  const ids = await ring(caller, callee)
  await stage.act(`${callee.name} answers`, () => callee.session.calls.answer({ call: ids.callee }))
  await caller.until('connected', is(ids.caller, 'connected'))
  await callee.until('connected', is(ids.callee, 'connected'))
  return ids
}

export function isRinging({ direction, state }: Call): boolean {
  return direction === 'incoming' && state === 'alerting'
}

export function is(call: string, state: Call['state']): (seen: Call) => boolean {
  return (seen) => seen.id === call && seen.state === state
}

/** The caller hangs up; resolves with both calls as they ended. */
export async function hangUp(
  caller: Person,
  callee: Person,
  ids: { caller: string; callee: string },
): Promise<[Call, Call]> {
  await caller.session.calls.end({ call: ids.caller })
  return Promise.all([
    caller.until('the call has ended', is(ids.caller, 'ended')),
    callee.until('the call has ended', is(ids.callee, 'ended')),
  ])
}
