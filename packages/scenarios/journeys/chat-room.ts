import { addressOf, chatter, lastIn, said } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatRoom: Scenario = {
  name: 'chat-room',
  doc: 'Three people in a room: each hears what is said, once; who leaves hears no more; who comes later finds what was said; a name that is taken is refused.',
  sabotage: { withhold: 'carol comes' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const carol = await chatter(stage, 'carol')
    const room = `plans@rooms.${addressOf(stage, 'alice').split('@')[1]}`
    await alice.session.chat.join({ room, nickname: 'Alice' })
    await bob.session.chat.join({ room, nickname: 'Bob' })
    const refused = await carol.session.chat.join({ room, nickname: 'Bob' }).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    )
    stage.check('a name that is taken', 'chat-nickname-taken', refused)
    await alice.session.chat.send({ to: room, text: 'Who is here?' })
    await lastIn(stage, bob, room, ({ text, from }) => text === 'Who is here?' && from === 'Alice')
    await stage.act('carol comes', async () => carol.session.chat.join({ room, nickname: 'Carol' }))
    await lastIn(stage, carol, room, ({ text }) => text === 'Who is here?')
    await bob.session.chat.leave({ room })
    await alice.session.until(
      'chat',
      ({ conversations: [first] }) => first?.room?.occupants.toSorted().join() === 'Alice,Carol',
      5000,
    )
    await carol.session.chat.send({ to: room, text: 'Only the two of us.' })
    await lastIn(stage, alice, room, ({ text }) => text === 'Only the two of us.')
    await lastIn(stage, carol, room, ({ text, state }) => text === 'Only the two of us.' && state === 'sent')
    stage.check(
      'what each has',
      [['Who is here?', 'Only the two of us.'], ['Who is here?'], ['Who is here?', 'Only the two of us.']],
      await Promise.all([said(alice, room), said(bob, room), said(carol, room)]),
    )
    stage.lab.record()
    stage.check(
      'what lies in the room’s archive',
      ['Who is here?', 'Only the two of us.'],
      stage.lab.xmpp.roomArchive('plans').flatMap(({ body }) => body ?? []),
    )
  },
}
