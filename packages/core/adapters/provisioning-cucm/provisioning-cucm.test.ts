// The adapter against the lab's call manager: the ways that a sign-in by name and password does not take there.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { realClock, realDice } from '@openparley/net'
import { filesLink } from '../../links/files/index.ts'
import { dnsResolver } from '@openparley/net'
import type { Found, ProvisioningPort } from '../../services/provisioning/port.ts'
import { cucmProvisioning } from './provisioning-cucm.ts'

describe('a call manager', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab({ lines: { alice: ['2001'] } })
  })
  after(() => lab.close())

  const port = (more: Record<string, unknown>): ProvisioningPort => {
    const given = Object.entries({ ...lab.people[0]?.signIn, ...more }).filter(([, value]) => value !== undefined)
    const settings = readSettings(Object.fromEntries(given))
    const world = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }
    const files = filesLink({
      settings: () => settings,
      dns: () => dnsResolver(settings['discovery.dns']),
      clock: realClock,
      dice: realDice,
    })
    return cucmProvisioning({
      world,
      settings: () => settings,
      files,
      readCommon: () => ({ values: { 'calls.max': 3 } }),
      readProfile: () => ({ values: { 'calls.max': 4 } }),
    })
  }
  const api = (): string => new URL(lab.addresses.api).port

  test('lists the devices by CCMCIP where no UDS server is known, and by UDS where one is', async () => {
    const names = async (more: Record<string, unknown>): Promise<string[]> => {
      const tried = await port(more).devices()
      return 'value' in tried ? tried.value.map(({ name }) => name) : [tried.error.code]
    }
    const before = lab.asked().length
    assert.deepEqual(
      await names({ 'cucm.ccmcip.servers': [`cucm.lab.example:${api()}`] }),
      await names({ 'cucm.uds.servers': [`cucm.lab.example:${api()}`] }),
    )
    assert.deepEqual(lab.asked().slice(before), [
      'POST /ccmcip/Personalization',
      'GET /cucm-uds/clusterUser?username=alice',
      'GET /cucm-uds/user/alice/devices',
    ])
  })

  test('that refuses a password in a page with a 200 has refused it', async () => {
    lab.setFault('devices-html-401')
    const tried = await port({ 'cucm.ccmcip.servers': [`cucm.lab.example:${api()}`] }).devices()
    lab.clearFault('devices-html-401')
    assert.equal('error' in tried && tried.error.code, 'devices-credentials-rejected')
  })

  test('that is not there leaves its place to the next; one that refuses the password does not', async () => {
    const good = `cucm.lab.example:${api()}`
    const [gone, wrong] = [
      await port({ 'cucm.ccmcip.servers': ['cucm.lab.example:1', good] }).devices(),
      await port({ 'cucm.ccmcip.servers': [good, good], 'user.password': 'x' }).devices(),
    ]
    assert.ok('value' in gone)
    assert.deepEqual(
      gone.attempts.map(({ error }) => error?.code),
      ['devices-refused', undefined],
    )
    assert.equal(wrong.attempts.length, 1)
  })

  for (const [ways, scheme] of [
    [['http'], 'http:'],
    [['https'], 'https:'],
    [['tftp'], 'tftp:'],
  ] as const) {
    test(`gives the device’s file by ${ways[0]}, and what it says is settings`, async () => {
      const tried = await port({ 'cucm.files.ways': ways }).deviceConfig('CSFALICE')
      assert.ok('value' in tried, JSON.stringify(tried))
      assert.ok(tried.value.from.startsWith(scheme))
      const { values } = tried.value
      assert.deepEqual(
        [
          values['softphone.flavor'],
          values['softphone.user'],
          values['softphone.cucm.device'],
          values['media.portRange'],
        ],
        ['cucm', 'alice', 'CSFALICE', [16_384, 32_766]],
      )
      assert.deepEqual(
        [
          values['calls.max'],
          values['calls.busyTrigger'],
          values['voicemail.pilotNumber'],
          values['softphone.cucm.keepAliveS'],
          values['softphone.cucm.registerDeltaS'],
          values['softphone.cucm.versionStamp'],
        ],
        [4, 2, '8000', 90, 5, '{00000000-0000-0000-0000-000000000001}'],
      )
      assert.deepEqual(
        tried.value.lines?.map(({ button, number, label, values: own }) => [button, number, label, own['calls.max']]),
        [
          [1, 'alice', 'Alice', 4],
          [2, '2001', 'Alice 2001', 2],
        ],
      )
    })
  }

  test('has a file for everybody, whose words are settings; without it nothing is found', async () => {
    const found = await port({}).commonConfig()
    assert.deepEqual('value' in found && found.value.map(({ values }) => values), [{ 'calls.max': 3 }])
    const none = await port({ 'cucm.files.httpPort': 1, 'cucm.files.ways': ['http'] }).commonConfig()
    assert.deepEqual('value' in none && none.value, [])
  })

  test('has a profile for the person, named by UDS; who is not let in there has none', async () => {
    const uds = { 'cucm.uds.servers': [`cucm.lab.example:${api()}`] }
    const profile = async (more: Record<string, unknown>): Promise<Found | undefined> => {
      const tried = await port(more).serviceProfile()
      return 'value' in tried ? tried.value : undefined
    }
    const { from, values } = (await profile(uds)) ?? {}
    assert.deepEqual([values, from?.endsWith('SPDefault.cnf.xml')], [{ 'calls.max': 4 }, true])
    assert.equal(await profile({ ...uds, 'user.password': 'wrong' }), undefined)
    assert.equal(await profile({}), undefined)
  })

  test('is found by its domain, and then no SIP server beside it; where there is none the best SIP server is', async () => {
    const sources = async (): Promise<string[]> => {
      const tried = await port({}).discover('lab.example')
      return 'value' in tried ? tried.value.map(({ from }) => from) : [tried.error.code]
    }
    const phone = async (): Promise<string[]> => (await sources()).filter((from) => /_cisco-uds|_sip/.test(from))
    assert.deepEqual(await phone(), ['SRV _cisco-uds._tcp.lab.example'])
    lab.setFault('no-call-manager')
    assert.deepEqual(await phone(), ['SRV _sips._tcp.lab.example'])
    lab.clearFault('no-call-manager')
  })

  test('is found beside its domain’s other services, each as settings; the question that leads to it is the one that counts', async () => {
    const tried = await port({}).discover('lab.example')
    assert.ok('value' in tried)
    assert.equal(tried.used, '_cisco-uds._tcp.lab.example')
    const values = Object.assign({}, ...tried.value.map((found) => found.values)) as Record<string, unknown>
    assert.deepEqual(
      { ...values, 'cucm.uds.servers': undefined },
      {
        'cucm.uds.servers': undefined,
        'cucm.tftp.servers': ['cucm.lab.example'],
        'presence.servers': ['presence.lab.example:8443'],
        'edge.servers': ['edge.lab.example:8443'],
        'xmpp.servers': [`chat.lab.example:${lab.addresses.xmpp.tcp.split(':')[1]}`],
        'voicemail.imap.servers': ['voicemail.lab.example'],
        'voicemail.imap.port': Number(lab.addresses.voicemail.tls.split(':')[1]),
        'voicemail.imap.tls': true,
        'directory.servers': ['directory.lab.example'],
        'directory.ports': [Number(lab.addresses.directory.first.split(':')[1])],
      },
    )
    // All of them are values that the settings take.
    readSettings(values)
  })

  test('without UDS lists the devices by CCMCIP: where UDS is not known, and where nobody listens for it', async () => {
    const good = `cucm.lab.example:${api()}`
    const ways = async (more: Record<string, unknown>): Promise<(string | undefined)[]> => {
      const tried = await port(more).devices()
      assert.ok('value' in tried, JSON.stringify(tried))
      return tried.attempts.map(({ address, error }) => error?.code ?? new URL(address).pathname)
    }
    lab.setFault('no-uds')
    assert.deepEqual(await ways({ 'cucm.uds.servers': [good] }), ['devices-no-service', '/ccmcip/Personalization'])
    lab.clearFault('no-uds')
    const elsewhere = { 'cucm.uds.servers': ['cucm.lab.example:1'], 'cucm.ccmcip.servers': [good] }
    assert.deepEqual(await ways(elsewhere), ['devices-refused', '/ccmcip/Personalization'])
    // A server that has UDS and says no has said it.
    const refused = await port({ 'cucm.uds.servers': [good], 'user.password': 'wrong' }).devices()
    assert.deepEqual(
      refused.attempts.map(({ error }) => error?.code),
      ['devices-credentials-rejected'],
    )
  })

  test('is asked for nothing without a name, a password or a server: each is told as itself', async () => {
    const code = async (more: Record<string, unknown>): Promise<string | undefined> => {
      const tried = await port(more).devices()
      return 'error' in tried ? `${tried.error.code} ${tried.error.detail ?? ''}`.trim() : undefined
    }
    assert.equal(await code({ 'user.password': undefined }), 'devices-credentials-missing user.password')
    assert.equal(await code({ 'user.name': undefined }), 'devices-credentials-missing user.name')
    assert.equal(await code({ 'cucm.tftp.servers': undefined }), 'devices-no-server')
  })
})
