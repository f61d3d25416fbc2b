// The adapter of address books against Radicale.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { house } from '../../../packages/core/adapters/directory-carddav/house.suite.ts'
import { directoryPortSuite } from '../../../packages/core/services/directory/port.suite.ts'
import { cardText, folk, folkCard } from '../../../packages/core/services/directory/port-house.suite.ts'
import { whenInstalled } from '../peer.ts'
import { type Radicale, startRadicale } from './start.ts'

const book =
  '<d:mkcol xmlns:d="DAV:" xmlns:a="urn:ietf:params:xml:ns:carddav"><d:set><d:prop><d:resourcetype><d:collection/><a:addressbook/></d:resourcetype></d:prop></d:set></d:mkcol>'

describe('an address book at Radicale', whenInstalled('radicale', ['radicale']), () => {
  let radicale: Radicale
  before(async () => {
    radicale = await startRadicale()
    for (const [person, name] of [
      ['alice', 'people'],
      ['bob', 'first'],
      ['bob', 'second'],
    ] as const)
      assert.equal(await radicale.ask(person, 'MKCOL', `${name}/`, book), 201, radicale.log().slice(-800))
    for (const each of folk) await put('alice', `people/${each.user}`, folkCard(each))
  })
  after(() => radicale.stop())
  const put = async (person: string, path: string, card: string): Promise<void> => {
    const status = await radicale.ask(person, 'PUT', `${path}.vcf`, card)
    assert.ok([201, 204].includes(status), radicale.log().slice(-800))
  }

  directoryPortSuite('an address book of Radicale’s', async () => {
    const one = house(radicale.bookSettings('alice'))
    await one.first()
    return { port: one.port, close: async () => undefined }
  })

  test('what changes in one of Radicale’s books is found, and what is gone is not; the other books are not asked', async () => {
    await put('bob', 'first/ada', cardText('Ada Adams', '+1 303 555 0101'))
    await put('bob', 'second/bea', cardText('Bea Brown', '+1 303 555 0102'))
    const one = house(radicale.bookSettings('bob'))
    const first = await one.first()
    assert.deepEqual([first.is, first.entries, first.error], ['ready', 2, undefined])
    await put('bob', 'first/cleo', cardText('Cleo Clark', '+1 303 555 0103'))
    await radicale.ask('bob', 'DELETE', 'first/ada.vcf')
    one.clock.pass(400_000)
    assert.equal((await one.next()).entries, 2)
    assert.deepEqual(
      [await one.names('ada'), await one.names('bea'), await one.names('cleo')],
      [[], ['Bea Brown'], ['Cleo Clark']],
    )
    await radicale.ask('bob', 'DELETE', 'second/')
    one.clock.pass(400_000)
    assert.equal((await one.next()).entries, 1)
    await one.port.stop()
  })

  test('a password that Radicale refuses is told as that, and is not given again', async () => {
    const one = house({ ...radicale.bookSettings('alice'), 'directory.carddav.password': 'wrong' })
    const { is, error } = await one.first()
    assert.deepEqual([is, error?.code, one.clock.pending], ['failed', 'credentials-rejected', 0])
    await one.port.stop()
  })

  test('while Radicale is killed what was known stays, and it is read when it is back', async () => {
    const one = house(radicale.bookSettings('alice'))
    await one.first()
    await radicale.gone()
    one.clock.pass(400_000)
    const { is, error } = await one.next()
    assert.deepEqual([is, error?.code], ['waiting', 'server-refused'])
    assert.deepEqual(await one.names('zebedee'), ['Zebedee Quill'])
    await radicale.comeBack()
    await put('alice', 'people/dora', cardText('Dora Dunn', '+1 303 555 0104'))
    one.clock.pass(10_000)
    assert.equal((await one.next()).is, 'ready')
    assert.deepEqual(await one.names('dora'), ['Dora Dunn'])
    await one.port.stop()
  })
})
