import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callUnknownNumber: Scenario = {
  name: 'call-unknown-number',
  doc: 'Alice dials a number that nobody has, and is told just that.',
  sabotage: { fault: 'busy' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const { call } = await alice.session.calls.dial({ to: '49301234567', requestId: crypto.randomUUID() })
    const ended = await alice.until('the call has ended', is(call, 'ended'), 5000)
    stage.check('the number does not exist', ['number-unknown', 404], [ended.end?.error?.code, ended.end?.peer?.status])
    stage.labSaw(['alice', '49301234567', 404])
  },
}
