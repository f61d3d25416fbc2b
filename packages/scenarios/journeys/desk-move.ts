import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskMove: Scenario = {
  name: 'desk-move',
  doc: 'Alice talks to Bob at her soft phone, goes on at the phone on her desk, and back: Bob never hangs up.',
  sabotage: { withhold: 'alice moves it to her desk' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice', 'soft'), stage.person('bob')])
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const rings = await bob.until('rings', isRinging)
    await bob.session.calls.answer({ call: rings.id })
    await alice.until('connected', is(call, 'connected'))
    const moved = await stage.act('alice moves it to her desk', async () =>
      alice.session.calls.move({ call, to: alice.desk }),
    )
    if (!moved) return stage.check('it moved', true, false)
    const there = await alice.until('at the desk', is(moved.call, 'connected'))
    stage.check('which phone has it, and from where', [alice.desk, call], [there.phone, there.movedFrom])
    stage.check('the phone shows it', ['connected'], atPhone(stage, alice.deskNumber))
    await alice.until('gone from the soft phone', is(call, 'ended'))
    const back = await alice.session.calls.move({ call: moved.call, to: alice.soft })
    const again = await alice.until('at the soft phone again', is(back.call, 'connected'))
    stage.check('which phone has it then', alice.soft, again.phone)
    await alice.until('gone from the desk', is(moved.call, 'ended'))
    const up = bob.calls().filter(({ state }) => state !== 'ended')
    stage.check(
      'bob has hung up never',
      ['connected'],
      up.map(({ state }) => state),
    )
    await alice.session.calls.end({ call: back.call })
    await bob.until('ended', ({ id, state }) => id === up[0]?.id && state === 'ended')
    stage.labSaw(['alice', 'bob', 'answered'], ['bob', 'desk-alice', 'answered'], ['desk-alice', 'alice', 'answered'])
  },
}
