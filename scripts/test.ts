// `npm test`: the quick part, then the part against real servers and clients. --quick or --peers for one of them, --node for another Node.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, peers: { type: 'boolean' }, node: { type: 'string' } },
})
const node = values.node ?? process.execPath
const parts: { readonly name: string; readonly files: readonly string[]; readonly concurrency: number }[] = []
if (!values.peers) {
  const all = globSync(['{packages,apps,examples}/**/*.test.ts', 'scripts/*.test.ts', 'tests/*.test.ts'], {
    exclude: (path) => path.includes('node_modules'),
  })
  parts.push({ name: 'quick', files: all.toSorted(), concurrency: 2 })
}
if (!values.quick) {
  // One after the other: they measure sound, and the machine has two cores.
  parts.push({ name: 'peers', files: globSync('tests/{peers,browser}/**/*.test.ts').toSorted(), concurrency: 1 })
}

const sum = { pass: 0, fail: 0, skipped: 0 }
let status = 0
for (const { name, files, concurrency } of parts) {
  if (files.length === 0) continue
  console.log(`# ${name}: ${files.length} files`)
  status ||= await run([
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    '--test-timeout=400000',
    '--test-force-exit',
    '--test',
    ...files,
  ])
}
console.log(`${sum.pass} passed, ${sum.fail} failed, ${sum.skipped} skipped`)
process.exitCode = status || (sum.pass === 0 ? 1 : 0)

/** Runs Node's test runner and takes its closing figures. */
function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let tail = ''
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk)
      tail = (tail + chunk.toString()).slice(-200_000)
    })
    child.on('exit', (code) => {
      for (const name of ['pass', 'fail', 'skipped'] as const) {
        sum[name] += Number([...tail.matchAll(new RegExp(`^ℹ ${name} (\\d+)`, 'gm'))].at(-1)?.[1] ?? 0)
      }
      resolve(code ?? 1)
    })
  })
}
