import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { conferenceAtServer, isListed, labSawTheFocus } from './conferring.ts'
import { connect, is } from './quiet.ts'

export const callConferenceServerDrop: Scenario = {
  name: 'call-conference-server-drop',
  doc: 'In a conference of the server Alice has Bob removed: his call ends, he is listed no more, and the two others hear each other. His phone follows no transfers, so the server had fetched it.',
  sabotage: { withhold: 'alice removes bob' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([
      stage.personWith('alice', { 'calls.conference.factory': '800' }),
      stage.personWith('bob', { 'calls.followTransfers': false }),
      stage.person('carol'),
    ])
    const first = await connect(stage, alice, bob)
    const second = await connect(stage, alice, carol)
    const { call } = await conferenceAtServer(alice, [first, second])
    await alice.until('all three are listed', isListed(call, ['alice', 'bob', 'carol']))
    const all = [
      { person: alice, call },
      { person: bob, call: first.callee },
      { person: carol, call: second.callee },
    ]
    stage.check(
      'each hears both others',
      { alice: ['bob', 'carol'], bob: ['alice', 'carol'], carol: ['alice', 'bob'] },
      await whoHearsWhom(stage, all),
    )
    const members = alice.calls().find(({ id }) => id === call)?.focus?.members ?? []
    const member = members.find(({ number }) => number === 'bob')?.uri ?? ''
    await stage.act('alice removes bob', () => alice.session.calls.drop({ call, member }))
    const ended = await bob.until('bob’s call is over', is(first.callee, 'ended'), 3000)
    stage.check('it ended by the other side', 'remote', ended.end?.by)
    await alice.until('bob is listed no more', isListed(call, ['alice', 'carol']), 3000)
    stage.check(
      'the two others hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(
        stage,
        all.filter(({ person }) => person !== bob),
      ),
    )
    labSawTheFocus(stage)
  },
}
