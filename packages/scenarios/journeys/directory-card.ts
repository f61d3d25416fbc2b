import { cardText } from '../cards.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'

export const directoryCard: Scenario = {
  name: 'directory-card',
  doc: 'Alice’s address book lies at a server: a card that is changed there is found as it is now, and the number of before is nobody’s any more.',
  sabotage: { withhold: 'ada’s card is changed' },
  run: async (stage) => {
    stage.lab.cards.put('alice', cardText({ uid: 'a', name: 'Ada Adams', number: '+1 303 555 0101' }))
    const known = stage.lab.people.find(({ name }) => name === 'alice')?.cards
    const alice = await stage.personWith('alice', { ...known })
    await alice.session.until('directory', ({ sources }) => sources.some(({ is }) => is === 'ready'), 10_000)
    stage.check('who has the number', 'Ada Adams', await whoHas(alice, '+13035550101'))
    await stage.act('ada’s card is changed', async () => {
      stage.lab.cards.put('alice', cardText({ uid: 'a', name: 'Ada Archer', number: '+1 303 555 0102' }))
      stage.lab.cards.put('alice', cardText({ uid: 'b', name: 'Bea Brown' }), 'new.vcf')
    })
    // What it is set to counts at once, and so the server is asked now.
    await alice.session.config.set({ name: 'directory.carddav.pollS', value: 6 })
    await alice.session
      .until('directory', ({ sources }) => sources.some(({ entries }) => entries === 2), 5000)
      .catch(() => undefined)
    const { entries } = await alice.session.directory.search({ text: 'ada' })
    stage.check(
      'she is found as she is now',
      [['Ada Archer', '+13035550102']],
      entries.map(({ name, numbers }) => [name, numbers[0]?.e164]),
    )
    stage.check('the number of before is nobody’s', undefined, await whoHas(alice, '+13035550101'))
    const [, principal] = stage.lab.calendar.asked()
    stage.check(
      'the server was asked, and nobody was called',
      ['PROPFIND /dav/', 0],
      [principal, stage.lab.record().calls.length],
    )
  },
}

async function whoHas(person: Person, number: string): Promise<string | undefined> {
  return (await person.session.directory.lookUp({ number })).entry?.name
}
