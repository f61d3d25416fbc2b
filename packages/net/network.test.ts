import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '@openparley/testkit'
import { type NetworkChange, systemNetwork, watching } from './network.ts'
import { realClock } from './clock.ts'

function looking() {
  const clock = virtualClock()
  const here = { addresses: ['127.0.0.1', '192.0.2.7'], sleptMs: 0, looks: 0 }
  const watch = watching({
    clock,
    wallMs: () => 1_700_000_000_000 + clock.now() + here.sleptMs,
    addresses: () => {
      here.looks++
      return here.addresses
    },
    everyMs: 2000,
  })
  return { clock, here, watch }
}

test('an address that comes or goes is told once within two seconds, and their order means nothing', () => {
  const { clock, here, watch } = looking()
  const told: NetworkChange[] = []
  watch((change) => told.push(change))
  clock.pass(60_000)
  here.addresses = ['192.0.2.7', '127.0.0.1']
  clock.pass(60_000)
  assert.deepEqual(told, [])
  here.addresses = ['127.0.0.1', '198.51.100.4']
  clock.pass(2000)
  assert.deepEqual(told, ['addresses'])
  clock.pass(60_000)
  assert.deepEqual(told, ['addresses'])
})

test('a machine that slept is told to have woken, and one whose clock is only a little wrong is not', () => {
  const { clock, here, watch } = looking()
  const told: NetworkChange[] = []
  watch((change) => told.push(change))
  here.sleptMs = 500
  clock.pass(2000)
  assert.deepEqual(told, [])
  here.sleptMs += 3_600_000
  clock.pass(2000)
  assert.deepEqual(told, ['woke'])
})

test('one look serves all who watch, and nobody looks when nobody watches', () => {
  const { clock, here, watch } = looking()
  const ends = Array.from({ length: 1000 }, () => watch(() => {}))
  const before = here.looks
  clock.pass(2000)
  assert.equal(here.looks, before + 1)
  for (const end of ends) end()
  assert.equal(clock.pending, 0)
})

test('the address on the way to this machine is its own', async () => {
  assert.equal(await systemNetwork(realClock).addressFor('127.0.0.1'), '127.0.0.1')
})
