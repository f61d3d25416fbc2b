// What journeys with conferences of the server share.
import type { Call } from '@openparley/sdk'
import type { Person } from '../person.ts'

/** Resolves when the calls have gone there. */
export async function conferenceAtServer(
  person: Person,
  calls: readonly { readonly caller: string }[],
): Promise<{ readonly call: string }> {
  const mine = calls.map(({ caller }) => caller)
  const { call = '', refused } = await person.session.calls.conference({ calls: mine })
  if (refused) throw new Error(`the server makes no conference: ${refused.code}`)
  for (const each of mine) await person.until('it has gone there', ({ id, state }) => id === each && state === 'ended')
  return { call }
}

/** Whether these are who is in the conference, by the list that the server gives. */
export function isListed(call: string, names: readonly string[]): (seen: Call) => boolean {
  return ({ id, focus }) =>
    id === call &&
    focus?.members
      .filter((member) => member.is === 'connected')
      .map(({ number }) => number)
      .toSorted()
      .join() === names.join()
}
