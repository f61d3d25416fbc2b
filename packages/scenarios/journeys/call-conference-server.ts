import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'
import { conferenceAtServer, isListed, labSawTheFocus } from './conferring.ts'

export const callConferenceServer: Scenario = {
  name: 'call-conference-server',
  doc: 'Alice brings Bob and Carol into a conference of the server: each hears both others and sees who is in it; Alice leaves, and two go on.',
  sabotage: { withhold: 'alice brings them together' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([
      stage.personWith('alice', { 'calls.conference.factory': '800' }),
      stage.person('bob'),
      stage.person('carol'),
    ])
    const first = await connect(stage, alice, bob)
    await alice.session.calls.hold({ call: first.caller })
    const second = await connect(stage, alice, carol)
    stage.check(
      'before, one is on hold',
      { alice: ['carol'], bob: [], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: second.caller },
        { person: bob, call: first.callee },
        { person: carol, call: second.callee },
      ]),
    )
    const made = await stage.act('alice brings them together', () => conferenceAtServer(alice, [first, second]))
    const call = made?.call ?? ''
    const all = [
      { person: alice, call },
      { person: bob, call: first.callee },
      { person: carol, call: second.callee },
    ]
    for (const { person, call: theirs } of all)
      await person.until('all three are listed', isListed(theirs, ['alice', 'bob', 'carol']))
    stage.check(
      'alice has one call, and it is mixed elsewhere',
      [[call, undefined]],
      alice
        .calls()
        .filter(({ state }) => state !== 'ended')
        .map(({ id, conference }) => [id, conference]),
    )
    const members = alice.calls().find(({ id }) => id === call)?.focus?.members ?? []
    stage.check(
      'the list tells who they are',
      [
        ['alice', 'Alice', true, false],
        ['bob', 'Bob', false, false],
        ['carol', 'Carol', false, false],
      ],
      members
        .map(({ number, displayName, self, muted }) => [number, displayName, self, muted])
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    )
    stage.check(
      'each hears both others',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, all),
    )
    await alice.session.calls.end({ call })
    await bob.until('alice is not listed any more', isListed(first.callee, ['bob', 'carol']))
    stage.check(
      'the two others go on',
      ['connected', 'connected'],
      [bob, carol].map((person) => person.calls().find(({ state }) => state !== 'ended')?.state),
    )
    labSawTheFocus(stage)
  },
}
