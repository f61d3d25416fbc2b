import { writeFile } from 'node:fs/promises'
import { cardText } from '../cards.ts'
import { addressOf, chatter, sees } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const directoryContact: Scenario = {
  name: 'directory-contact',
  doc: 'Alice’s contact Bob has a number, a title and a picture by her address cards: she sees them at him, and dials the number.',
  sabotage: { withhold: 'bob has a card' },
  run: async (stage) => {
    const file = stage.file('cards.vcf')
    const address = addressOf(stage, 'bob')
    await stage.act('bob has a card', () =>
      writeFile(file, cardText({ uid: 'b', name: 'Bob Baker', number: '600', title: 'Baker', address, photo })),
    )
    const alice = await chatter(stage, 'alice', 'chat and calls', { 'directory.vcard.files': [file] })
    const bob = await sees(stage, alice, 'bob', ({ numbers }) => numbers !== undefined)
    stage.check(
      'what she sees of him',
      ['Baker', [{ number: '600', kind: 'work', from: 'directory' }]],
      [bob?.title, bob?.numbers],
    )
    stage.check('he has a picture', true, bob?.photo !== undefined)
    const shown = await alice.session.contacts.photo({ address })
    stage.check('which is the card’s', { type: 'image/png', content: photo }, shown.photo)
    const { call } = await alice.session.calls.dial({ to: bob?.numbers?.[0]?.number ?? '' })
    const up = await alice.until('connected', is(call, 'connected'))
    stage.check('whom she talks to is her contact', address, up.person)
    await alice.session.calls.end({ call })
    await alice.until('ended', is(call, 'ended'))
    stage.labSaw(['alice', '600', 'answered'])
  },
}

/** As small as a picture can be: a PNG of one point. */
const photo = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
