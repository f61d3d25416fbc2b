import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging, ring } from './quiet.ts'

export const callDeflect: Scenario = {
  name: 'call-deflect',
  doc: 'Bob’s phone rings, and he sends the call on to Carol without answering it.',
  sabotage: { withhold: 'bob sends it on' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    const ids = await ring(alice, bob)
    await stage.act('bob sends it on', () => bob.session.calls.deflect({ call: ids.callee, to: 'carol' }))
    const { id } = await carol.until('carol’s phone rings', isRinging, 6000)
    await carol.session.calls.answer({ call: id })
    await alice.until('connected', is(ids.caller, 'connected'), 6000)
    stage.check(
      'alice and carol hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, [
        { person: alice, call: ids.caller },
        { person: carol, call: id },
      ]),
    )
    const { entries } = await bob.session.history.list()
    stage.check(
      'bob missed nothing, and sees where it went',
      [[false, 'carol', undefined]],
      entries.map(({ missed, end }) => [missed, end.transferredTo?.number, end.error?.code]),
    )
    stage.labSaw(['alice', 'bob', 302], ['alice', 'carol', 'answered'])
  },
}
