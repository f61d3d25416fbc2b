import { addressOf, chatter, lastIn, said } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatCut: Scenario = {
  name: 'chat-cut',
  doc: 'While Alice writes her line breaks, and then the server is gone: what she writes is taken, waits, and arrives once and in order.',
  sabotage: { withhold: 'the server comes back' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const texts = Array.from({ length: 30 }, (_, n) => `Line ${n + 1}.`)
    for (const [n, text] of texts.entries()) {
      if (n === 10) stage.lab.xmpp.cut('alice')
      if (n === 20) await stage.lab.xmpp.go()
      await alice.session.chat.send({ to: ofBob, text })
    }
    const { last } = (await alice.session.chat.get()).state.conversations[0] ?? {}
    stage.check('what waits says so', 'queued', last?.state)
    await stage.act('the server comes back', async () => stage.lab.xmpp.comeBack())
    await bob.session.until('presence', ({ published }) => published, 6000).catch(() => undefined)
    await lastIn(stage, bob, ofAlice, ({ text }) => text === texts.at(-1))
    stage.check('once and in order', texts, await said(bob, ofAlice))
    await lastIn(stage, alice, ofBob, ({ state }) => state !== 'queued')
    stage.lab.record()
    const archived = stage.lab.xmpp.archive('bob').flatMap(({ body }) => body ?? [])
    stage.check('and in the lab’s archive', texts, archived)
  },
}
