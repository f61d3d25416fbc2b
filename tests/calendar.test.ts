// The calendar as an application and the doctor see it: its row of health, its step, and what a setting changes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { type Lab, startLab } from '@openparley/lab'
import { connect, direct, type Session } from '@openparley/sdk'

const inMeeting = (): string => {
  const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  const now = Date.now()
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:${utc(now - 60_000)}\r\nDTEND:${utc(now + 3_600_000)}\r\nSUMMARY:Secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
}

describe('the calendar', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
    lab.calendar.put('alice', inMeeting())
  })
  after(() => lab.close())

  const as = async (
    more: Readonly<Record<string, unknown>>,
    look: (session: Session) => Promise<void>,
  ): Promise<void> => {
    const host = await startInProcess()
    const core = await connect({ application: 'test', role: 'approve', over: direct(host.attach) })
    try {
      await look(await core.open({ ...lab.people[0]?.xmpp, ...lab.people[0]?.calendar, ...more }))
    } finally {
      core.close()
      await host.close()
    }
  }
  const availability = async (session: Session, is: string): Promise<void> =>
    void (await session.until('presence', ({ own }) => own.availability === is, 10_000))
  const rowOf = async (session: Session, state: string) => {
    const { services } = await session.until(
      'health',
      (health) => health.services.some((each) => each.service === 'calendar' && each.state === state),
      10_000,
    )
    return services.find(({ service }) => service === 'calendar')
  }

  test('makes the person be in a meeting, without a phone, and explains it without its words', () =>
    as({}, async (session) => {
      await availability(session, 'in-a-meeting')
      const row = await rowOf(session, 'ok')
      assert.deepEqual([row?.address, row?.configuredFrom?.name], [lab.addresses.calendar, 'calendar.servers'])
      const { reasons } = await session.presence.explain()
      const said = reasons.find(({ input }) => input === 'calendar')
      assert.match(said?.why ?? '', /^The calendar says in-a-meeting until \d{4}-/)
      assert.ok(!JSON.stringify([reasons, row]).includes('Secret'))
    }))

  test('is left alone by who says so, at once, and looked at again', () =>
    as({}, async (session) => {
      await availability(session, 'in-a-meeting')
      await session.config.set({ name: 'calendar.meetings', value: 'none' })
      await availability(session, 'available')
      await rowOf(session, 'off')
      await session.config.set({ name: 'calendar.meetings', value: 'busy' })
      await availability(session, 'busy')
    }))

  test('whose password is refused is a row that says what to do, and a step of the doctor', () =>
    as({ 'calendar.password': 'wrong' }, async (session) => {
      const row = await rowOf(session, 'failed')
      assert.equal(row?.error?.code, 'credentials-rejected')
      assert.match(row.error.next, /calendar\.password/)
      assert.equal(row.nextTry, 'at the next sign-in')
      const { ok, steps } = await session.health.diagnose()
      const step = steps.find((each) => each.step === 'calendar')
      assert.deepEqual([ok, step?.ok, step?.code], [false, false, 'credentials-rejected'])
    }))

  test('that is read is a step of the doctor that says how many meetings there are', () =>
    as({}, async (session) => {
      const { steps } = await session.health.diagnose()
      const step = steps.find((each) => each.step === 'calendar')
      assert.deepEqual([step?.ok, step?.evidence], [true, '1 meeting in the next two days'])
    }))

  test('that goes away is a row that says so, while the meeting lasts on', () =>
    as({}, async (session) => {
      await availability(session, 'in-a-meeting')
      await lab.calendar.go()
      const row = await rowOf(session, 'degraded')
      await lab.calendar.comeBack()
      assert.equal(row?.error?.code, 'server-refused')
      assert.ok(row.nextTryAt !== undefined && row.without !== undefined && row.works !== undefined)
      const { state } = await session.presence.get()
      assert.equal(state.own.availability, 'in-a-meeting')
      await rowOf(session, 'ok')
    }))

  test('that nobody wants looked at is no row, and a step that is passed over', () =>
    as({ 'calendar.meetings': 'none' }, async (session) => {
      const { steps } = await session.health.diagnose()
      assert.equal(steps.find(({ step }) => step === 'calendar')?.skipped, true)
      const { state } = await session.health.get()
      assert.ok(state.services.every(({ service }) => service !== 'calendar'))
    }))
})
