// Billing: what was dialled with codes is exported for whoever bills it, and text of others does no harm in a spreadsheet.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startLab } from '@openparley/lab'
import { connect, type Session } from '@openparley/sdk'

const main = join(import.meta.dirname, '../packages/cli/bin/parley.mjs')

async function talk(session: Session, to: string, codes: { account?: string; matter?: string } = {}): Promise<void> {
  const { call } = await session.calls.dial({ to, codes, requestId: crypto.randomUUID() })
  await session.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 15_000 })
  await session.calls.end({ call })
  await session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 15_000 })
}

test('calls are exported as CSV with the codes that they were made with, newest first, and nothing that is there is overwritten', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'parley-bill-'))
  const lab = await startLab()
  t.after(async () => {
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20 })
  })
  const env = { ...process.env, PARLEY_HOME: home }
  const parley = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [main, ...args], { env, timeout: 60_000 })).stdout
  const core = await connect({ application: 'test', env })
  const alice = await core.open(lab.people[0]?.settings ?? {})
  await alice.phones.ready({ timeoutMs: 15_000 })
  await talk(alice, '606', { account: '4711', matter: '0815' })
  await talk(alice, '600')
  const out = join(home, 'bill.csv')
  const bill = ['history', 'export', '--as', 'csv', '--kind', 'call', '--out', out]
  await parley(...bill)
  await assert.rejects(parley(...bill), ({ stderr }) => stderr.includes('--force'))
  await parley(...bill, '--force')
  const [names, second, first, ...rest] = (await readFile(out, 'utf8')).split('\r\n')
  assert.equal(
    names,
    'kind,id,at,person,direction,number,name,text,answered,ended,seconds,missed,account,matter,error,transferred_to',
  )
  const cells = (row = ''): string[] => row.split(',')
  assert.deepEqual([...cells(first).slice(4, 6), ...cells(first).slice(12, 14)], ['outgoing', '606', '4711', '0815'])
  assert.deepEqual([cells(second)[5], ...cells(second).slice(12)], ['600', '', '', '', ''])
  assert.deepEqual(rest, [''])
  assert.ok(Number(cells(first)[10]) >= 1)
  if (process.platform !== 'win32') assert.equal((await stat(out)).mode & 0o077, 0)
  const listed = JSON.parse(await parley('history', 'list', '--json')) as { remote: { number: string } }[]
  assert.deepEqual(
    listed.map(({ remote }) => remote.number),
    ['600', '606'],
  )
  const found = JSON.parse(await parley('history', 'search', '--with', '606', '--json')) as { id: string }[]
  assert.equal(found.length, 1)
  assert.match(await parley('history', 'search', '--text', '606'), /^\S+  call +outgoing  606  \d+ s\n$/)
  await assert.rejects(parley('history', 'search', '--kind', 'letter'), ({ stderr }) => stderr.includes('none of'))
  await assert.rejects(parley('history', 'forget'), ({ stderr }) => stderr.includes('--before'))
  assert.equal(await parley('history', 'forget', found[0]?.id ?? ''), '1 deleted\n')
  assert.equal(await parley('history', 'forget', '--before', '2020-01-01', '--json'), '{"forgotten":0}\n')
  assert.equal((await parley('history', 'search')).split('\n').length, 2)
  await core.system.stop({ when: 'now' })
  await core.closed
  core.close()
})
