// `npm test`: the quick part, then those against real servers and clients. --quick or --peers for one of them, --node for another Node.
// On another Node what says something of the tests alone is left out (PARLEY_OTHER_NODE): that journeys fail when they are sabotaged; and what is the
// same whichever Node does it, and long: what a person is told of each fault of the lab, most commands, the guides’, and lives of calls by the thousand.
// --again: of files that failed, few, each is run once more, alone, and it is said so: on a machine that others share a moment is lost now and then.
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import type { ToldFile } from './told-files.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    peers: { type: 'boolean' },
    node: { type: 'string' },
    again: { type: 'boolean' },
  },
})
const node = values.node ?? process.execPath
const servers = ['dovecot', 'janus', 'kamailio', 'npm', 'openldap', 'prosody', 'radicale', 'slixmpp'].map((name) =>
  join('tests', 'peers', name),
)
const long = [
  'doctor',
  'told',
  'faults',
  'report',
  'guide',
  'settings',
  'dial-rules',
  'calls-property',
  'calls-heap',
  'people-files-killed',
]
const commands = ['people', 'phone', 'voicemail'].map((name) => `${name}-commands`)
const once = [...long, ...commands].map((name) => join('tests', `${name}.test.ts`))
const parts: { readonly name: string; readonly files: readonly string[]; readonly concurrency: number }[] = []
if (!values.peers) {
  const all = globSync(['{packages,apps,examples}/**/*.test.ts', 'scripts/*.test.ts', 'tests/*.test.ts'], {
    exclude: (path) => path.includes('node_modules'),
  })
  const files = values.node === undefined ? all : all.filter((path) => !once.includes(path))
  parts.push({ name: 'quick', files: files.toSorted(), concurrency: 2 })
}
if (!values.quick) {
  // Browsers, phones and whatever measures sound or time run one after the other: the machine has two cores.
  const all = globSync('tests/{peers,browser}/**/*.test.ts').toSorted()
  const { alone = [], peers = [] } = Object.groupBy(all, (file) =>
    servers.includes(dirname(file)) ? 'peers' : 'alone',
  )
  parts.push({ name: 'peers', files: peers, concurrency: 2 }, { name: 'alone', files: alone, concurrency: 1 })
}

const mostAgain = 4
const longestTold = 12
const sum = { pass: 0, fail: 0, skipped: 0 }
let status = 0
for (const { name, files, concurrency } of parts) {
  if (files.length === 0) continue
  console.log(`# ${name}: ${files.length} files`)
  const failed = await run(files, concurrency, longestTold)
  if (failed.length > 0) status = (await isMomentary(failed)) ? status : 1
  if (status !== 0) break
}
console.log(`${sum.pass} passed, ${sum.fail} failed, ${sum.skipped} skipped`)
process.exitCode = status || (sum.pass === 0 ? 1 : 0)

/** Whether each of these files passes when it is alone. */
async function isMomentary(files: readonly string[]): Promise<boolean> {
  if (!values.again || files.length > mostAgain) return false
  for (const file of files) {
    console.log(`# once more, alone: ${file}`)
    if ((await run([file], 1)).length > 0) return false
  }
  console.log(`# FAILED ONCE AND PASSED ALONE, to be mended: ${files.join(', ')}`)
  return true
}

/** Runs Node's test runner, takes its closing figures, tells so many of the files that took longest, and resolves to those that failed. */
function run(files: readonly string[], concurrency: number, longest = 0): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
  const told = join(folder, 'told')
  const args = [
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${new URL('told-files.ts', import.meta.url).href}`,
    `--test-reporter-destination=${told}`,
    '--test-timeout=400000',
    '--test-force-exit',
    '--test',
    ...files,
  ]
  return new Promise((resolve) => {
    const env = values.node === undefined ? process.env : { ...process.env, PARLEY_OTHER_NODE: '1' }
    const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
    let tail = ''
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk)
      tail = (tail + chunk.toString()).slice(-200_000)
    })
    child.on('exit', (code) => {
      for (const name of ['pass', 'fail', 'skipped'] as const) {
        sum[name] += Number([...tail.matchAll(new RegExp(`^ℹ ${name} (\\d+)`, 'gm'))].at(-1)?.[1] ?? 0)
      }
      const ended = readFileSync(told, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ToldFile)
      rmSync(folder, { recursive: true, force: true })
      for (const { file, ms } of ended.toSorted((one, other) => other.ms - one.ms).slice(0, longest))
        console.log(`# ${(ms / 1000).toFixed(1).padStart(6)} s  ${relative(process.cwd(), file)}`)
      const failed = ended.filter(({ ok }) => !ok).map(({ file }) => file)
      // Where it fell without telling of a file, all of them are suspect.
      resolve(code === 0 ? [] : failed.length > 0 ? failed : [...files])
    })
  })
}
