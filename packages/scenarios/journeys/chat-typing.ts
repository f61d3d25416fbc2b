import { addressOf, chatter, delivered } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatTyping: Scenario = {
  name: 'chat-typing',
  doc: 'Bob sees that Alice is writing, until she sends it or thinks better of it; who does not want that to be seen is not seen.',
  sabotage: { withhold: 'alice stops writing' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await alice.session.chat.send({ to: ofBob, text: 'Hello' })
    const writes = async (is: boolean): Promise<string[]> => {
      const state = await bob.session
        .until('chat', ({ conversations: [first] }) => first !== undefined && first.typing.length > 0 === is, 3000)
        .catch(async () => (await bob.session.chat.get()).state)
      return state.conversations[0]?.typing ?? []
    }
    await writes(false)
    await alice.session.chat.typing({ conversation: ofBob, typing: true })
    stage.check('she is writing', [ofAlice], await writes(true))
    await stage.act('alice stops writing', async () =>
      alice.session.chat.typing({ conversation: ofBob, typing: false }),
    )
    stage.check('no longer', [], await writes(false))
    await alice.session.chat.typing({ conversation: ofBob, typing: true })
    stage.check('again', [ofAlice], await writes(true))
    await alice.session.chat.send({ to: ofBob, text: 'How are you?' })
    stage.check('and it has come', [], await writes(false))
    await alice.session.config.set({ name: 'chat.typing', value: false })
    await alice.session.chat.typing({ conversation: ofBob, typing: true })
    await alice.session.chat.send({ to: ofBob, text: 'Well?' })
    await bob.session.until('chat', ({ conversations: [first] }) => first?.last?.text === 'Well?', 5000)
    stage.check('what the lab brought', ['Hello', 'How are you?', 'Well?'], delivered(stage, 'bob'))
  },
}
