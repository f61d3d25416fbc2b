import { listed, listener, soundOf, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailCut: Scenario = {
  name: 'voicemail-cut',
  doc: 'The server goes away in the middle of a sound and for a while: Alice is told why, has her list meanwhile, and when it is back the sound is whole and nothing is lost or there twice.',
  sabotage: { withhold: 'the server comes back' },
  run: async (stage) => {
    const alice = await listener(stage, 'alice')
    const messages = await listed(alice)
    const [first] = messages
    stage.lab.setFault('voicemail-cut-in-download')
    const why = await soundOf(alice, first?.id ?? '').then(
      () => 'it came',
      (error: { readonly code?: string }) => error.code,
    )
    stage.check('why it broke off', 'voicemail-unavailable', why)
    await stage.lab.voicemail.go()
    const { mailbox } = await alice.session.until('voicemail', ({ mailbox: { is } }) => is === 'waiting', 10_000)
    stage.check(
      'the mailbox says so',
      ['waiting', true],
      [mailbox.is, /^server-(refused|closed)$/.test(mailbox.error?.code ?? '')],
    )
    stage.check('the list is as it was', messages.length, (await listed(alice)).length)
    await stage.act('the server comes back', () => stage.lab.voicemail.comeBack())
    const back = await alice.session
      .until('voicemail', ({ mailbox: { is } }) => is === 'ready', 8000)
      .then(() => true)
      .catch(() => false)
    stage.check('it is reached again', true, back)
    const sound = await soundOf(alice, first?.id ?? '')
    stage.check('the sound is whole', sound.length, sound.readUInt32LE(4) + 8)
    stage.check('the same messages', messages, await listed(alice))
    stage.check('what the lab has', ['INBOX', 'INBOX'], stored(stage, 'alice'))
  },
}
