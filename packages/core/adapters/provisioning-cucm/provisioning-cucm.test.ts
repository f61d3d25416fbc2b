// The adapter against the lab's call manager: the ways that a sign-in by name and password does not take there.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { realClock, realDice } from '@openparley/net'
import { filesLink } from '../../links/files/index.ts'
import { dnsResolver } from '@openparley/net'
import type { ProvisioningPort } from '../../services/provisioning/port.ts'
import { cucmProvisioning } from './provisioning-cucm.ts'

describe('a call manager', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())

  const port = (more: Record<string, unknown>): ProvisioningPort => {
    const settings = readSettings({ ...lab.people[0]?.signIn, ...more })
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
    const { from, values } = (await port(uds).serviceProfile()) ?? {}
    assert.deepEqual([values, from?.endsWith('SPDefault.cnf.xml')], [{ 'calls.max': 4 }, true])
    assert.equal(await port({ ...uds, 'user.password': 'wrong' }).serviceProfile(), undefined)
    assert.equal(await port({}).serviceProfile(), undefined)
  })

  test('is found by its domain, and then no SIP server beside it; where there is none the best SIP server is', async () => {
    const sources = async (): Promise<string[]> => {
      const tried = await port({}).discover('lab.example')
      return 'value' in tried ? tried.value.map(({ from }) => from) : [tried.error.code]
    }
    assert.deepEqual(await sources(), ['SRV _cisco-uds._tcp.lab.example'])
    lab.setFault('no-call-manager')
    assert.deepEqual(await sources(), ['SRV _sips._tcp.lab.example'])
    lab.clearFault('no-call-manager')
  })
})
