import { writeFile } from 'node:fs/promises'
import { cardText } from '../cards.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const directoryCaller: Scenario = {
  name: 'directory-caller',
  doc: 'Somebody calls Alice from a number inside the house: a directory look-up rule makes of it what her address cards have, the name is shown while it rings, and the history keeps it.',
  sabotage: { withhold: 'the administrator makes the rule' },
  lines: { bob: ['2044'] },
  run: async (stage) => {
    const file = stage.file('cards.vcf')
    await writeFile(file, cardText({ uid: 'b', name: 'Bob Baker', number: '+1 (303) 555-2044' }))
    await stage.act('the administrator makes the rule', async () =>
      stage.lab.rules.set('directory', [{ beginsWith: '20', numDigits: 4, digitsToRemove: 0, prefixWith: '+1303555' }]),
    )
    const [alice, bob] = await Promise.all([
      stage.person('alice', { ...stage.signIn('alice'), 'directory.vcard.files': [file] }),
      stage.person('bob', stage.signIn('bob')),
    ])
    await alice.session.until('dialRules', ({ directory }) => directory.count === 1, 3000)
    const { phones } = await bob.session.until(
      'phones',
      (state) => state.phones.some(({ line, state: { is: how } }) => line?.number === '2044' && how === 'ready'),
      5000,
    )
    const phone = phones.find(({ line }) => line?.number === '2044')?.id ?? ''
    const { call } = await bob.session.calls.dial({ to: 'alice', phone })
    const rings = await alice
      .until('the name is shown', ({ direction, known }) => direction === 'incoming' && known !== undefined, 5000)
      .catch(() => undefined)
    stage.check(
      'who calls, while it rings',
      ['2044', 'Bob Baker', 'alerting'],
      [rings?.remote.number, rings?.known?.name, rings?.state],
    )
    const { entry } = await alice.session.directory.entry({ id: rings?.known?.entry ?? '' })
    stage.check('and their entry', '+13035552044', entry.numbers[0]?.e164)
    await alice.session.calls.decline({ call: rings?.id ?? '' })
    await bob.until('declined', is(call, 'ended'))
    await alice.until('over', is(rings?.id ?? '', 'ended'))
    const { entries } = await alice.session.history.list({})
    stage.check('the history keeps it', ['2044', 'Bob Baker'], [entries[0]?.remote.number, entries[0]?.known?.name])
    stage.labSaw(['2044', 'alice', 603])
  },
}
