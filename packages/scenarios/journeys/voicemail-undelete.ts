import { listed, listener, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailUndelete: Scenario = {
  name: 'voicemail-undelete',
  doc: 'Alice has deleted both messages and brings one back: it is the very one, still new, and its light is on again; so too where the store cannot move messages.',
  sabotage: { withhold: 'alice brings one back' },
  run: async (stage) => {
    const alice = await listener(stage, 'alice')
    const [first, second] = await listed(alice)
    const ids = [first?.id ?? '', second?.id ?? '']
    await alice.session.voicemail.delete({ messages: ids })
    stage.check('the light is out', false, (await alice.session.voicemail.get()).state.mailbox.light)
    await stage.act('alice brings one back', async () => alice.session.voicemail.undelete({ messages: [ids[0] ?? ''] }))
    const [back] = await listed(alice)
    stage.check('it is the very one', [ids[0], true, first?.at], [back?.id, back?.isNew, back?.at])
    stage.check('the light is on again', true, (await alice.session.voicemail.get()).state.mailbox.light)
    stage.check('at the server', ['Deleted Items', 'INBOX'], stored(stage, 'alice'))
    stage.lab.setFault('voicemail-no-uidplus')
    const bob = await listener(stage, 'bob')
    const [mine] = await listed(bob)
    await bob.session.voicemail.delete({ messages: [mine?.id ?? ''] })
    stage.check('elsewhere it is only marked', ['INBOX', 'INBOX'], stored(stage, 'bob'))
    stage.check(
      'and is among the deleted',
      [mine?.id],
      (await listed(bob, 'deleted')).map(({ id }) => id),
    )
    await bob.session.voicemail.undelete({ messages: [mine?.id ?? ''] })
    stage.check('and comes back', 2, (await listed(bob)).length)
  },
}
