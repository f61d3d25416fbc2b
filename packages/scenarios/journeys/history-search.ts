import { addressOf, chatter, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const historySearch: Scenario = {
  name: 'history-search',
  doc: 'What Alice had with Bob stands together, newest first, whichever way it was: found by his address, by his name as it is dialled, by words, by kind and by time.',
  sabotage: { withhold: 'bob answers' },
  run: async (stage) => {
    const mail = stage.lab.people.find(({ name }) => name === 'alice')?.voicemail ?? {}
    const [alice, bob] = await Promise.all([
      chatter(stage, 'alice', 'chat and calls', mail),
      chatter(stage, 'bob', 'chat and calls'),
    ])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const begun = new Date().toISOString()
    await alice.session.chat.send({ to: ofBob, text: 'Is the budget ready?' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text.startsWith('Is the budget'))
    await hangUp(alice, bob, await connect(stage, alice, bob))
    await bob.session.chat.send({ to: ofAlice, text: 'It is.' })
    await lastIn(stage, alice, ofBob, ({ text }) => text === 'It is.')

    // One of Bob’s lies there from the start.
    await alice.session.until('voicemail', ({ mailbox }) => mailbox.total === 2, 10_000)

    const found = async (sought: Parameters<typeof alice.session.history.search>[0]): Promise<string[]> =>
      (await alice.session.history.search(sought)).records.map((record) =>
        record.kind === 'message' ? record.message.text : `${record.kind} ${record.person}`,
      )
    const all = ['It is.', `call ${ofBob}`, 'Is the budget ready?', `voicemail ${ofBob}`]
    stage.check('with his address', all, await found({ with: ofBob }))
    stage.check('with what is dialled', all, await found({ with: 'bob' }))
    stage.check('with nobody', [], await found({ with: 'carol@lab.example' }))
    stage.check('his name', all, await found({ text: 'Bob' }))
    stage.check('words', ['Is the budget ready?'], await found({ text: 'budg ready' }))
    stage.check('calls', [`call ${ofBob}`], await found({ kinds: ['call'] }))
    stage.check('before', [], await found({ kinds: ['call', 'message'], to: begun }))
    const first = await alice.session.history.search({ with: ofBob, limit: 2 })
    const second = await found({ with: ofBob, limit: 2, ...(first.next === undefined ? {} : { cursor: first.next }) })
    stage.check('the next page', all.slice(2), second)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
