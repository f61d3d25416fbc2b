import { chatter, seenAfter } from '../people.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const presenceLine: Scenario = {
  name: 'presence-line',
  doc: 'Bob does not tell that he is on the phone, and his line does: Alice, who watches it, sees it at her contact Bob, beside all else that is known of him.',
  sabotage: { withhold: 'alice watches the line' },
  run: async (stage) => {
    const both = ['alice', 'bob'].map((name) => chatter(stage, name, 'chat and calls'))
    const [alice, bob] = (await Promise.all(both)) as [Person, Person]
    await bob.session.config.set({ name: 'presence.publishCalls', value: false })
    await bob.session.presence.set({ note: 'Here all day' })
    await stage.act('alice watches the line', () => alice.session.config.set({ name: 'calls.lamps', value: ['bob'] }))
    const { call } = await bob.session.calls.dial({ to: '600' })
    await bob.until('connected', is(call, 'connected'))
    stage.below('on the phone within', 1000, await seenAfter(stage, alice, 'bob', 'on-the-phone'))
    const { own } = (await bob.session.presence.get()).state
    stage.check('he tells only', 'available', own.availability)
    const { contacts } = (await alice.session.contacts.get()).state
    stage.check('and she sees his note', 'Here all day', contacts[0]?.presence.note)
    await bob.session.calls.end({ call })
    stage.below('available within', 1000, await seenAfter(stage, alice, 'bob', 'available'))
    await alice.session.config.set({ name: 'calls.lamps', value: [] })
    stage.labSaw(['bob', '600', 'answered'])
  },
}
