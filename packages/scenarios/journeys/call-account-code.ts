import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callAccountCode: Scenario = {
  name: 'call-account-code',
  doc: 'The server puts the call through only with an authorization code, and asks for it; the code that was given when dialling is sent, and the history has it for billing.',
  sabotage: { withhold: 'alice gives the code' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const codes = (await stage.act('alice gives the code', async () => ({ account: '4711', matter: '0815' }))) ?? {}
    const { call } = await alice.session.calls.dial({ to: '606', codes })
    const up = await alice.until('it is put through', is(call, 'connected'), 5000)
    stage.check('nobody who watches sees the code', false, /4711|0815/.test(JSON.stringify(up)))
    stage.check('it is the echo', { alice: ['alice'] }, await whoHearsWhom(stage, [{ person: alice, call }]))
    await alice.session.calls.end({ call })
    await alice.until('it has ended', is(call, 'ended'))
    const { entries } = await alice.session.history.list()
    stage.check('the history has it', ['4711', '0815'], [entries[0]?.account, entries[0]?.matter])
    const { report } = await alice.session.health.report()
    stage.check('the problem report has it not', false, /4711|0815/.test(JSON.stringify(report)))
    stage.labSaw(['alice', '606', 'answered'])
  },
}
