import { addressOf, chatter, lastIn, said } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatCorrection: Scenario = {
  name: 'chat-correction',
  doc: 'Alice corrects what she wrote last: Bob sees the new words in the place of the old, and that they were changed. What is not the last is not corrected, and nobody corrects the words of others.',
  sabotage: { withhold: 'alice corrects it' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const { message: first } = await alice.session.chat.send({ to: ofBob, text: 'At tow?' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'At tow?')
    await stage.act('alice corrects it', async () => alice.session.chat.correct({ message: first, text: 'At two?' }))
    const seen = await lastIn(stage, bob, ofAlice, ({ text }) => text === 'At two?')
    stage.check('it is said to be changed', true, seen?.editedAt !== undefined)
    await alice.session.chat.send({ to: ofBob, text: 'Or three.' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'Or three.')
    const codeOf = (act: Promise<unknown>): Promise<unknown> =>
      act.then(
        () => 'done',
        ({ code }) => code,
      )
    stage.check(
      'who corrects what is not the last, or of somebody else',
      ['message-not-last', 'message-not-last'],
      [
        await codeOf(alice.session.chat.correct({ message: first, text: 'At four?' })),
        await codeOf(bob.session.chat.correct({ message: seen?.id ?? first, text: 'At five?' })),
      ],
    )
    stage.check(
      'both have the same',
      [
        ['At two?', 'Or three.'],
        ['At two?', 'Or three.'],
      ],
      [await said(alice, ofBob), await said(bob, ofAlice)],
    )
    const bodies = stage.lab.xmpp.archive('bob').map(({ body }) => body)
    stage.check(
      'what lies in the lab’s archive',
      ['At tow?', 'At two?', 'Or three.'],
      bodies.filter((body) => body),
    )
    stage.lab.record()
  },
}
