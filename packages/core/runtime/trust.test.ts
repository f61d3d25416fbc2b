// Whom servers are trusted by.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, settings } from '@openparley/contract'
import { type TrustArea, trustIn } from './trust.ts'

test('every service’s trust is what its own settings say, and the system’s authorities where they say nothing', () => {
  const areas = Object.keys(settings).flatMap((name) => /^(.+)\.tls\.verify$/.exec(name)?.[1] ?? []) as TrustArea[]
  assert.ok(areas.includes('directory') && areas.includes('directory.carddav'))
  for (const area of areas) {
    assert.deepEqual(trustIn(readSettings({}), area), { verify: 'full' })
    const said = readSettings({ [`${area}.tls.verify`]: 'pinned', [`${area}.tls.ca`]: '/etc/a.pem' })
    assert.deepEqual(trustIn(said, area), { verify: 'pinned', ca: '/etc/a.pem' })
    for (const other of areas) if (other !== area) assert.deepEqual(trustIn(said, other), { verify: 'full' })
  }
})
