// What journeys with conferences of the server share.
import type { Stage } from '../scenario.ts'
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

/** The focus names its conference itself; who is fetched and who comes by themselves is not always the same. */
export function labSawTheFocus(stage: Stage): void {
  const { calls } = stage.lab.record()
  const between = calls.map(({ from, to }) =>
    [from, to].map((each) => each.replace(/^conference-.*/, 'the conference')),
  )
  const first = ['bob', 'carol', '800'].map((to) => ['alice', to])
  stage.check('the lab saw the calls to it', first, between.slice(0, 3))
  stage.check('and two more with it', 2, between.slice(3).filter((pair) => pair.includes('the conference')).length)
}
