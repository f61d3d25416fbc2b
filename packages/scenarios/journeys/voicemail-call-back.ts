import { phoneOf, says } from '../listening.ts'
import { listed, listener } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const voicemailCallBack: Scenario = {
  name: 'voicemail-call-back',
  doc: 'Bob declines Alice’s call, for which he has chosen his voicemail: it answers her; he sees her name at the message and calls her back.',
  sabotage: { withhold: 'bob calls back' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), listener(stage, 'bob', phoneOf(stage, 'bob'))])
    const wish = await bob.session.calls.dial({ to: '*74' })
    await bob.until('it is taken', is(wish.call, 'connected'))
    await bob.session.calls.end({ call: wish.call })
    const { call } = await alice.session.calls.dial({ to: 'bob' })
    const ringing = await bob.until('it rings', isRinging)
    await bob.session.calls.decline({ call: ringing.id })
    await says(stage, alice, call, 1300)
    await bob.session.until('voicemail', ({ mailbox }) => mailbox.fresh === 3, 15_000)
    const [left] = await listed(bob, 'new')
    stage.check('who called', { number: 'alice', name: 'Alice' }, left?.from)
    const back = await stage.act('bob calls back', async () => bob.session.calls.dial({ to: left?.from.number ?? '' }))
    const rings = await alice.until('it rings', isRinging, 3000).catch(() => undefined)
    if (rings) await alice.session.calls.answer({ call: rings.id })
    if (back) await bob.until('connected', is(back.call, 'connected'))
    stage.check('who it is', 'bob', rings?.remote.number)
    stage.labSaw(['bob', '*74', 'answered'], ['alice', 'bob', 'answered'], ['bob', 'alice', 'answered'])
  },
}
