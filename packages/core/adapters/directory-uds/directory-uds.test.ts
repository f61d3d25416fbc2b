// The adapter against the lab's call manager.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { makeCertificate } from '@openparley/net'
import { directoryPortSuite } from '../../services/directory/port.suite.ts'
import { folk, type House, houseOf, never } from '../../services/directory/port-house.suite.ts'
import { udsDirectory } from './directory-uds.ts'

function house(lab: Lab, more: Readonly<Record<string, unknown>> = {}): House {
  const api = `127.0.0.1:${new URL(lab.addresses.api).port}`
  const settings = { ...lab.people[0]?.signIn, 'cucm.uds.servers': [api], 'directory.type': 'uds', ...more }
  return houseOf(udsDirectory, readSettings(settings))
}

/** An authority that nobody of the lab knows. */
const stranger = (): string => {
  const [validFrom, validTo] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)]
  return makeCertificate({ subject: 'Nobody', authority: true, validFrom, validTo }).cert
}

describe('the people of a call manager', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
    for (const { given, family, user, mail, work, ...more } of folk)
      lab.directory.put(`uid=${user},ou=people,dc=lab,dc=example`, {
        uid: user,
        givenName: given,
        sn: family,
        displayName: `${given} ${family}`,
        mail,
        telephoneNumber: work,
        ...(more.mobile === undefined ? {} : { mobile: more.mobile }),
        ...(more.title === undefined ? {} : { title: more.title }),
        ...(more.address === undefined ? {} : { 'msRTCSIP-PrimaryUserAddress': `sip:${more.address}` }),
      })
  })
  after(() => lab.close())

  directoryPortSuite(
    'a call manager, by UDS,',
    async () => {
      const { port, first } = house(lab)
      assert.equal((await first()).is, 'ready')
      return { port, close: async () => {} }
    },
    { photo: 'UDS has no pictures', company: 'it tells of no company' },
  )

  test('come by pages, as many as are asked for', async () => {
    const { port, first } = house(lab)
    for (let n = 0; n < 120; n++)
      lab.directory.put(`uid=many${n},ou=people,dc=lab,dc=example`, {
        uid: `many${n}`,
        givenName: 'Many',
        sn: `Of ${n}`,
      })
    await first()
    const before = lab.asked().length
    const count = async (limit: number): Promise<number> => (await port.search({ text: 'many', limit }, never())).length
    assert.deepEqual([await count(200), await count(60)], [120, 60])
    assert.deepEqual(
      lab.asked().slice(before),
      ['start=0&max=50', 'start=50&max=50', 'start=100&max=50', 'start=0&max=50', 'start=50&max=10'].map(
        (page) => `GET /cucm-uds/users?name=many&${page}`,
      ),
    )
    await port.stop()
  })

  test('are told of to who proves a password where the call manager wants that, and to nobody with a wrong one, once', async () => {
    lab.setFault('directory-proof')
    const proven = house(lab)
    await proven.first()
    assert.equal((await proven.port.search({ text: 'zeb', limit: 5 }, never())).length, 1)
    await proven.port.stop()
    const wrong = house(lab, { 'user.password': 'wrong' })
    await wrong.first()
    const before = lab.asked().length
    for (let n = 0; n < 3; n++)
      await assert.rejects(wrong.port.search({ text: 'zeb', limit: 5 }, never()), { code: 'credentials-rejected' })
    lab.clearFault('directory-proof')
    assert.equal(lab.asked().length - before, 2, 'without a password, and with it')
    assert.equal(wrong.states.at(-1)?.is, 'failed')
    await wrong.port.stop()
  })

  test('are asked of the next server where the first is gone, and why is told', async () => {
    const api = `127.0.0.1:${new URL(lab.addresses.api).port}`
    const both = house(lab, { 'cucm.uds.servers': ['127.0.0.1:1', api] })
    const { is, address, error } = await both.first()
    await both.port.search({ text: 'zeb', limit: 5 }, never())
    const last = both.states.at(-1)
    assert.ok(is === 'waiting' && address === 'https://127.0.0.1:1' && error?.code === 'server-refused')
    assert.deepEqual([last?.is, last?.address, last?.error?.code], ['ready', `https://${api}`, 'server-refused'])
    await both.port.stop()
  })

  test('that cannot be told of are so by the name of what is wrong', async () => {
    for (const [fault, code] of [
      ['directory-busy', 'server-overloaded'],
      ['directory-garbled', 'server-garbled'],
      ['directory-refused-bind', 'credentials-rejected'],
    ] as const) {
      const { port } = house(lab)
      lab.setFault(fault)
      port.start()
      await assert.rejects(port.search({ text: 'zeb', limit: 5 }, never()), { code }, fault)
      lab.clearFault(fault)
      await port.stop()
    }
    const untrusted = house(lab, { 'cucm.tls.ca': stranger() })
    assert.equal((await untrusted.first()).error?.code, 'tls-untrusted')
    await untrusted.port.stop()
  })

  test('have a picture where a pattern says where, and their names lead nowhere else', async () => {
    const { port, first } = house(lab, {
      'directory.photo.substitute': true,
      'directory.photo.token': '%%uid%%',
      'directory.photo.pattern': `${lab.addresses.api}/cucm-uds/%%uid%%.jpg`,
    })
    await first()
    const [found] = await port.search({ text: 'zeb', limit: 5 }, never())
    assert.equal(found?.hasPhoto, true)
    assert.equal(await port.photo(found?.id ?? '', never()), undefined, 'there is none')
    assert.equal(lab.asked().at(-1), 'GET /cucm-uds/zquill.jpg')
    const before = lab.asked().length
    assert.equal(await port.photo(Buffer.from('../user/alice').toString('base64url'), never()), undefined)
    assert.equal(lab.asked().length, before)
    await port.stop()
  })
})
