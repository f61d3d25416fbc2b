import { atLab, conferenceOf, visit } from '../conferences.ts'
import { addressOf, chatter } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const conferenceFromCall: Scenario = {
  name: 'conference-from-call',
  doc: 'Alice talks with Bob by phone and goes on in a conference with pictures: he is asked by chat while the call is up, both join, and the call ends.',
  sabotage: { withhold: 'bob joins' },
  run: async (stage) => {
    const { settings } = stage.lab.bigbluebutton
    const [alice, bob] = await Promise.all([
      chatter(stage, 'alice', 'chat and calls', settings),
      chatter(stage, 'bob', 'chat and calls', settings),
    ])
    const { call } = await alice.session.calls.dial({ to: addressOf(stage, 'bob') })
    const rings = await bob.until('rings', isRinging)
    await bob.session.calls.answer({ call: rings.id })
    await alice.until('connected', is(call, 'connected'))

    const made = await alice.session.conferences.create({ subject: 'Plans', call, kind: 'bigbluebutton' })
    const asked = await conferenceOf(stage, bob, ({ from }) => from === addressOf(stage, 'alice'))
    stage.check('what he is asked into', ['Plans', 'ready'], [asked?.subject, asked?.state])
    stage.check('meanwhile they talk', ['connected'], [bob.calls().find(({ id }) => id === rings.id)?.state])
    const { open: hers = '' } = await alice.session.conferences.join({ ...made, name: 'Alice' })
    await visit(stage, hers)
    await stage.act('bob joins', async () => {
      const { open = '' } = await bob.session.conferences.join({ conference: asked?.conference ?? '', name: 'Bob' })
      await visit(stage, open)
    })
    stage.check('who is there', [['Alice (host)', 'Bob']], atLab(stage))
    await alice.session.calls.end({ call })
    await bob.until('over', is(rings.id, 'ended'))
    const { state } = await alice.session.conferences.get()
    stage.check(
      'the conference goes on',
      ['joined'],
      state.conferences.map(({ state: now }) => now),
    )
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
