import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorValue, type Forwarding, readSettings, type SettingsInput } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { serverForwarding } from './forwarding.ts'
import type { PhoneCommand } from './port.ts'

function house(given: SettingsInput) {
  let settings = readSettings(given)
  const commands: PhoneCommand[] = []
  const told: Forwarding[] = []
  const world = { clock: virtualClock(), dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' }
  const forwarding = serverForwarding(world, () => settings, {
    perform: (command) => commands.push(command),
    told: (each) => told.push(each),
  })
  const last = (): PhoneCommand => commands.at(-1) as PhoneCommand
  const idOf = (command: PhoneCommand): string => ('call' in command ? command.call : '')
  return {
    forwarding,
    commands,
    told,
    dialled: () => commands.flatMap((command) => (command.type === 'dial' ? [command.to] : [])),
    set: (more: SettingsInput) => {
      settings = readSettings({ ...given, ...more })
      forwarding.look()
    },
    answer: () => {
      const call = idOf(last())
      forwarding.take({ type: 'connected', call })
      forwarding.take({ type: 'ended', call, end: { by: 'local' } })
    },
    refuse: () =>
      forwarding.take({
        type: 'ended',
        call: idOf(last()),
        end: { by: 'remote', error: errorValue('number-unknown') },
      }),
  }
}

test('the server is told one thing after the other, when the phone is ready, and each once', () => {
  const wanted = { 'calls.forward.at': 'server', 'calls.forward.always': '205', 'calls.forward.busy': '206' } as const
  const { forwarding, dialled, answer, told, set, commands } = house(wanted)
  forwarding.look()
  assert.deepEqual(dialled(), [])
  forwarding.ready(true)
  assert.deepEqual(dialled(), ['*72205'])
  answer()
  assert.deepEqual(dialled(), ['*72205', '*90206'])
  answer()
  forwarding.look()
  forwarding.ready(false)
  forwarding.ready(true)
  assert.equal(dialled().length, 2)
  assert.equal(commands.filter(({ type }) => type === 'end').length, 2)
  // Told by the phone from now on: the server is to forget it.
  set({ 'calls.forward.at': 'phone' })
  answer()
  answer()
  assert.deepEqual(dialled().slice(2), ['*73', '*91'])
  assert.deepEqual(told, [
    { when: 'always', to: '205' },
    { when: 'busy', to: '206' },
    { when: 'always' },
    { when: 'busy' },
  ])
})

test('what the server refuses is told, and not asked again until something else is wanted or one signs in anew', () => {
  const { forwarding, dialled, refuse, told, set } = house({
    'calls.forward.at': 'server',
    'calls.forward.always': '205',
  })
  forwarding.ready(true)
  refuse()
  assert.equal(told[0]?.error?.code, 'number-unknown')
  forwarding.look()
  assert.deepEqual(dialled(), ['*72205'])
  set({ 'calls.forward.always': '207' })
  refuse()
  assert.deepEqual(dialled(), ['*72205', '*72207'])
  forwarding.ready(false)
  forwarding.ready(true)
  assert.deepEqual(dialled(), ['*72205', '*72207', '*72207'])
})

test('what has no code cannot be told, and events of other calls are not taken', () => {
  const { forwarding, dialled } = house({
    'calls.forward.at': 'server',
    'calls.forward.codes': { always: '*21*{number}#' },
    'calls.forward.busy': '206',
    'calls.forward.always': '205',
  })
  forwarding.ready(true)
  assert.deepEqual(dialled(), ['*21*205#'])
  assert.equal(forwarding.take({ type: 'alerting', call: 'call_other' }), false)
})
