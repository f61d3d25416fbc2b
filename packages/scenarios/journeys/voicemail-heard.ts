import { counts, listed, listener, soundOf, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailHeard: Scenario = {
  name: 'voicemail-heard',
  doc: 'Alice fetches the sound of her messages and marks them as heard: her other application sees it, the light goes out, and so it is at the server; another client marks one as new, and she sees that.',
  sabotage: { withhold: 'alice marks them' },
  run: async (stage) => {
    const alice = await listener(stage, 'alice')
    const other = await stage.application(alice, 'her other application')
    const messages = await listed(alice)
    const sound = await soundOf(alice, messages[0]?.id ?? '')
    stage.check(
      'it is a whole WAV file',
      ['RIFF', sound.length],
      [sound.toString('latin1', 0, 4), sound.readUInt32LE(4) + 8],
    )
    stage.check('to fetch it is not to have heard it', 2, (await listed(alice, 'new')).length)
    await stage.act('alice marks them', async () => {
      await alice.session.voicemail.mark({ messages: messages.map(({ id }) => id), heard: true })
    })
    stage.check('her other application sees it', 0, await counts(other, 0))
    stage.check('and its light is out', false, (await other.session.voicemail.get()).state.mailbox.light)
    stage.check('at the server', ['INBOX seen', 'INBOX seen'], stored(stage, 'alice'))
    const [first] = stage.lab.voicemail.messages('alice')
    stage.lab.voicemail.store.flag('alice', 'INBOX', first?.uid ?? 0, '-', ['\\Seen'])
    stage.check('what another client does is seen', 1, await counts(other, 1))
  },
}
