import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, is } from './quiet.ts'

const guests = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan']

export const callConferenceEight: Scenario = {
  name: 'call-conference-eight',
  doc: 'Alice has eight others in one conversation: all hear all. One is silenced, one is let go and one is taken out, and of each it is heard who hears whom.',
  sabotage: { withhold: 'alice silences bob' },
  people: ['alice', ...guests],
  run: async (stage) => {
    const alice = await stage.person('alice')
    // One core has all of them: nine would be many for one machine.
    const bob = await stage.person('bob')
    const others = await Promise.all(guests.slice(1).map((name) => stage.line(bob, name)))
    const calls = new Map(
      await Promise.all([bob, ...others].map(async (guest) => [guest, await connect(stage, alice, guest)] as const)),
    )
    const of = (name: string): { caller: string; callee: string } => {
      for (const [{ name: each }, call] of calls) if (each === name) return call
      throw new Error(name)
    }
    await alice.session.calls.conference({ calls: [...calls.values()].map(({ caller }) => caller) })
    const hear = (but: readonly string[] = []): Promise<Record<string, string[]>> =>
      whoHearsWhom(stage, [
        { person: alice, call: of('carol').caller },
        ...[...calls].flatMap(([person, { callee }]) => (but.includes(person.name) ? [] : [{ person, call: callee }])),
      ])
    /** As it is where each hears these, themselves left out. */
    const allHear = (names: readonly string[], speakers: readonly string[]): Record<string, string[]> =>
      Object.fromEntries(names.map((name) => [name, speakers.filter((each) => each !== name)]))
    const all = ['alice', ...guests]
    const without = (...names: string[]): string[] => all.filter((name) => !names.includes(name))

    stage.check('all hear all', allHear(all, all), await hear())
    await stage.act('alice silences bob', () => alice.session.calls.silence({ call: of('bob').caller }))
    await alice.session.calls.end({ call: of('heidi').caller })
    await alice.until('heidi is let go', is(of('heidi').caller, 'ended'))
    await alice.session.calls.split({ call: of('ivan').caller })
    stage.check(
      'nobody hears who is silenced, was let go, or was taken out; and the silenced one hears all that are there',
      { ...allHear(without('heidi', 'ivan'), without('bob', 'heidi', 'ivan')), ivan: [] },
      await hear(['heidi']),
    )
    stage.check(
      'six calls are in the conference, and one is with alice alone',
      { in: 6, alone: 1 },
      {
        in: alice.calls().filter(({ conference }) => conference !== undefined).length,
        alone: alice.calls().filter(({ state, conference }) => state === 'connected' && !conference).length,
      },
    )
    stage.labSaw(
      ...['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan'].map(
        (name) => ['alice', name, 'answered'] as const,
      ),
    )
  },
}
