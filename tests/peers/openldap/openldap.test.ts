// The directory's adapter against OpenLDAP.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { entryOf, house } from '../../../packages/core/adapters/directory-ldap/house.suite.ts'
import { folk, type House, never } from '../../../packages/core/services/directory/port-house.suite.ts'
import { directoryPortSuite } from '../../../packages/core/services/directory/port.suite.ts'
import { whenInstalled } from '../peer.ts'
import { type LdifEntry, makeAuthority, type OpenLdap, peopleBase, startOpenLdap, whereIsSlapd } from './start.ts'

/** What inetOrgPerson (RFC 2798) knows. */
const known =
  /^(objectClass|uid|cn|displayName|givenName|sn|mail|telephoneNumber|mobile|title|o|departmentNumber|jpegPhoto)$/

function seeds(): Record<string, LdifEntry> {
  const people = folk.map((somebody): [string, LdifEntry] => {
    const entry = Object.entries(entryOf(somebody)).filter(([name]) => known.test(name))
    const uri = somebody.address === undefined ? {} : { labeledURI: `sip:${somebody.address}` }
    return [somebody.user, { ...Object.fromEntries(entry), ...uri }]
  })
  const many = Array.from({ length: 2000 }, (_, n): [string, LdifEntry] => {
    const [given, family] = [`Many${n}`, ['Müller', 'Ñandú', 'Øster', 'Łuk'][n % 4] ?? '']
    const mail = `many${n}@example.test`
    return [
      `many${n}`,
      { objectClass: ['inetOrgPerson'], cn: `${given} ${family}`, givenName: given, sn: family, mail },
    ]
  })
  return Object.fromEntries([...people, ...many])
}

describe('a directory at OpenLDAP', whenInstalled('slapd', whereIsSlapd), () => {
  const authority = makeAuthority()
  let slapd: OpenLdap
  let other: OpenLdap
  before(async () => {
    ;[slapd, other] = await Promise.all([startOpenLdap(seeds(), authority), startOpenLdap(seeds(), authority)])
  })
  after(async () => {
    await Promise.all([slapd.stop(), other.stop()])
  })
  const ready = async (more: Readonly<Record<string, unknown>> = {}): Promise<House> => {
    const one = house({ ...slapd.settings(), ...more })
    const { is, error } = await one.first()
    assert.deepEqual([is, error], ['ready', undefined])
    return one
  }

  directoryPortSuite('OpenLDAP by StartTLS', async () => ({ port: (await ready()).port, close: async () => {} }))

  test('it is found by TLS from the start, and in the clear on this machine, alike', async () => {
    for (const more of [
      { 'directory.servers': `ldaps://${slapd.secure}` },
      { 'directory.servers': slapd.secure, 'directory.tls': true },
      { 'directory.tls': false },
      { 'directory.tls.verify': 'pinned', 'directory.tls.ca': await certificateOf(slapd) },
    ]) {
      const one = await ready(more)
      assert.deepEqual(await one.names('zeb'), ['Zebedee Quill'], JSON.stringify(Object.keys(more)))
      await one.port.stop()
    }
  })

  test('a certificate that nobody has signed, and a wrong password, are told by their names', async () => {
    for (const [more, is, code] of [
      [{ 'directory.tls.ca': makeAuthority().cert }, 'waiting', 'tls-untrusted'],
      [{ 'directory.password': 'wrong' }, 'failed', 'credentials-rejected'],
      [{ 'directory.useSystemCredentials': true }, 'waiting', 'directory-refused'],
    ] as const) {
      const one = house({ ...slapd.settings(), ...more })
      const state = await one.first()
      assert.deepEqual([state.is, state.error?.code], [is, code])
      await one.port.stop()
    }
  })

  test('two thousand entries come by pages, each once', async () => {
    const one = await ready()
    const found = await one.port.search({ text: 'many', limit: 5000 }, never())
    assert.deepEqual([found.length, new Set(found.map(({ id }) => id)).size], [2000, 2000])
    assert.equal((await one.port.search({ text: 'many', limit: 250 }, never())).length, 250)
    await one.port.stop()
  })

  test('where it is to be searched is learnt from the server where no setting says it', async () => {
    const one = await ready({ 'directory.searchBases': [] })
    assert.deepEqual(await one.names('zeb'), ['Zebedee Quill'])
    await one.port.stop()
  })

  test('several bases are searched side by side, and one that is not there is not missed', async () => {
    const one = await ready({
      'directory.searchBases': ['ou=nowhere,dc=example,dc=test', peopleBase, 'dc=example,dc=test'],
    })
    assert.deepEqual(await one.names('zeb'), ['Zebedee Quill'])
    await one.port.stop()
  })

  test('whatever text is typed reaches it as one value: nobody is found who is not called so', async () => {
    const one = await ready({ 'directory.searchFilter': '(|(cn=%s)(uid=%s)(sn=*%s*))' })
    const alone = fc.constantFrom(
      '*',
      '(',
      ')',
      '\\',
      '\0',
      '&',
      '|',
      '!',
      '=',
      '*)(uid=*',
      'z)(|(uid=*',
      '\\2a',
      'é',
      '\u{1f600}',
    )
    const text = fc.array(fc.oneof(alone, fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        // A name that nobody has, whatever a server folds away.
        const typed = `qqq${parts.join('')}qqq`
        assert.deepEqual(await one.names(typed), [], JSON.stringify(typed))
      }),
      { numRuns: 80 },
    )
    await one.port.stop()
  })

  test('while it is killed in a search the next server answers, and why is told; it is the first again when it is back', async () => {
    const both = await ready({ 'directory.servers': [`ldap://${slapd.plain}`, `ldap://${other.plain}`] })
    const searching = both.names('many', 5000)
    await slapd.gone()
    assert.ok((await searching).length >= 1990)
    const { is, address, error } = both.states.at(-1) ?? {}
    assert.deepEqual([is, address], ['ready', `ldap://${other.plain}`])
    assert.match(error?.code ?? '', /^server-(closed|refused)$/)
    await slapd.comeBack()
    both.clock.pass(60_000)
    await both.names('zeb')
    while (both.states.at(-1)?.address !== `ldap://${slapd.plain}`) await both.names('zeb')
    assert.equal(both.states.at(-1)?.error, undefined)
    await both.port.stop()
    assert.equal(both.clock.pending, 0)
  })
})

async function certificateOf(slapd: OpenLdap): Promise<string> {
  const { connect } = await import('node:tls')
  const [host = '', port] = slapd.secure.split(':')
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      const der = socket.getPeerX509Certificate()?.raw.toString('base64') ?? ''
      socket.destroy()
      resolve(`-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
    })
    socket.once('error', reject)
  })
}
