import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ErrorCode, type ErrorValue, errorValue, readSettings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { recorder } from '../../runtime/recorder.ts'
import type { Chosen } from './devices.ts'
import type { Found, ListedDevice, ProvisioningPort, Tried } from './port.ts'
import { type Provisioning, provisioning } from './provisioning.ts'

type Answers = {
  readonly discover?: Found[] | ErrorCode
  readonly devices?: ListedDevice[] | ErrorCode
  readonly deviceConfig?: Found | ErrorCode
}

const soft: ListedDevice = { name: 'CSFJDOE', description: 'J Doe', model: 'Client Services Core' }
const desk: ListedDevice = { name: 'SEP001122334455', description: 'J Doe desk', model: 'Cisco 7965' }
const device: Found = {
  from: 'CSFJDOE.cnf.xml',
  values: { 'softphone.servers': ['sip:cucm1'], 'softphone.user': '2001', 'softphone.flavor': 'cucm' },
}

interface House {
  readonly way: Provisioning
  readonly asked: string[]
  readonly told: string[]
  readonly rows: Map<string, string>
  readonly listed: { devices: readonly Chosen[]; chosen: Chosen | undefined }[]
  settings(): Record<string, unknown>
  /** Other answers from now on. */
  answer(next: Answers): void
  /** Lets what is under way come to its end. */
  settle(): Promise<void>
  pass(ms: number): Promise<void>
}

function open(given: Record<string, unknown>, first: Answers = {}): House {
  let answers = first
  const clock = virtualClock()
  const asked: string[] = []
  const told: string[] = []
  const rows = new Map<string, string>()
  const listed: House['listed'] = []
  const found = new Map<string, Found>()
  const settings = (): Record<string, unknown> => ({
    ...Object.assign({}, ...[...found.values()].map(({ values }) => values)),
    ...given,
  })
  const tried = <T>(what: string, answer: T | ErrorCode | undefined, nothing: T): Promise<Tried<T>> => {
    asked.push(what)
    const attempts = [{ address: `x://${what}`, ms: 1, evidence: 'seen' }]
    return Promise.resolve(
      typeof answer === 'string'
        ? { attempts, error: errorValue(answer as ErrorCode) }
        : { attempts, value: answer ?? nothing },
    )
  }
  const port: ProvisioningPort = {
    discover: (domain) => tried(`discover ${domain}`, answers.discover, []),
    devices: () => tried('devices', answers.devices, []),
    deviceConfig: (name) => tried(`config ${name}`, answers.deviceConfig, device),
    commonConfig: () => tried('common', undefined, []),
    serviceProfile: async () => ({ attempts: [], value: undefined }),
    close: async () => {},
  }
  const world = { clock, dice: seededDice(1), wall: () => new Date(clock.now()).toISOString() }
  const way = provisioning(world, port, {
    settings: () => readSettings(settings()),
    recorder: recorder(),
    found: (each) => found.set(each.from, each),
    row: (service, { state, error }) => rows.set(service, error ? `${state} ${error.code}` : state),
    listed: (devices, chosen) => listed.push({ devices, chosen }),
    complete: () => told.push('complete'),
    lacking: (error: ErrorValue, nextTryAt) => told.push(`${error.code}${nextTryAt === undefined ? '' : ' again'}`),
  })
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) await Promise.resolve()
  }
  return {
    way,
    asked,
    told,
    rows,
    listed,
    settings,
    answer: (next) => {
      answers = next
    },
    settle,
    pass: async (ms) => {
      clock.pass(ms)
      await settle()
    },
  }
}

async function gone(given: Record<string, unknown>, answers?: Answers): Promise<House> {
  const house = open(given, answers)
  house.way.start()
  await house.settle()
  return house
}

const account = { 'softphone.servers': ['sip:pbx'], 'softphone.user': 'alice' }
const person = { 'user.name': 'jdoe@example.com', 'user.password': 'x' }
const uds: Found = { from: 'SRV', values: { 'cucm.uds.servers': ['cucm1'], 'cucm.tftp.servers': ['cucm1'] } }

describe('the way to a phone', () => {
  test('with a SIP server and an account nothing else is asked', async () => {
    const { asked, told } = await gone(account)
    assert.deepEqual([asked, told], [[], ['complete']])
  })

  test('a name with a domain leads by DNS, devices and configuration to a phone', async () => {
    const { asked, told, listed, settings } = await gone(person, { discover: [uds], devices: [desk, soft] })
    assert.deepEqual(asked, ['discover example.com', 'common', 'devices', 'config CSFJDOE'])
    assert.deepEqual(told, ['complete'])
    assert.deepEqual(
      listed[0]?.devices.map(({ name, kind }) => [name, kind]),
      [
        ['SEP001122334455', 'desk'],
        ['CSFJDOE', 'soft'],
      ],
    )
    assert.equal(listed[0]?.chosen?.name, 'CSFJDOE')
    assert.equal(settings()['softphone.user'], '2001')
  })

  test('where DNS names a SIP server only, the person’s name and password are the account', async () => {
    const sip: Found = { from: 'SRV', values: { 'softphone.servers': ['sip:pbx'] } }
    const { asked, told, settings } = await gone(person, { discover: [sip] })
    assert.deepEqual([asked, told], [['discover example.com'], ['complete']])
    const { 'softphone.user': user, 'softphone.domain': domain, 'softphone.password': password } = settings()
    assert.deepEqual([user, domain, password], ['jdoe', 'example.com', 'x'])
  })

  test('going the way again comes to the same account', async () => {
    const sip: Found = { from: 'SRV', values: { 'softphone.servers': ['sip:pbx'] } }
    const house = await gone(person, { discover: [sip] })
    const before = house.settings()
    house.way.start()
    await house.settle()
    assert.deepEqual([house.told, house.settings()], [['complete', 'complete'], before])
  })

  test('without a soft phone among the devices only the soft phone is missing', async () => {
    const { told, listed, rows } = await gone(person, { discover: [uds], devices: [desk] })
    assert.deepEqual(told, ['devices-no-soft-phone'])
    assert.deepEqual([listed[0]?.devices.length, listed[0]?.chosen], [1, undefined])
    assert.equal(rows.get('devices'), 'degraded devices-no-soft-phone')
  })

  test('a device that the settings name needs no list, only its file', async () => {
    const given = { ...person, 'discovery.use': false, 'cucm.tftp.servers': ['cucm1'], 'cucm.device': 'CSFJDOE' }
    const { asked, told, rows } = await gone(given, { devices: 'devices-refused' })
    assert.deepEqual(asked, ['common', 'devices', 'config CSFJDOE'])
    assert.deepEqual([told, rows.get('devices')], [['complete'], 'failed devices-refused'])
  })

  test('an excluded device is not taken, and says why', async () => {
    const { told, listed } = await gone(
      { ...person, 'cucm.excludedDevices': ['CSF'] },
      { discover: [uds], devices: [soft] },
    )
    assert.deepEqual(told, ['devices-no-soft-phone'])
    assert.match(listed[0]?.devices[0]?.notAllowed ?? '', /excludedDevices/)
  })

  for (const [answers, code] of [
    [{ discover: 'discovery-no-records' }, 'discovery-no-records'],
    [{ discover: [uds], devices: 'devices-credentials-rejected' }, 'devices-credentials-rejected'],
    [{ discover: [uds], devices: [] }, 'devices-none'],
    [{ discover: [uds], devices: [soft], deviceConfig: 'device-config-not-found' }, 'device-config-not-found'],
  ] as const) {
    test(`${code} is why there is no phone, and the diagnosis says so at that step alone`, async () => {
      const { way, told } = await gone(person, answers as Answers)
      assert.deepEqual(told, [code])
      const { ok, steps } = await way.diagnosis()
      assert.equal(ok, false)
      assert.deepEqual(
        steps.filter((step) => !step.ok).map((step) => step.code),
        [code],
      )
    })
  }

  test('a domain that names nothing is no fault where the settings name the server', async () => {
    const house = await gone({ ...account, 'user.domain': 'example.com' }, { discover: 'discovery-no-records' })
    house.way.phone({ is: 'ready', since: '' })
    assert.deepEqual([house.told, (await house.way.diagnosis()).ok], [['complete'], true])
  })

  test('a failure that may mend itself is tried again, later each time, until it is well', async () => {
    const house = await gone(person, { discover: 'discovery-silent' })
    for (const ms of [2000, 4000, 8000]) await house.pass(ms)
    assert.equal(house.asked.length, 4)
    house.answer({ discover: [uds], devices: [soft] })
    await house.pass(16_000)
    assert.deepEqual([house.told.at(0), house.told.at(-1)], ['discovery-silent again', 'complete'])
  })

  test('after the end nothing is asked again', async () => {
    const house = await gone(person, { discover: 'discovery-silent' })
    await house.way.close()
    await house.pass(600_000)
    assert.equal(house.asked.length, 1)
  })

  test('the last step of a diagnosis is the phone’s own word, and it is waited for', async () => {
    const { way, settle } = await gone(account)
    let seen: Awaited<ReturnType<Provisioning['diagnosis']>> | undefined
    void way.diagnosis().then((diagnosis) => {
      seen = diagnosis
    })
    await settle()
    assert.equal(seen, undefined)
    way.phone({ is: 'failed', since: '', server: 'sip:pbx', error: errorValue('server-refused') })
    await settle()
    const said = (): typeof seen => seen
    const last = said()?.steps.at(-1)
    assert.deepEqual([said()?.ok, last?.step, last?.code], [false, 'registration', 'server-refused'])
  })
})
