// The adapter against the lab's directory.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { directoryPortSuite } from '../../services/directory/port.suite.ts'
import { entryOf, everybody, house } from './house.suite.ts'

const ways = [
  ['an OpenLDAP, by StartTLS', {}],
  ['an Active Directory, by TLS from the start', { 'directory.product': 'AD', 'directory.attributes': {} }],
] as const

for (const [name, more] of ways) {
  describe(name, () => {
    let lab: Lab
    before(async () => {
      lab = await startLab()
      for (const each of everybody) lab.directory.put(`uid=${each.user},ou=people,dc=lab,dc=example`, entryOf(each))
    })
    after(() => lab.close())
    directoryPortSuite(name, async () => {
      const servers = name.includes('Active')
        ? { 'directory.servers': `ldaps://${lab.addresses.directory.firstTls}` }
        : {}
      const { port, first } = house({ ...lab.people[0]?.directory, ...more, ...servers })
      assert.equal((await first()).is, 'ready')
      return { port, close: async () => {} }
    })
  })
}
