// The adapter against the lab's directory.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { directoryPortSuite } from '../../services/directory/port.suite.ts'
import { folk, never } from '../../services/directory/port-house.suite.ts'
import { entryOf, house } from './house.suite.ts'

const ways = [
  ['an OpenLDAP, by StartTLS', {}],
  ['an Active Directory, by TLS from the start', { 'directory.product': 'AD', 'directory.attributes': {} }],
] as const

for (const [name, more] of ways) {
  describe(name, () => {
    let lab: Lab
    before(async () => {
      lab = await startLab()
      for (const each of folk) lab.directory.put(`uid=${each.user},ou=people,dc=lab,dc=example`, entryOf(each))
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

describe('a directory', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
    for (const each of folk) lab.directory.put(`uid=${each.user},ou=people,dc=lab,dc=example`, entryOf(each))
  })
  after(() => lab.close())
  const settings = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    ...lab.people[0]?.directory,
    ...more,
  })
  const binds = (from: number): string[] =>
    lab.directory
      .asked()
      .slice(from)
      .filter((each) => each.startsWith('bind'))

  const searches = (from: number): number =>
    lab.directory
      .asked()
      .slice(from)
      .filter((each) => each.startsWith('search')).length

  test('that goes in the middle of its answer leaves it to the next, and why is told; when it is back it is asked again', async () => {
    const { first, names, states, clock, port } = house(settings())
    await first()
    lab.setFault('directory-gone-in-search')
    const found = names('zeb')
    await until(() => lab.directory.connections()[0] === 0)
    lab.clearFault('directory-gone-in-search')
    assert.deepEqual(await found, ['Zebedee Quill'])
    const [one, other] = [lab.addresses.directory.first, lab.addresses.directory.second].map((each) => `ldap://${each}`)
    const { is, address, error } = states.at(-1) ?? {}
    assert.deepEqual([is, address], ['ready', other])
    assert.match(error?.code ?? '', /^server-(closed|refused)$/)
    await lab.directory.comeBack()
    await names('zeb')
    assert.equal(lab.directory.connections()[0], 0, 'it is left in peace for a while')
    clock.pass(60_000)
    await names('zeb')
    await until(() => lab.directory.connections()[0] === 1)
    await until(async () => {
      await names('zeb')
      return states.at(-1)?.address === one
    })
    assert.equal(states.at(-1)?.error, undefined)
    await port.stop()
    assert.equal(clock.pending, 0)
  })

  test('that says nothing is left after half of the time, and the next is asked first from then on', async () => {
    const { first, names, states, clock, port } = house(settings())
    await first()
    lab.setFault('directory-slow', '3600000')
    const before = lab.directory.asked().length
    const found = names('zeb')
    await until(() => searches(before) === 2)
    lab.clearFault('directory-slow')
    clock.pass(2600)
    assert.deepEqual(await found, ['Zebedee Quill'])
    assert.deepEqual([states.at(-1)?.is, states.at(-1)?.error?.code], ['ready', 'server-silent'])
    await port.stop()
    assert.equal(clock.pending, 0)
  })

  test('has each of its faults told by its own name', async () => {
    for (const [fault, is, code] of [
      ['directory-refused-bind', 'failed', 'credentials-rejected'],
      ['directory-forbidden', 'waiting', 'directory-refused'],
      ['directory-busy', 'waiting', 'server-overloaded'],
      ['directory-garbled', 'waiting', 'server-garbled'],
      ['directory-no-tls', 'waiting', 'tls-failed'],
    ] as const) {
      const { port, first } = house(settings({ 'directory.servers': `ldap://${lab.addresses.directory.first}` }))
      lab.setFault(fault)
      const state = await first()
      await assert.rejects(port.search({ text: 'zeb', limit: 5 }, never()), { code }, fault)
      lab.clearFault(fault)
      assert.deepEqual([state.is, state.error?.code], [is, code], fault)
      await port.stop()
    }
  })

  test('is not given again a password that it has refused, nor is another server, until the next sign-in', async () => {
    const before = lab.directory.asked().length
    const { port, first, states } = house(settings({ 'directory.password': 'wrong' }))
    assert.equal((await first()).is, 'failed')
    for (let n = 0; n < 3; n++)
      await assert.rejects(port.search({ text: 'zeb', limit: 5 }, never()), { code: 'credentials-rejected' })
    assert.equal(binds(before).length, 1)
    assert.doesNotMatch(JSON.stringify(states), /wrong/)
    await port.stop()
    port.start()
    await until(() => binds(before).length === 2)
    await port.stop()
  })

  test('is told when nobody waits for an answer any more', async () => {
    const { port, first, names } = house(settings())
    await first()
    lab.setFault('directory-slow', '3600000')
    const given = new AbortController()
    const before = lab.directory.asked().length
    const searching = port.search({ text: 'zeb', limit: 5 }, given.signal)
    await until(() => searches(before) === 2)
    given.abort()
    await assert.rejects(searching, { code: 'cancelled' })
    await until(() =>
      lab.directory
        .asked()
        .slice(before)
        .some((each) => each.startsWith('abandon')),
    )
    lab.clearFault('directory-slow')
    assert.deepEqual(await names('zeb'), ['Zebedee Quill'])
    assert.deepEqual(binds(before), [], 'the connection is the same')
    await port.stop()
  })

  test('that nobody has asked for a while is left, and connected with again', async () => {
    const { first, names, clock, port } = house(settings())
    await first()
    assert.deepEqual(lab.directory.connections(), [1, 0])
    clock.pass(241_000)
    await until(() => lab.directory.connections()[0] === 0)
    assert.deepEqual(await names('zeb'), ['Zebedee Quill'])
    assert.deepEqual(lab.directory.connections(), [1, 0])
    await port.stop()
    await until(() => lab.directory.connections()[0] === 0)
  })

  test('is given no password in the clear where that is not wanted, and none for a name without one', async () => {
    const before = lab.directory.asked().length
    for (const [more, code] of [
      [{ 'directory.tls': false, 'directory.secureBind': true }, 'directory-not-secure'],
      [{ 'directory.tls': false, 'directory.servers': 'ldap://192.0.2.1' }, 'directory-not-secure'],
      [{ 'directory.password': '' }, 'credentials-missing'],
      [{ 'directory.user': undefined, 'directory.usePersonCredentials': true }, 'credentials-missing'],
      [{ 'directory.servers': undefined }, 'setting-missing'],
      [{ 'directory.baseFilter': '(cn=' }, 'setting-invalid'],
      [{ 'directory.photo.substitute': true, 'directory.photo.pattern': 'http://h/sAMAccountName' }, 'setting-invalid'],
    ] as const) {
      const given = Object.entries(settings(more)).filter(([, value]) => value !== undefined)
      const { port, first } = house(Object.fromEntries(given))
      const { is, error } = await first()
      assert.deepEqual([is, error?.code], ['failed', code], JSON.stringify(Object.keys(more)))
      await assert.rejects(port.search({ text: 'zeb', limit: 5 }, never()), { code })
      await port.stop()
    }
    assert.deepEqual(binds(before), [])
  })

  test('may be asked with the person’s own name and password: by their address, or by the entry of their account', async () => {
    const own = { 'user.name': 'alice@lab.example', 'user.password': lab.people[0]?.directory['directory.password'] }
    const given = Object.entries(settings({ ...own, 'directory.usePersonCredentials': true }))
    const rest = given.filter(([name]) => name !== 'directory.user' && name !== 'directory.password')
    const before = lab.directory.asked().length
    const ad = house({ ...Object.fromEntries(rest), 'directory.product': 'AD' })
    assert.equal((await ad.first()).is, 'ready')
    await ad.port.stop()
    const open = house(Object.fromEntries(rest))
    // Here nobody may look for an account who has not said who they are.
    assert.equal((await open.first()).error?.code, 'directory-refused')
    await open.port.stop()
    lab.setFault('directory-open')
    const found = house(Object.fromEntries(rest))
    assert.equal((await found.first()).is, 'ready')
    await found.port.stop()
    lab.clearFault('directory-open')
    assert.deepEqual(binds(before), [
      'bind alice@lab.example',
      'bind anonymous',
      'bind anonymous',
      'bind uid=alice,ou=people,dc=lab,dc=example',
    ])
  })

  test('gives what it will where there is more, and what it says is elsewhere is not followed', async () => {
    const { first, names, port } = house(settings())
    await first()
    lab.setFault('directory-few')
    lab.setFault('directory-references')
    assert.equal((await names('as')).length, 2)
    lab.clearFault('directory-few')
    assert.equal((await names('as', 3)).length, 3)
    lab.clearFault('directory-references')
    await port.stop()
  })
})

/** Looks again and again; the test's own time is the bound. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
