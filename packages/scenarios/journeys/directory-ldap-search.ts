import { patient, typed } from '../directory.ts'
import type { Scenario } from '../scenario.ts'

export const directoryLdapSearch: Scenario = {
  name: 'directory-ldap-search',
  doc: 'Alice types the beginning of a name, and the organisation’s directory (LDAP) has who is meant, with number and picture; what would be syntax there is a name that nobody has.',
  sabotage: { withhold: 'zoë is hired' },
  run: async (stage) => {
    const alice = await stage.personWith('alice', { ...stage.lab.people[0]?.directory, ...patient })
    await alice.session.until('directory', ({ sources }) => sources.some(({ is }) => is === 'ready'), 10_000)
    await stage.act('zoë is hired', async () =>
      stage.lab.directory.put('uid=zoe,ou=people,dc=lab,dc=example', {
        objectClass: ['person', 'inetOrgPerson'],
        uid: 'zoe',
        cn: 'Zoë Ångström',
        givenName: 'Zoë',
        sn: 'Ångström',
        mail: 'zoe@lab.example',
        telephoneNumber: '+1 303 555 0777',
      }),
    )
    stage.check('who is found', ['Zoë Ångström ldap +13035550777'], await typed(alice, 'ångs'))
    const { entry } = await alice.session.directory.lookUp({ number: '+13035550777' })
    stage.check('who has the number', 'Zoë Ångström', entry?.name)
    const [own] = (await alice.session.directory.search({ text: 'alice' })).entries
    const picture = own?.hasPhoto === true ? await alice.session.directory.photo({ id: own.id }) : undefined
    stage.check('alice’s own picture', 'image/png', picture?.photo.type)
    stage.check('and for what is syntax there', [], await typed(alice, 'zo*)(uid=*'))
    stage.check(
      'the directory was asked for a name',
      true,
      stage.lab.directory.asked().some((each) => each.includes('(cn=zo\\2a\\29\\28uid=\\2a*)')),
    )
    stage.check(
      'over a connection that is secure before anybody says who they are',
      true,
      isSecure(stage.lab.directory.asked()),
    )
    stage.check('and nobody was called', 0, stage.lab.record().calls.length)
  },
}

function isSecure(asked: readonly string[]): boolean {
  const [first, second] = asked
  return first === 'extended 1.3.6.1.4.1.1466.20037' && second?.startsWith('bind uid=alice,') === true
}
