import { atAskedDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskSipByHand: Scenario = {
  name: 'desk-sip-by-hand',
  doc: 'Alice dials and holds with her hand at a phone that no server controls: her application shows it, resumes, and ends the call in its place.',
  sabotage: { withhold: 'a hand dials' },
  run: async (stage) => {
    const alice = await atAskedDesk(stage, 'alice', { uses: 'soft', dial: 'refer', end: 'replace' })
    const touch = (what: string, to?: string): void => stage.lab.desk.touch(alice.deskNumber, what, to)
    await stage.act('a hand dials', async () => touch('dial', '600'))
    const up = await alice.until('it is up', ({ phone, state }) => phone === alice.desk && state === 'connected')
    stage.check('what was dialled', ['outgoing', '600'], [up.direction, up.remote.number])
    touch('hold')
    await alice.until('held', ({ id, held }) => id === up.id && held === 'local')
    await alice.session.calls.resume({ call: up.id })
    await alice.until('resumed', ({ id, held }) => id === up.id && held === 'no')
    await alice.session.calls.end({ call: up.id })
    const { end } = await alice.until('ended', is(up.id, 'ended'))
    stage.check('who ended it', ['local', undefined], [end?.by, end?.error])
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    const { entries } = await alice.session.history.list()
    stage.check(
      'what the history has',
      [[up.id, 'outgoing', '600']],
      entries.map(({ call, direction, remote }) => [call, direction, remote.number]),
    )
    stage.labSaw(['desk-alice', '600', 'answered'], ['alice', 'desk-alice', 'answered'])
  },
}
