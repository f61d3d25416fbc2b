import { addressOf, chatter, lastIn } from '../people.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const historyForget: Scenario = {
  name: 'history-forget',
  doc: 'Alice deletes what she had with Bob: it is found by nothing and gone from their conversation, on her side alone, and an application that watches is told.',
  sabotage: { withhold: 'alice deletes it' },
  run: async (stage) => {
    const both = ['alice', 'bob'].map((name) => chatter(stage, name, 'chat and calls'))
    const [alice, bob] = (await Promise.all(both)) as [Person, Person]
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await alice.session.chat.send({ to: ofBob, text: 'Forget this.' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'Forget this.')
    await hangUp(alice, bob, await connect(stage, alice, bob))
    await alice.session.until('history', ({ total }) => total === 1, waitMs)

    await stage.act('alice deletes it', async () => {
      stage.check('how many', { forgotten: 2 }, await alice.session.history.forget({ with: ofBob }))
    })
    const { records } = await alice.session.history.search()
    stage.check('what is found', [], records)
    stage.check('words', [], (await alice.session.chat.search({ words: 'forget' })).messages)
    stage.check('in her conversation', [], (await alice.session.chat.list({ conversation: ofBob })).messages)
    const { conversations } = (await alice.session.chat.get()).state
    stage.check(
      'its last',
      [undefined],
      conversations.map(({ last }) => last),
    )
    const counted = await alice.session.history.get()
    stage.check('calls that are counted', 0, counted.state.total)
    stage.check('bob has it all', 2, (await bob.session.history.search()).records.length)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}

const waitMs = 8000
