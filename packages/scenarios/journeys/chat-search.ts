import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatSearch: Scenario = {
  name: 'chat-search',
  doc: 'Alice looks for words in what was said: all of them, as they begin, newest first; what was corrected is found by what it says now.',
  sabotage: { withhold: 'alice corrects the last' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    for (const text of ['The budget of spring', 'A budget for lunch', 'Lunch in sprnig?'])
      await alice.session.chat.send({ to: ofBob, text })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'Lunch in sprnig?')
    const found = async (words: string): Promise<string[]> =>
      (await alice.session.chat.search({ words })).messages.map(({ text }) => text)
    const { last } = (await alice.session.chat.get()).state.conversations[0] ?? {}
    await stage.act('alice corrects the last', async () =>
      alice.session.chat.correct({ message: last?.id ?? '', text: 'Lunch in spring?' }),
    )
    stage.check('one word', ['A budget for lunch', 'The budget of spring'], await found('budget'))
    stage.check('two words, one of them begun', ['The budget of spring'], await found('bud SPRING'))
    stage.check('what was corrected', ['Lunch in spring?', 'The budget of spring'], await found('spring'))
    stage.check('no command to the index', [], await found('" OR budget NOT *'))
    stage.atLeast('what the lab brought', 3, delivered(stage, 'bob').length)
  },
}
