import { writeFile } from 'node:fs/promises'
import { cardText } from '../cards.ts'
import type { Scenario } from '../scenario.ts'

export const directorySearch: Scenario = {
  name: 'directory-search',
  doc: 'Alice types a name quickly: each letter ends the search before it, the last finds whom she means among a thousand, and she calls her.',
  sabotage: { withhold: 'zoe has a card' },
  run: async (stage) => {
    const file = stage.file('cards.vcf')
    const others = Array.from({ length: 1000 }, (_, n) => cardText({ uid: `u${n}`, name: `Zora Number${n}` }))
    const zoe = await stage.act('zoe has a card', async () => cardText({ uid: 'zoe', name: 'Zoë Echo', number: '600' }))
    await writeFile(file, others.join('') + (zoe ?? ''))
    const alice = await stage.personWith('alice', { 'directory.vcard.files': [file], 'directory.leastCharacters': 1 })
    await alice.session.until('directory', ({ sources }) => sources.some(({ is }) => is === 'ready'), 10_000)
    const typed = ['z', 'zo', 'zoe'].map((text) => alice.session.directory.search({ text }))
    const outcomes = await Promise.allSettled(typed)
    stage.check(
      'each letter ends the search before it',
      ['cancelled', 'cancelled', 'fulfilled'],
      outcomes.map((each) => (each.status === 'rejected' ? (each.reason as { code?: string }).code : each.status)),
    )
    const { entries } = await alice.session.directory.search({ text: 'zoe echo' })
    const [found] = entries
    stage.check('whom she means', ['Zoë Echo', '600'], [found?.name, found?.numbers[0]?.number])
    const { call } = await alice.session.calls.dial({ to: found?.numbers[0]?.number ?? '' })
    await alice.until('connected', ({ id, state }) => id === call && state === 'connected')
    await alice.session.calls.end({ call })
    await alice.until('ended', ({ id, state }) => id === call && state === 'ended')
    stage.labSaw(['alice', '600', 'answered'])
  },
}
