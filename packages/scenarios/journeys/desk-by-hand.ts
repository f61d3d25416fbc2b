import { atDesk } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskByHand: Scenario = {
  name: 'desk-by-hand',
  doc: 'Alice dials, holds, resumes and hangs up with her hand at the phone: her application shows all of it, and has it in the history.',
  sabotage: { withhold: 'a hand dials' },
  run: async (stage) => {
    const alice = await atDesk(stage, 'alice', 'soft')
    const touch = (what: string, to?: string): void => stage.lab.desk.touch(alice.deskNumber, what, to)
    await stage.act('a hand dials', async () => touch('dial', '600'))
    const up = await alice.until('it is up', ({ phone, state }) => phone === alice.desk && state === 'connected')
    stage.check('what was dialled', ['outgoing', '600'], [up.direction, up.remote.number])
    touch('hold')
    await alice.until('held', ({ id, held }) => id === up.id && held === 'local')
    touch('resume')
    await alice.until('resumed', ({ id, held }) => id === up.id && held === 'no')
    touch('hang-up')
    await alice.until('ended', is(up.id, 'ended'))
    const { entries } = await alice.session.history.list()
    stage.check(
      'what the history has',
      [[up.id, 'outgoing', '600']],
      entries.map(({ call, direction, remote }) => [call, direction, remote.number]),
    )
    stage.labSaw(['desk-alice', '600', 'answered'])
  },
}
