// `npm run bench`: the figures, each the median of five. One or more names run only these; --json for programs.
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { callsASecond } from './calls.ts'
import { lateFrames } from './late-frames.ts'
import { setUp } from './set-up.ts'
import { startUp } from './start-up.ts'

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true })

const benches: Record<string, () => Promise<Record<string, number>>> = {
  'set-up': async () => ({ ...(await setUp(1000)) }),
  calls: async () => ({ ...(await callsASecond()) }),
  'start-up': async () => ({ ...(await startUp()) }),
  'late-frames-idle': async () => ({ ...(await lateFrames(100, 5, false)) }),
  'late-frames-busy': async () => ({ ...(await lateFrames(100, 5, true)) }),
}
if (existsSync(new URL('./parse.ts', import.meta.url))) {
  const { parse } = (await import('./parse.ts' as string)) as { parse: () => Promise<Record<string, number>> }
  benches['parse'] = parse
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
if (!values.json) console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}`)
for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  const bench = benches[name]
  if (!bench) throw new Error(`There is no bench named ${name}; there are ${Object.keys(benches).join(', ')}.`)
  const runs: Record<string, number>[] = []
  for (let i = 0; i < 5; i++) runs.push(await bench())
  const figures = Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((key) => [key, median(runs.map((run) => run[key] ?? 0))]),
  )
  if (values.json) console.log(JSON.stringify({ name, machine, figures }))
  else
    console.log(
      `${name}: ${Object.entries(figures)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ')}`,
    )
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
