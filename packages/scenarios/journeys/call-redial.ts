import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callRedial: Scenario = {
  name: 'call-redial',
  doc: 'Alice calls a number, and again by one command.',
  sabotage: { withhold: 'alice dials' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const first = await stage.act('alice dials', () => alice.session.calls.dial({ to: '600' }))
    if (first) {
      await alice.until('connected', is(first.call, 'connected'))
      await alice.session.calls.end({ call: first.call })
      await alice.until('ended', is(first.call, 'ended'))
    }
    const { call } = await alice.session.calls.redial({})
    const again = await alice.until('connected', is(call, 'connected'), 6000)
    stage.check('the same number', '600', again.remote.number)
    stage.check('the echo is heard', { alice: ['alice'] }, await whoHearsWhom(stage, [{ person: alice, call }]))
    stage.labSaw(['alice', '600', 'answered'], ['alice', '600', 'answered'])
  },
}
