import { phoneOf } from '../listening.ts'
import { counts, listed, listener, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const voicemailPilot: Scenario = {
  name: 'voicemail-pilot',
  doc: 'Bob dials the number of his mailbox, as its state names it, and hears his new messages by phone: then they are heard in the application, too.',
  sabotage: { withhold: 'bob dials it' },
  run: async (stage) => {
    const bob = await listener(stage, 'bob', phoneOf(stage, 'bob'))
    const [, longer] = await listed(bob)
    await bob.session.voicemail.mark({ messages: [longer?.id ?? ''], heard: true })
    stage.check('one is new', 1, await counts(bob, 1))
    const { pilot } = (await bob.session.voicemail.get()).state.mailbox
    const called = await stage.act('bob dials it', async () => bob.session.calls.dial({ to: pilot ?? '' }))
    if (called) {
      await bob.until('it answers', is(called.call, 'connected'))
      await bob.until('it hangs up', is(called.call, 'ended'))
    }
    stage.check('none is new', 0, await counts(bob, 0))
    stage.check('at the server', ['INBOX seen', 'INBOX seen'], stored(stage, 'bob'))
    const [phone] = (await bob.session.phones.get()).state.phones
    stage.check('what his phone shows', { waiting: false, fresh: 0, old: 2 }, phone?.messages)
    stage.labSaw(['bob', '*98', 'answered'])
  },
}
