import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorValue, type Phone, type PhoneState, readSettings, type Settings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { phonesRow } from './compose-health.ts'
import { type OpenPhone, type SessionPhones, sessionPhones } from './compose-phones.ts'
import { recorder } from './runtime/recorder.ts'
import type { PhoneEvent } from './services/calls/port.ts'
import type { MediaPort } from './services/media/index.ts'
import { phones } from './services/phones/index.ts'
import type { FoundLine } from './services/provisioning/port.ts'

type Opened = Parameters<OpenPhone>[0] & { isClosed: boolean }

const line = (button: number, number: string, values: Record<string, unknown> = {}): FoundLine => ({
  button,
  number,
  label: `Line ${button}`,
  values: { 'softphone.user': number, ...values },
})

/** A device whose file is the origin of all settings but those that `user` names. */
function device(lines: readonly FoundLine[], given: Record<string, unknown> = {}, user: readonly string[] = []) {
  const world = { clock: virtualClock(), dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' }
  const all = phones('epoch', {
    chosen: () => undefined,
    choose: async () => {},
    setLine: async () => {},
    target: (to) => to,
  })
  const opened: Opened[] = []
  const told: [string, PhoneEvent][] = []
  let resets = 0
  let row: ReturnType<typeof phonesRow> | undefined
  const recording = recorder()
  const session: SessionPhones = sessionPhones({
    world,
    all,
    settings: {
      current: () =>
        readSettings({
          'softphone.servers': 'sip:192.0.2.1',
          'softphone.user': '2000',
          'softphone.authUser': 'alice',
          'softphone.password': 'x',
          'softphone.flavor': 'cucm',
          'softphone.cucm.device': 'CSFALICE',
          'softphone.cucm.contact': 'first',
          ...given,
        }),
      originOf: (name) =>
        user.includes(name) ? { name, layer: 'user', from: 'own' } : { name, layer: 'discovered', from: 'file' },
    },
    recorder: recording,
    media: {} as MediaPort,
    openPhone: (options) => {
      const phone: Opened = { ...options, isClosed: false }
      options.recorder.engine('sip', 'agent', {})
      opened.push(phone)
      return {
        kind: 'soft',
        can: [],
        perform: () => {},
        watchLines: () => {},
        statistics: async () => undefined,
        close: async () => {
          phone.isClosed = true
        },
      }
    },
    told: (phone, event) => told.push([phone, event]),
    stand: (states) => {
      row = phonesRow(states)
    },
    firstStands: () => {},
    reset: () => {
      resets++
    },
  })
  session.found({ from: 'file', values: {}, lines })
  session.open()
  const shown = (): Phone[] => all.state.read().state.phones
  return {
    session,
    opened,
    told,
    shown,
    state: (at: number, is: PhoneState['is'], more: Partial<PhoneState> = {}) =>
      opened[at]?.tell({ type: 'state', state: { is, since: world.wall(), ...more } }),
    settings: (at: number): Settings => opened[at]?.settings() as Settings,
    states: () => shown().map(({ state }) => state.is),
    row: () => row,
    resets: () => resets,
    engines: () => recording.read().map(({ id }) => id),
    opensAgain: async (next: readonly FoundLine[]) => {
      await session.close()
      session.found({ from: 'file', values: {}, lines: next })
      session.open()
    },
  }
}

const failure = { error: errorValue('credentials-rejected') }

describe('the lines of a device', () => {
  test('each is a phone, with its number, its label and the device that it is of; the first is the person’s own', () => {
    const { session, shown } = device([line(1, '2000'), line(3, '2001', { 'voicemail.pilotNumber': '8001' })])
    assert.deepEqual(
      shown().map(({ id, address, line: told }) => [id === session.first, address, told]),
      [
        [true, 'sip:2000@192.0.2.1', { number: '2000', label: 'Line 1', button: 1, of: 'CSFALICE' }],
        [
          false,
          'sip:2001@192.0.2.1',
          { number: '2001', label: 'Line 3', button: 3, of: 'CSFALICE', voicemail: '8001' },
        ],
      ],
    )
  })

  test('the others are opened once the first has come to something, whatever that is', () => {
    for (const is of ['ready', 'failed'] as const) {
      const { opened, state } = device([line(1, '2000'), line(2, '2001'), line(3, '2002')])
      state(0, 'connecting')
      assert.equal(opened.length, 1)
      state(0, is)
      state(0, is)
      assert.equal(opened.length, 3)
    }
  })

  test('what fails on one leaves the others as they are, and is told as theirs', () => {
    const { state, states, row } = device([line(1, '2000'), line(2, '2001')])
    state(0, 'ready')
    assert.equal(row()?.state, 'ok')
    state(1, 'failed', failure)
    assert.deepEqual(states(), ['ready', 'failed'])
    assert.deepEqual(
      [row()?.state, row()?.error?.code, row()?.without, row()?.works],
      ['degraded', 'credentials-rejected', 'calls on line 2', 'calls on the other lines'],
    )
    state(1, 'ready')
    assert.equal(row()?.state, 'ok')
    state(0, 'failed', failure)
    assert.deepEqual([row()?.state, row()?.without], ['degraded', 'calls on line 1'])
    state(1, 'failed', failure)
    assert.equal(row()?.state, 'failed')
  })

  test('a line goes by what the file says of it, and proves itself as the device does', () => {
    const lines = [line(1, '2000'), line(2, '2001', { 'softphone.cucm.contact': 'second', 'calls.max': 2 })]
    const { state, settings } = device(lines, { 'calls.max': 4 })
    state(0, 'ready')
    const names = [
      'softphone.user',
      'softphone.authUser',
      'softphone.password',
      'softphone.cucm.contact',
      'calls.max',
    ] as const
    assert.deepEqual(
      [0, 1].map((at) => names.map((name) => settings(at)[name])),
      [
        ['2000', 'alice', 'x', 'first', 4],
        ['2001', 'alice', 'x', 'second', 2],
      ],
    )
  })

  test('one with a password of its own proves itself by its own name', () => {
    const { state, settings } = device([line(1, '2000'), line(2, '2001', { 'softphone.password': 'y' })])
    state(0, 'ready')
    assert.deepEqual([settings(1)['softphone.authUser'], settings(1)['softphone.password']], [undefined, 'y'])
  })

  test('what the person set stands over what the file says of a line, except for who the line is', () => {
    const lines = [line(1, '2000'), line(2, '2001', { 'calls.max': 2, 'softphone.displayName': 'Second' })]
    const { state, settings } = device(lines, { 'calls.max': 9, 'softphone.displayName': 'Alice' }, [
      'calls.max',
      'softphone.displayName',
    ])
    state(0, 'ready')
    assert.deepEqual([settings(1)['calls.max'], settings(1)['softphone.displayName']], [9, 'Second'])
  })

  test('where somebody else says who the person is, the phone is not that device and has one line', () => {
    const { state, opened, shown } = device([line(1, '2000'), line(2, '2001')], {}, ['softphone.user'])
    state(0, 'ready')
    assert.deepEqual([opened.length, shown().map((phone) => phone.line)], [1, [undefined]])
  })

  test('signing in again closes all of them; a line that is still there is the same phone, one that is gone is off', async () => {
    const { state, shown, states, opened, opensAgain } = device([line(1, '2000'), line(2, '2001'), line(3, '2002')])
    state(0, 'ready')
    const before = shown().map(({ id }) => id)
    await opensAgain([line(1, '2000'), line(3, '2002'), line(4, '2003')])
    assert.ok(opened.slice(0, 3).every(({ isClosed }) => isClosed))
    state(3, 'ready')
    assert.deepEqual(
      shown()
        .slice(0, 3)
        .map(({ id }) => id),
      before,
    )
    assert.deepEqual(states(), ['ready', 'off', 'connecting', 'connecting'])
    assert.equal(opened.length, 6)
  })

  test('a device that is the person’s no longer takes its lines with it', async () => {
    const user: string[] = []
    const { state, shown, states, opensAgain } = device([line(1, '2000'), line(2, '2001')], {}, user)
    state(0, 'ready')
    user.push('softphone.user')
    await opensAgain([line(1, '2000'), line(2, '2001')])
    assert.deepEqual([shown()[0]?.line, states()], [undefined, ['connecting', 'off']])
  })

  test('one that is closed has no state any more, and asks for nothing', async () => {
    const { state, states, opened, opensAgain, resets } = device([line(1, '2000'), line(2, '2001')])
    state(0, 'ready')
    opened[1]?.tell({ type: 'reset' })
    assert.equal(resets(), 1)
    await opensAgain([line(1, '2000'), line(2, '2001')])
    opened[1]?.tell({ type: 'reset' })
    state(1, 'ready')
    assert.deepEqual([resets(), states()], [1, ['connecting', 'connecting']])
  })

  test('what the server says of a line is shown there, whichever line it tells; of one that is not there it is nothing', () => {
    const { state, shown, opened, told } = device([line(1, '2000'), line(2, '2001')])
    state(0, 'ready')
    opened[0]?.tell({ type: 'line', button: 2, line: { forwardedTo: '205' } })
    opened[1]?.tell({ type: 'line', line: { doNotDisturb: true } })
    opened[0]?.tell({ type: 'line', button: 9, line: { forwardedTo: '206' } })
    assert.deepEqual(
      shown().map(({ forwardedTo, doNotDisturb }) => [forwardedTo, doNotDisturb]),
      [
        [undefined, undefined],
        ['205', true],
      ],
    )
    opened[0]?.tell({ type: 'asked-to-dial', to: '205', button: 2 })
    assert.deepEqual(told.at(-1), [shown()[1]?.id, { type: 'asked-to-dial', to: '205', button: 2 }])
  })

  test('each line’s engines are told apart in a report', () => {
    const { state, engines } = device([line(1, '2000'), line(2, '2001')])
    state(0, 'ready')
    assert.deepEqual(engines(), ['sip', 'sip, line 2'])
  })
})
