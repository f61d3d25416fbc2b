// The config command, and a policy that changes under a core that runs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { connect } from '@openparley/sdk'

describe('settings', () => {
  let home: string
  let env: NodeJS.ProcessEnv
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-config-'))
    env = { ...process.env, PARLEY_HOME: home, PARLEY_POLICY: join(home, 'policy.json') }
  })
  after(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

  const parley = (...args: string[]): Promise<{ code: number; out: string }> => fed('', ...args)
  const fed = (input: string, ...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, '../packages/cli/main.ts')
      const child = execFile(
        process.execPath,
        [main, 'config', ...args],
        { env, cwd: home, timeout: 60_000 },
        (error, out, complaint) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + complaint }),
      )
      child.stdin?.end(input)
    })
  const json = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await parley(...args, '--json')).out)

  test('a value is set, explained over the application’s, and taken back', async () => {
    await writeFile(join(home, 'app.json'), '{"calls.max": 5}')
    const explained = (): Promise<Record<string, unknown>> => json('explain', 'calls.max', '--settings', 'app.json')
    assert.deepEqual(await explained(), {
      value: 5,
      origin: { layer: 'application', from: '--settings' },
      layers: [
        { value: 5, layer: 'application', from: '--settings' },
        { value: 16, layer: 'default', from: 'Parley' },
      ],
    })
    assert.deepEqual(await json('set', 'calls.max', '7'), { applies: 'now' })
    assert.deepEqual((await explained())['origin'], { layer: 'user', from: join(home, 'settings.json') })
    assert.equal((await parley('get', 'calls.max')).out, '7\n')
    await parley('unset', 'calls.max')
    assert.equal((await explained())['value'], 5)
  })

  test('what is not right is refused with what the setting takes; what policy says stays', async () => {
    const wrong = await parley('set', 'calls.max', 'many')
    assert.equal(wrong.code, 1)
    assert.match(wrong.out, /expected number/)
    await writeFile(join(home, 'policy.json'), '{"calls.max": 2}')
    const locked = await parley('set', 'calls.max', '3')
    assert.equal(locked.code, 1)
    assert.match(locked.out, /set by policy.*policy\.json/)
    await rm(join(home, 'policy.json'))
  })

  test('a secret that is set is nowhere to be read', async () => {
    const refused = await parley('set', 'softphone.password', 'a-planted-secret')
    assert.equal(refused.code, 1)
    assert.match(refused.out, /process list.*Give -/)
    assert.doesNotMatch(refused.out, /a-planted-secret/)
    assert.equal((await fed('a-planted-secret\n', 'set', 'softphone.password', '-')).code, 0)
    const shown = (
      await Promise.all([
        parley('list'),
        parley('get', 'softphone.password'),
        parley('explain', 'softphone.password'),
        parley('export'),
      ])
    ).map(({ out }) => out)
    const files = await Promise.all(
      ['settings.json', 'secrets', 'secrets.key'].map((name) => readFile(join(home, name), 'latin1').catch(() => '')),
    )
    assert.ok(![...shown, ...files].some((each) => each.includes('a-planted-secret')))
    assert.match(shown[0] ?? '', /softphone\.password = \{"secret":true\}/)
    await parley('unset', 'softphone.password')
  })

  test('a text of digits alone is set as the text that it is', async () => {
    assert.equal((await parley('set', 'softphone.user', '1001')).code, 0)
    assert.deepEqual((await json('get', 'softphone.user'))['value'], '1001')
    await parley('unset', 'softphone.user')
  })

  test('files are checked, taken and written: ours, the registry’s and jabber-config.xml', async () => {
    await writeFile(
      join(home, 'jabber-config.xml'),
      '<config version="1.0"><Phone><TftpServer1>cucm1</TftpServer1><Novelty>1</Novelty></Phone></config>',
    )
    const checked = await json('validate', 'jabber-config.xml')
    assert.deepEqual([checked['ok'], checked['taken'], checked['unknown']], [false, ['cucm.tftp.servers'], ['Novelty']])
    assert.deepEqual((await json('import', 'jabber-config.xml'))['taken'], ['cucm.tftp.servers'])
    await parley('export', '--format', 'jabber-config', '--out', 'out.xml')
    assert.match(await readFile(join(home, 'out.xml'), 'utf8'), /<Novelty>1<\/Novelty>/)
    assert.match((await parley('list')).out, /unknown: Novelty/)
    await parley('export', '--format', 'reg', '--out', 'out.reg')
    assert.deepEqual((await json('validate', 'out.reg'))['taken'], ['cucm.tftp.servers'])
    const { files } = (await json('export', '--admin-pack', 'pack')) as { files: string[] }
    assert.equal(files.length, 12)
    assert.match(await readFile(join(home, 'pack/communicator/parley.bat'), 'utf8'), /TftpServer1/)
    await parley('unset', 'cucm.tftp.servers')
  })

  test('a policy that changes is in force in the core that runs, at once and without a restart', async () => {
    const lab = await startLab()
    const core = await connect({ application: 'test', role: 'approve', leaves: 'stop', env })
    try {
      const session = await core.open(lab.people[0]?.settings ?? {})
      await session.phones.ready({ timeoutMs: 10_000 })
      await writeFile(join(home, 'policy.json'), '{"calls.deny": ["600"]}')
      await session.until('config', ({ settings }) => settings['calls.deny']?.layer === 'policy', 5000)
      await assert.rejects(session.calls.dial({ to: '600' }), { code: 'number-denied' })
      await assert.rejects(session.config.set({ name: 'calls.deny', value: [] }), { code: 'setting-locked' })
      await rm(join(home, 'policy.json'))
      await session.until('config', ({ settings }) => settings['calls.deny']?.layer === 'default', 5000)
      await session.calls.dial({ to: '600' })
    } finally {
      await core.system.stop({ when: 'now' })
      await core.closed
      core.close()
      await lab.close()
    }
  })
})
