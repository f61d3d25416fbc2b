// What the rows of health say, from end to end: each its server, where that is configured, and of what is wrong what still
// works, and what is tried next and when.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { type Lab, startLab } from '@openparley/lab'
import { connect, direct, type HealthRow, type Session } from '@openparley/sdk'
import { settled } from './signing-in.ts'

async function withSession(
  fault: string | undefined,
  use: (session: Session, lab: Lab) => Promise<void>,
): Promise<void> {
  const lab = await startLab({ faults: fault === undefined ? [] : [{ name: fault }] })
  const host = await startInProcess()
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  try {
    const session = await core.open(lab.people[0]?.signIn ?? {})
    await settled(session)
    await use(session, lab)
  } finally {
    core.close()
    await host.close()
    await lab.close()
  }
}

/** The row as soon as it is so. */
async function rowOf(session: Session, service: string, state: HealthRow['state']): Promise<HealthRow> {
  const { services } = await session.until(
    'health',
    (all) => all.services.some((row) => row.service === service && row.state === state),
    15_000,
  )
  return services.find((row) => row.service === service) as HealthRow
}

test('of what is well each row says where its server is, and which setting from where names it', async () => {
  await withSession(undefined, async (session) => {
    const seen: unknown[] = []
    for (const service of ['discovery', 'devices', 'device-config', 'dial-rules', 'calls']) {
      const { address = '', configuredFrom } = await rowOf(session, service, 'ok')
      seen.push([service, address.replace(/\d{4,}/, 'PORT'), configuredFrom?.name, configuredFrom?.layer])
    }
    assert.deepEqual(seen, [
      ['discovery', '_cisco-uds._tcp.lab.example', 'user.name', 'application'],
      ['devices', 'https://cucm.lab.example:PORT/cucm-uds/user/alice/devices', 'cucm.uds.servers', 'discovered'],
      ['device-config', 'http://files.lab.example:PORT/CSFALICE.cnf.xml', 'cucm.tftp.servers', 'application'],
      ['dial-rules', 'http://files.lab.example:PORT/CUPC/AppDialRules.xml', 'cucm.tftp.servers', 'application'],
      ['calls', 'sip:sip.lab.example:PORT;transport=tcp', 'softphone.servers', 'discovered'],
    ])
  })
})

for (const [fault, service, state, isTriedAgain] of [
  ['dns-failed', 'discovery', 'failed', true],
  ['devices-error', 'devices', 'failed', true],
  ['devices-rejected', 'devices', 'failed', false],
  ['no-soft-phone', 'devices', 'degraded', false],
  ['config-missing', 'device-config', 'failed', false],
  ['rules-invalid', 'dial-rules', 'degraded', true],
  ['devices-error', 'calls', 'degraded', true],
  ['devices-rejected', 'calls', 'failed', false],
] as const) {
  test(`with ${fault} the row of ${service} says what still works and what is tried next${isTriedAgain ? ', and when' : ''}`, async () => {
    await withSession(fault, async (session) => {
      const row = await rowOf(session, service, state)
      const told = [row.error?.code, row.without, row.works, row.nextTry]
      assert.ok(
        told.every((each) => each !== undefined && each !== ''),
        JSON.stringify(row),
      )
      assert.equal(row.nextTryAt !== undefined, isTriedAgain, JSON.stringify(row))
      assert.ok(row.configuredFrom !== undefined || service === 'calls', JSON.stringify(row))
      assert.ok(row.address !== undefined || service === 'calls', JSON.stringify(row))
    })
  })
}

test('rules that their server lost stay in force; the row says so, and is well again when they are back', async () => {
  await withSession(undefined, async (session, lab) => {
    await rowOf(session, 'dial-rules', 'ok')
    lab.setFault('rules-gone')
    const row = await rowOf(session, 'dial-rules', 'degraded')
    assert.deepEqual([row.error?.code, row.works], ['dial-rules-gone', 'calls, by the last good rules'])
    assert.equal((await session.dialRules.explain({ number: '+13035551234' })).result, '913035551234')
    lab.clearFault('rules-gone')
    assert.equal((await rowOf(session, 'dial-rules', 'ok')).lastError?.error.code, 'dial-rules-gone')
  })
})
