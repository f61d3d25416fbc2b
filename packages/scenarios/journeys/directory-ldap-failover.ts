import { patient, typed } from '../directory.ts'
import type { Scenario } from '../scenario.ts'

export const directoryLdapFailover: Scenario = {
  name: 'directory-ldap-failover',
  doc: 'While Alice searches, the directory’s first server dies in the middle of its answer: she has the answer of the second, and health says why.',
  sabotage: { withhold: 'the first server dies' },
  run: async (stage) => {
    const { directory, addresses } = stage.lab
    const alice = await stage.personWith('alice', { ...stage.lab.people[0]?.directory, ...patient })
    const at = async (server: string, withinMs: number): Promise<string | undefined> => {
      const { sources } = await alice.session.until(
        'directory',
        (state) => state.sources.some(({ is, address }) => is === 'ready' && address === `ldap://${server}`),
        withinMs,
      )
      return sources[0]?.error?.code
    }
    stage.check('the first server answers', undefined, await at(addresses.directory.first, 10_000))
    await stage.act('the first server dies', async () => stage.lab.setFault('directory-gone-in-search'))
    const found = await typed(alice, 'bob')
    stage.lab.clearFault('directory-gone-in-search')
    stage.check('she finds whom she looks for', ['Bob Baker ldap +13035550101'], found)
    stage.check('nobody is connected with the first', 0, directory.connections()[0])
    const why = await at(addresses.directory.second, 1500).catch(() => 'the second was not asked')
    stage.check('why the second answers', true, why === 'server-closed' || why === 'server-refused')
    const { services } = (await alice.session.health.get()).state
    const row = services.find(({ service }) => service === 'directory')
    stage.check('health is well, and has the cause beside it', ['ok', why], [row?.state, row?.warning?.code])
    stage.check('the next is found at once', ['Carol Clarke ldap +13035550102'], await typed(alice, 'carol'))
    stage.check('and nobody was called', 0, stage.lab.record().calls.length)
  },
}
