import { patient, typed } from '../directory.ts'
import type { Scenario } from '../scenario.ts'

export const directoryUds: Scenario = {
  name: 'directory-uds',
  doc: 'Alice signs in with a name and a password alone, and the call manager that she found that way is her directory, too (UDS): she finds people there, and who has a number.',
  sabotage: { withhold: 'zoë is hired' },
  run: async (stage) => {
    stage.lab.setFault('directory-proof')
    const alice = await stage.person('alice', { ...stage.signIn('alice'), 'directory.type': 'uds', ...patient })
    await alice.session.until('directory', ({ sources }) => sources.some(({ is }) => is === 'ready'), 10_000)
    await stage.act('zoë is hired', async () =>
      stage.lab.directory.put('uid=zoe,ou=people,dc=lab,dc=example', {
        uid: 'zoe',
        displayName: 'Zoë Ångström',
        givenName: 'Zoë',
        sn: 'Ångström',
        telephoneNumber: '+1 303 555 0777',
      }),
    )
    stage.check('who is found', ['Zoë Ångström uds +13035550777'], await typed(alice, 'ångs'))
    const { entry } = await alice.session.directory.lookUp({ number: '+13035550777' })
    stage.check('who has the number', 'Zoë Ångström', entry?.name)
    const people = stage.lab.asked().filter((each) => each.startsWith('GET /cucm-uds/users?name='))
    stage.atLeast('how often the call manager was asked for names', 1, people.length)
    stage.check('and nobody was called', 0, stage.lab.record().calls.length)
  },
}
