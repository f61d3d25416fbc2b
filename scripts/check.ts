// `npm run check`: everything that is looked at without running the product, side by side.
import { spawn } from 'node:child_process'

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'biome', 'format', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'tsc', '-b'],
  ['imports', 'node', 'scripts/check-imports.ts'],
  ['generated files', 'node', 'scripts/generate.ts', '--check'],
  ['compatibility', 'node', 'scripts/compatible.ts'],
  ['dead code', 'knip', '--no-progress'],
]

const began = performance.now()
const failed: string[] = []
// Two at once: the machines that this runs on have two cores.
const queue = [...checks]
await Promise.all(
  [1, 2].map(async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, command, ...args] = next
      const from = performance.now()
      const { status, output } = await run(command, args)
      const seconds = ((performance.now() - from) / 1000).toFixed(1)
      if (status === 0) console.log(`✔ ${name} (${seconds} s)`)
      else {
        failed.push(name)
        console.error(`✖ ${name} (${seconds} s)\n${output}`)
      }
    }
  }),
)
const seconds = ((performance.now() - began) / 1000).toFixed(1)
console.log(failed.length === 0 ? `all is well, in ${seconds} s` : `not well: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function run(command: string, args: readonly string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    // npm has put the workspace's own programs first in PATH.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ status: 1, output: error.message }))
    child.on('exit', (code) => resolve({ status: code ?? 1, output }))
  })
}
