import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const deskConference: Scenario = {
  name: 'desk-conference',
  doc: 'Alice brings Bob and Carol together at the phone on her desk, lets Carol go, and talks on with Bob.',
  sabotage: { withhold: 'alice brings them together' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all([atDesk(stage, 'alice'), stage.person('bob'), stage.person('carol')])
    const { call: withBob } = await alice.session.calls.dial({ to: 'bob' })
    await bob.session.calls.answer({ call: (await bob.until('rings', isRinging)).id })
    await alice.until('connected with bob', is(withBob, 'connected'))
    await alice.session.calls.hold({ call: withBob })
    const { call: withCarol } = await alice.session.calls.dial({ to: 'carol' })
    const rings = await carol.until('rings', isRinging)
    await carol.session.calls.answer({ call: rings.id })
    await alice.until('connected with carol', is(withCarol, 'connected'))
    const made = await stage.act('alice brings them together', () =>
      alice.session.calls.conference({ calls: [withBob, withCarol] }),
    )
    if (!made) return stage.check('they are together', true, false)
    await alice.until('carol in it', ({ id, conference }) => id === withCarol && conference !== undefined)
    const both = alice.calls().filter(({ state }) => state === 'connected')
    stage.check(
      'both calls go on, in one conference',
      [
        [withBob, 'no', made.conference ?? ''],
        [withCarol, 'no', made.conference ?? ''],
      ],
      both.map(({ id, held, conference }) => [id, held, conference ?? 'none']),
    )
    await alice.session.calls.end({ call: withCarol })
    await carol.until('let go', is(rings.id, 'ended'))
    const ended = await alice.until('carol has left', is(withCarol, 'ended'))
    stage.check('by whom', 'local', ended.end?.by)
    await alice.until(
      'alone with bob',
      ({ id, state, conference }) => id === withBob && state === 'connected' && !conference,
    )
    stage.check('the phone has one call', ['connected'], atPhone(stage, alice.deskNumber))
    await alice.session.calls.end({ call: withBob })
    await bob.until('ended', ({ state }) => state === 'ended')
    stage.labSaw(['desk-alice', 'bob', 'answered'], ['desk-alice', 'carol', 'answered'])
  },
}
