import { addressOf, chatter, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import type { Person } from '../person.ts'
import { is, isRinging } from './quiet.ts'

export const chatCall: Scenario = {
  name: 'chat-call',
  doc: 'Out of a conversation Alice calls Bob by his address: he sees which contact calls, and the call, and another that he misses, are in the conversation on both sides.',
  sabotage: { withhold: 'bob answers' },
  run: async (stage) => {
    const both = ['alice', 'bob'].map((name) => chatter(stage, name, 'chat and calls'))
    const [alice, bob] = (await Promise.all(both)) as [Person, Person]
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await alice.session.chat.send({ to: ofBob, text: 'May I call?' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'May I call?')
    await bob.session.chat.read({ conversation: ofAlice })

    const first = await alice.session.calls.dial({ to: ofBob })
    const rings = await bob.until('rings', isRinging)
    stage.check('who calls', ofAlice, rings.person)
    await stage.act('bob answers', async () => bob.session.calls.answer({ call: rings.id }))
    const up = await alice.until('connected', is(first.call, 'connected')).catch(() => undefined)
    stage.check('whom she called', ofBob, up?.person)
    await alice.session.calls.end({ call: first.call })
    const talked = await lastIn(stage, bob, ofAlice, ({ call }) => call !== undefined)
    stage.check(
      'a call with its time',
      [rings.id, true, false],
      [talked?.call?.id, talked?.call?.talkedMs !== undefined, talked?.call?.missed],
    )

    const second = await alice.session.calls.dial({ to: ofBob })
    await bob.until('rings again', (call) => isRinging(call) && call.id !== rings.id)
    await alice.session.calls.end({ call: second.call })
    await alice.until('over', is(second.call, 'ended'))
    await lastIn(stage, bob, ofAlice, ({ call }) => call?.missed === true)
    const { state } = await bob.session.chat.get()
    stage.check(
      'what he missed is unread',
      [1],
      state.conversations.map(({ unread }) => unread),
    )
    const { messages } = await alice.session.chat.list({ conversation: ofBob })
    stage.check(
      'what is in her conversation, newest first',
      [second.call, first.call, undefined],
      messages.map(({ call }) => call?.id),
    )
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', 'bob', 487])
  },
}
