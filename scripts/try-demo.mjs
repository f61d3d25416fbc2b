// The demonstration many times over, two at a time: each must be as it should be. `node scripts/try-demo.mjs 20`.
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const times = Number(process.argv[2] ?? 20)
const parley = join(import.meta.dirname, '../packages/cli/bin/parley.mjs')
const outcomes = []

async function runs() {
  while (outcomes.length < times) {
    const at = outcomes.push(undefined) - 1
    outcomes[at] = await once()
    const { ok, ms, heard, complaint } = outcomes[at]
    console.log(`${at + 1}: ${ok ? 'ok' : 'NOT OK'} ${ms} ms, heard ${JSON.stringify(heard)}${complaint ?? ''}`)
  }
}

function once() {
  return new Promise((resolve) => {
    execFile(process.execPath, [parley, 'demo', '--once', '--json'], { timeout: 60_000 }, (error, out, complaint) => {
      resolve(judged(error, out, complaint))
    })
  })
}

function judged(error, out, complaint) {
  try {
    const outcome = JSON.parse(out)
    // The exit status says the same as the object, or one of them is wrong.
    return { ...outcome, ok: outcome.ok === true && error === null }
  } catch {
    return { ok: false, complaint: `\n${error?.message}\n${out}${complaint}` }
  }
}

await Promise.all([runs(), runs()])
const good = outcomes.filter(({ ok }) => ok).length
console.log(`${good} of ${times} demonstrations were as they should be`)
process.exitCode = good === times ? 0 : 1
