import { atDesk } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskLost: Scenario = {
  name: 'desk-lost',
  doc: 'The control of the phone breaks off in a call and comes back: the call is the same, and one that a hand ended meanwhile is told to have ended, once.',
  sabotage: { withhold: 'a hand hangs up meanwhile' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice')
    const isDesk =
      (state: string) =>
      (seen: { phones: readonly { id: string; state: { is: string } }[] }): boolean =>
        seen.phones.some((phone) => phone.id === alice.desk && phone.state.is === state)
    const { call } = await alice.session.calls.dial({ to: '600' })
    await alice.until('connected', is(call, 'connected'))
    await stage.lab.csta.go()
    await alice.session.until('phones', isDesk('waiting'), 10_000)
    await stage.lab.csta.comeBack()
    await alice.session.until('phones', isDesk('ready'), 20_000)
    stage.check(
      'the same call',
      [[call, 'connected']],
      alice.calls().map(({ id, state }) => [id, state]),
    )
    await stage.lab.csta.go()
    await alice.session.until('phones', isDesk('waiting'), 10_000)
    await stage.act('a hand hangs up meanwhile', async () => stage.lab.desk.touch(alice.deskNumber, 'hang-up'))
    await stage.lab.csta.comeBack()
    await alice.session.until('phones', isDesk('ready'), 20_000)
    await alice.until('ended', is(call, 'ended'), 3000).catch(() => undefined)
    stage.check(
      'it has ended',
      [[call, 'ended']],
      alice.calls().map(({ id, state }) => [id, state]),
    )
    const { entries } = await alice.session.history.list()
    stage.check(
      'once',
      [call],
      entries.map((entry) => entry.call),
    )
    stage.labSaw(['desk-alice', '600', 'answered'])
  },
}
