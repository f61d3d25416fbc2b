// What `parley requirements` says: of each application its own, and only what was looked for and seen is found.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { requirements } from '@openparley/sdk'

interface Feature {
  readonly feature: string
  readonly found: string
  readonly settings: readonly (readonly { readonly name: string; readonly original: readonly string[] }[])[]
}

describe('the requirements', () => {
  let home: string
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-needs-'))
  })
  after(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))

  const parley = (...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, '../packages/cli/main.ts')
      const env = { ...process.env, PARLEY_HOME: home }
      execFile(process.execPath, [main, 'requirements', ...args], { env, timeout: 90_000 }, (_, out) => resolve(out))
    })
  const foundWith = async (settings: object): Promise<Record<string, string>> => {
    const file = join(home, 'settings.json')
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
    const { features } = JSON.parse(await parley('--settings', file, '--json')) as { features: Feature[] }
    return Object.fromEntries(features.map(({ feature, found }) => [feature, found]))
  }

  test('of each application are its own, but for the two that lived in an office program alike', () => {
    const names = [...new Set(requirements.flatMap(({ applications }) => applications))]
    assert.ok(names.length >= 8)
    const needs = new Map<string, string[]>()
    for (const name of names) {
      const own = requirements.filter(({ applications }) => applications.includes(name))
      const key = own.map(({ feature }) => feature).join()
      needs.set(key, [...(needs.get(key) ?? []), name])
    }
    const alike = [...needs.values()].filter(({ length }) => length > 1)
    assert.deepEqual(alike, [['CUCIMOC', 'CUCI-Lync']])
  })

  test('are printed with three columns and the original’s value names', async () => {
    const [web, dock] = await Promise.all([
      parley('--application', 'Web SDK', '--json'),
      parley('--application', 'dock'),
    ])
    const { features } = JSON.parse(web) as { features: Feature[] }
    const names = new Map(features.flatMap(({ settings }) => settings.flat().map((each) => [each.name, each.original])))
    assert.deepEqual(names.get('cucm.cti.servers'), ['CtiServer1', 'CtiServer2'])
    assert.deepEqual(names.get('cucm.ccmcip.servers'), ['CcmcipServer1', 'CcmcipServer2'])
    assert.equal(names.has('directory.servers'), false)
    assert.match(dock, /device type +│ right +│ licence units/)
    assert.match(dock, /cucm\.tftp\.servers \(TftpServer1, TftpServer2, TftpServer3\)/)
  })

  test('that were looked for and seen are found, and no others', async () => {
    const lab = await startLab()
    try {
      const [alice] = lab.people
      const [file, database] = ['dial rules by file', 'dial rules from the database']
      const byFile = await foundWith(alice?.signIn ?? {})
      assert.deepEqual([byFile[file as string], byFile[database as string]], ['found', 'not looked for'])
      assert.deepEqual(
        [byFile['presence'], byFile['voicemail as a list of messages'], byFile['control of a desk phone']],
        ['named by the settings', 'found', 'not named by the settings'],
      )
      const byDatabase = await foundWith({ ...alice?.signIn, ...lab.administrator.settings })
      assert.deepEqual([byDatabase[file as string], byDatabase[database as string]], ['not looked for', 'found'])
      const byLdap = await foundWith({ ...alice?.settings, ...alice?.directory })
      assert.equal(byLdap['names and numbers of the directory'], 'found')
      const refused = await foundWith({ ...alice?.signIn, 'user.password': 'wrong' })
      assert.deepEqual([refused['the person’s devices'], refused[file as string]], ['missing', 'not looked for'])
    } finally {
      await lab.close()
    }
  })
})
