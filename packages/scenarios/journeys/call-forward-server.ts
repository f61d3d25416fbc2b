import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const callForwardServer: Scenario = {
  name: 'call-forward-server',
  doc: 'Bob has the server send his calls on to Carol, signed in or not; then no longer. What the server does not know it refuses, and Bob is told.',
  sabotage: { withhold: 'bob has the server send calls on' },
  run: async (stage) => {
    const [alice, carol] = await Promise.all([stage.person('alice'), stage.person('carol')])
    const bob = await stage.personWith('bob', { 'calls.forward.at': 'server' })
    const set = (name: string, value: string): Promise<unknown> => bob.session.config.set({ name, value })
    const told = bob.next('the server is told', ({ type }) => type === 'forwarding', 6000)
    await stage.act('bob has the server send calls on', () => set('calls.forward.always', 'carol'))
    const about = await told
    const { phones } = (await bob.session.phones.get()).state
    const phone = phones[0]?.id
    stage.check('what it was told', { type: 'forwarding', forwarding: { when: 'always', to: 'carol', phone } }, about)
    stage.check('bob’s phone shows it', 'carol', phones[0]?.forwardedTo)
    stage.check('no application sees a call for it', [], bob.calls())
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const { id } = await carol.until('carol’s phone rings', isRinging, 6000)
    await carol.session.calls.answer({ call: id })
    await alice.until('connected', is(call, 'connected'), 6000)
    stage.check(
      'they hear each other',
      { alice: ['carol'], carol: ['alice'] },
      await whoHearsWhom(stage, talking(alice, carol, { caller: call, callee: id })),
    )
    await alice.session.calls.end({ call })
    const off = bob.next('the server is told again', ({ type }) => type === 'forwarding', 6000)
    await bob.session.config.unset({ name: 'calls.forward.always' })
    stage.check('no longer', { type: 'forwarding', forwarding: { when: 'always', phone } }, await off)
    const { call: second } = await alice.session.calls.dial({ to: 'bob' })
    await bob.until('bob’s phone rings', isRinging, 6000)
    await alice.session.calls.end({ call: second })
    const refused = bob.next('the server refuses', ({ type }) => type === 'forwarding', 6000)
    await set('calls.forward.busy', 'carol')
    const answer = await refused
    const { when, error } = answer.type === 'forwarding' ? answer.forwarding : {}
    stage.check('what it does not know', ['busy', 'number-unknown'], [when, error?.code])
    stage.labSaw(
      ['bob', '*72carol', 'answered'],
      ['alice', 'bob', 'answered'],
      ['bob', '*73', 'answered'],
      ['alice', 'bob', 487],
      ['bob', '*90carol', 404],
    )
  },
}
