import { atDesk, atPhone } from '../desk.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const deskUacstaLost: Scenario = {
  name: 'desk-uacsta-lost',
  doc: 'Bob calls the phone on Alice’s desk, which is controlled in a dialog of SIP; a hand answers and holds; the gateway ends the dialog, and the call is the same in the next one until a hand ends it.',
  sabotage: { withhold: 'a hand answers' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([atDesk(stage, 'alice', 'desk', 'uacsta'), stage.person('bob')])
    const touch = (what: string): void => stage.lab.desk.touch(alice.deskNumber, what)
    const { call: bobs } = await bob.session.calls.dial({ to: alice.deskNumber })
    const rings = await alice.until('it rings', ({ phone, state }) => phone === alice.desk && state === 'alerting')
    stage.check('who calls', 'bob', rings.remote.number)
    await stage.act('a hand answers', async () => touch('answer'))
    const up = await alice.until('answered', is(rings.id, 'connected'), 3000).catch(() => undefined)
    const his = await bob.until('bob is connected', is(bobs, 'connected'), 3000).catch(() => undefined)
    stage.check('both are connected', ['connected', 'connected'], [up?.state, his?.state])
    if (!up) return
    touch('hold')
    await alice.until('held', ({ id, held }) => id === rings.id && held === 'local')
    stage.lab.uacsta.cut()
    const isDesk =
      (state: string) =>
      (seen: { phones: readonly { id: string; state: { is: string } }[] }): boolean =>
        seen.phones.some((phone) => phone.id === alice.desk && phone.state.is === state)
    await alice.session.until('phones', isDesk('waiting'), 10_000)
    await alice.session.until('phones', isDesk('ready'), 20_000)
    stage.check(
      'the same call',
      [[rings.id, 'local']],
      alice.calls().map(({ id, held }) => [id, held]),
    )
    touch('hang-up')
    await alice.until('ended', is(rings.id, 'ended'))
    stage.check('and then', [], atPhone(stage, alice.deskNumber))
    const { entries } = await alice.session.history.list()
    stage.check(
      'once',
      [rings.id],
      entries.map((entry) => entry.call),
    )
    stage.labSaw(['bob', 'desk-alice', 'answered'])
  },
}
