import { writeFile } from 'node:fs/promises'
import { cardText } from '../cards.ts'
import { counts, listed, listener, stored } from '../mailbox.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailList: Scenario = {
  name: 'voicemail-list',
  doc: 'Two messages wait for Alice; Carol leaves another while she looks: her light is on, and she sees who it is from, how long, and that it is urgent. Whose number her address cards have is named.',
  sabotage: { withhold: 'carol leaves a message' },
  run: async (stage) => {
    const file = stage.file('cards.vcf')
    await writeFile(file, cardText({ uid: 'd', name: 'Dora Diaz', number: '+1 (303) 555-2044' }))
    const alice = await listener(stage, 'alice', { 'directory.vcard.files': [file] })
    stage.check('two wait', 2, await counts(alice, 2))
    const told = alice.session.until('voicemail', ({ mailbox }) => mailbox.total === 3, 3000).catch(() => undefined)
    await stage.act('carol leaves a message', async () => {
      const sound = { samples: new Int16Array(8000 * 3), sampleRate: 8000 }
      stage.lab.voicemail.leave('alice', { from: { number: 'carol', name: 'Carol' }, urgent: true, sound })
    })
    stage.check(
      'a third comes by itself',
      [3, 2, true],
      await told.then((is) => is && [is.mailbox.fresh, is.mailbox.urgent, is.mailbox.light]),
    )
    const [newest, ...others] = await listed(alice)
    const { from, lengthMs, urgent, isNew } = newest ?? {}
    stage.check(
      'the newest is hers',
      ['carol', 'Carol', 3000, true, true],
      [from?.number, from?.name, lengthMs, urgent, isNew],
    )
    stage.check(
      'below are the others',
      ['carol', 'bob'],
      others.map((each) => each.from.number),
    )
    const named = nameOf(alice, '+13035552044', 'Dora Diaz')
    stage.lab.voicemail.leave('alice', { from: { number: '+13035552044' } })
    stage.check('who is on a card is named', true, await named)
    stage.check('what the lab has', ['INBOX', 'INBOX', 'INBOX', 'INBOX'], stored(stage, 'alice'))
  },
}

/** Whether a message of that number comes to bear that name. */
async function nameOf({ session }: Person, number: string, name: string): Promise<boolean> {
  try {
    for await (const _ of session.voicemail.watch({ signal: AbortSignal.timeout(4000) })) {
      const { messages } = await session.voicemail.list()
      if (messages.some(({ from }) => from.number === number && from.name === name)) return true
    }
  } catch {
    // Not in time.
  }
  return false
}
