// A directory whose library is still being read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { SourceState } from '../../services/directory/port.ts'
import { ldapDirectory } from './late.ts'

function house() {
  const told: SourceState['is'][] = []
  const settings = readSettings({ 'directory.servers': ['ldap://127.0.0.1:1'], 'directory.searchBases': ['dc=x'] })
  const directory = ldapDirectory({
    world: { clock: virtualClock(), dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' },
    settings: () => settings,
    dns: () => dnsResolver(undefined),
    tell: ({ is }) => told.push(is),
  })
  return { directory, told }
}
const { signal } = new AbortController()

test('it is told to be starting at once, and who asks meanwhile is answered by it', async () => {
  const { directory, told } = house()
  directory.start()
  assert.deepEqual(told, ['starting'])
  // Nobody listens there: it was asked, for otherwise it would say that it is not there itself.
  await assert.rejects(directory.byAddress('a@b.c', signal), { code: 'server-refused' })
  await directory.stop()
})

test('what is stopped before it is read never starts, and what is started again does', async () => {
  const { directory, told } = house()
  directory.start()
  await directory.stop()
  await assert.rejects(directory.byAddress('a@b.c', signal), { code: 'directory-unavailable' })
  assert.deepEqual(told, ['starting'])
  directory.start()
  await assert.rejects(directory.byAddress('a@b.c', signal), { code: 'server-refused' })
  await directory.stop()
})
