// Dial rules from end to end: in the lab's database they change while a call is up, and the next call goes by them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { type Lab, startLab } from '@openparley/lab'
import { type Core, connect, direct, type Session } from '@openparley/sdk'
import { settled } from './signing-in.ts'

const toEcho = { beginsWith: '555', numDigits: 7, digitsToRemove: 7, prefixWith: '600' }
const toNobody = { ...toEcho, prefixWith: '404404' }

for (const source of ['files', 'axl'] as const) {
  describe(`dial rules from ${source}`, () => {
    let lab: Lab
    let core: Core
    let session: Session
    let close: () => Promise<void>
    before(async () => {
      lab = await startLab()
      lab.rules.set('application', [toEcho])
      const host = await startInProcess()
      core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
      const administrator = source === 'axl' ? lab.administrator.settings : {}
      session = await core.open({ ...lab.people[0]?.signIn, ...administrator, 'dialRules.everyMs': 500 })
      assert.equal((await settled(session)).state.is, 'ready')
      await until(({ application }) => application.count === 1)
      close = async () => {
        core.close()
        await host.close()
        await lab.close()
      }
    })
    after(() => close())

    const until = async (
      is: (state: Awaited<ReturnType<Session['dialRules']['get']>>['state']) => boolean,
    ): Promise<void> => {
      await session.until('dialRules', is, 10_000)
    }

    test('another set is in force within two seconds, for the next call, and the call that is up goes on', async () => {
      const { call: first } = await session.calls.dial({ to: '555 12-34' })
      const up = await session.calls.until(first, ({ state }) => state === 'connected', { timeoutMs: 10_000 })
      assert.deepEqual([up.remote.number, up.dialled], ['5551234', '600'])
      const since = (await session.dialRules.get()).state.application.since
      const changed = performance.now()
      lab.rules.set('application', [toNobody])
      await until(({ application }) => application.since !== since)
      const took = performance.now() - changed
      assert.ok(took < 2000, `${took} ms`)
      const { call: second } = await session.calls.dial({ to: '5551234' })
      const ended = await session.calls.until(second, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
      assert.deepEqual([ended.dialled, ended.end?.error?.code], ['404404', 'number-unknown'])
      const { calls } = (await session.calls.get()).state
      assert.equal(calls.find(({ id }) => id === first)?.state, 'connected')
      await session.calls.end({ call: first })
    })

    test('what breaks at the source leaves the last good rules in force, and says so', async () => {
      const fault = source === 'files' ? 'rules-invalid' : 'database-error'
      const code = source === 'files' ? 'dial-rules-invalid' : 'dial-rules-database-failed'
      lab.setFault(fault)
      await until(({ application }) => application.error?.code === code)
      const { result, rules } = await session.dialRules.explain({ number: '5551234' })
      assert.deepEqual([result, rules.map(({ matched }) => matched)], ['404404', [true]])
      lab.clearFault(fault)
      await until(({ application }) => application.error === undefined)
    })
  })
}

describe('the dialrules command', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-rules-'))
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

  const parley = (...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, '../packages/cli/main.ts')
      execFile(
        process.execPath,
        [main, 'dialrules', ...args],
        { cwd: folder, timeout: 30_000 },
        (error, out, complaint) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out === '' ? complaint : out }),
      )
    })

  test('publishes a table as two files, explains a number by each, and finds what is wrong in them', async () => {
    const csv =
      'direction,beginsWith,numDigits,digitsToRemove,prefixWith\r\napplication,"+1",12,1,9\napplication,,7,0,9\ndirectory,9,8,1,\n'
    await writeFile(join(folder, 'rules.csv'), csv)
    assert.equal((await parley('publish', '--csv', 'rules.csv', '--out', 'tftp')).code, 0)
    const [app, dir] = ['tftp/CUPC/AppDialRules.xml', 'tftp/CUPC/DirLookupDialRules.xml']
    assert.match(await readFile(join(folder, app), 'utf8'), /<DialRule BeginsWith="\+1" NumDigits="12"/)
    const explained = JSON.parse((await parley('explain', '+1 303 555 1234', '--app', app, '--json')).out)
    assert.deepEqual(
      [explained.result, explained.direction, explained.rules.length],
      ['913035551234', 'application', 1],
    )
    assert.deepEqual(Object.keys(explained.rules[0]), ['rule', 'matched', 'why'])
    const lookup = JSON.parse((await parley('explain', '95551234', '--lookup', '--dir', dir, '--json')).out)
    assert.deepEqual([lookup.result, lookup.direction], ['5551234', 'directory'])
    assert.equal((await parley('check', '--app', app, '--dir', dir)).code, 0)
    await writeFile(join(folder, 'rules.csv'), `${csv}application,,7,0,8\n`)
    await parley('publish', '--csv', 'rules.csv', '--out', 'tftp')
    const checked = await parley('check', '--app', app, '--json')
    assert.deepEqual(
      [checked.code, JSON.parse(checked.out).findings.map(({ is, at }: { is: string; at: number }) => [is, at])],
      [1, [['shadowed', 3]]],
    )
  })

  test('publishes what the database holds', async () => {
    const lab = await startLab()
    try {
      lab.rules.set('directory', [toEcho])
      const settings = { ...lab.people[0]?.signIn, ...lab.administrator.settings }
      await writeFile(join(folder, 'settings.json'), JSON.stringify(settings))
      const { code, out } = await parley('publish', '--settings', 'settings.json', '--out', 'dip', '--json')
      assert.equal(code, 0, out)
      assert.match(await readFile(join(folder, 'dip/CUPC/DirLookupDialRules.xml'), 'utf8'), /PrefixWith="600"/)
    } finally {
      await lab.close()
    }
  })

  test('calls a file that holds no rules by its own code', async () => {
    await writeFile(join(folder, 'bad.xml'), '<DialRules><DialRule')
    const { code, out } = await parley('explain', '1', '--app', 'bad.xml', '--json')
    assert.deepEqual([code, JSON.parse(out).error.code], [1, 'dial-rules-invalid'])
  })

  test('tells where a table is wrong', async () => {
    for (const [csv, what] of [
      ['beginsWith\n1\n', /direction.*missing/],
      ['direction,beginsWith,numDigits,digitsToRemove,prefixWith\nboth,1,1,1,1\n', /Record 2.*direction/],
      ['direction,beginsWith,numDigits,digitsToRemove,prefixWith\napplication,1,x,1,1\n', /Record 2.*numbers/],
    ] as const) {
      await writeFile(join(folder, 'bad.csv'), csv)
      const { code, out } = await parley('publish', '--csv', 'bad.csv', '--out', 'x')
      assert.equal(code, 1)
      assert.match(out, what)
    }
  })
})
