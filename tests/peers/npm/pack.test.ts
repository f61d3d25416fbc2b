// The packages as npm gives them to a stranger: packed, installed into an empty folder with what they need from the registry, and used.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { pack } from '../../../scripts/pack.ts'

const skip =
  process.env['PARLEY_PEERS'] === 'required' ? false : 'it asks the package registry; PARLEY_PEERS=required runs it'
const root = join(import.meta.dirname, '../../..')

const application = `
import { startLab } from '@openparley/lab'
import { type Call, connect } from '@openparley/sdk'

const lab = await startLab()
const core = await connect({ application: 'a stranger', role: 'approve' })
const me = await core.open(lab.people[0]?.settings ?? {})
await me.phones.ready()
const { call } = await me.calls.dial({ to: '600' })
const up: Call = await me.calls.until(call, ({ state }) => state === 'connected')
console.log(up.state)
await me.calls.end({ call })
const { address } = await core.system.oneTimeAddress({ application: 'page', session: me.id, scopes: ['calls.read'] })
console.log((await fetch(address)).status)
await core.system.stop({ when: 'now' })
await core.closed
core.close()
await lab.close()
`

test('installed into an empty folder, the packages have types, a command, a core that starts on demand, and pages', {
  skip,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-pack-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    PARLEY_HOME: join(folder, 'home'),
  }
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const typesOfNode: string = devDependencies['@types/node']
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(command, args, { cwd: folder, env, timeout: 120_000 })).stdout
  await writeFile(join(folder, 'package.json'), '{"name":"mine","private":true,"type":"module"}')
  const tarballs = await pack(join(folder, 'tarballs'))
  await run('npm', 'install', '--no-fund', '--no-audit', '--loglevel=error', ...tarballs)
  await writeFile(join(folder, 'application.ts'), application)
  // Whoever compiles against Node has its types.
  await run('npm', 'install', '--no-fund', '--no-audit', '--loglevel=error', `@types/node@${typesOfNode}`)
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
  await run(join(root, 'node_modules/.bin/tsc'), ...strict, '--skipLibCheck', 'application.ts')
  const demo = JSON.parse(await run('npx', 'parley', 'demo', '--once', '--scenario', 'call-claim', '--json'))
  assert.equal(demo.ok, true, JSON.stringify(demo))
  assert.equal(await run(process.execPath, 'application.ts'), 'connected\n200\n')
})
