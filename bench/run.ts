// `npm run bench`: the figures, each the median of five runs, each run in a process of its own. Names run only these; --json for programs.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { accountsAndCalls } from './accounts.ts'
import { browserLegs } from './browser-leg.ts'
import { callsASecond } from './calls.ts'
import { lookUps } from './dial-rules.ts'
import { directories } from './directory.ts'
import { lateFrames } from './late-frames.ts'
import { parse } from './parse.ts'
import { longRoster } from './roster.ts'
import { roundTrip } from './round-trip.ts'
import { sippCalls } from './sipp.ts'
import { setUp } from './set-up.ts'
import { protectedPackets } from './srtp.ts'
import { startUp } from './start-up.ts'

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, once: { type: 'string' } },
  allowPositionals: true,
})

const benches: Record<string, () => Promise<Record<string, number>>> = {
  parse,
  'set-up': async () => ({ ...(await setUp(1000)) }),
  calls: async () => ({ ...(await callsASecond()) }),
  'calls-sipp': async () => ({ ...(await sippCalls(2000, 5)) }),
  'start-up': async () => ({ ...(await startUp()) }),
  'round-trip': async () => ({ ...(await roundTrip(10_000)) }),
  'dial-rules': async () => ({ ...lookUps(50_000) }),
  directory: async () => ({ ...(await directories(100_000)) }),
  accounts: async () => ({ ...(await accountsAndCalls(1000, 100)) }),
  roster: async () => ({ ...(await longRoster(10_000)) }),
  srtp: async () => protectedPackets(100_000),
  'browser-leg': async () => ({ ...(await browserLegs(10, 4)) }),
  'late-frames-idle': async () => ({ ...(await lateFrames(100, 5, false)) }),
  'late-frames-busy': async () => ({ ...(await lateFrames(100, 5, true)) }),
}

if (values.once === undefined) {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
  if (!values.json) console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}`)
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
    const runs = Array.from({ length: 5 }, () => runAlone(name))
    const figures = Object.fromEntries(
      Object.keys(runs[0] ?? {}).map((key) => [key, median(runs.map((run) => run[key] ?? 0))]),
    )
    const line = Object.entries(figures).map(([key, value]) => `${key} ${value}`)
    console.log(values.json ? JSON.stringify({ name, machine, figures }) : `${name}: ${line.join(', ')}`)
  }
} else {
  const figures = await benches[values.once]?.()
  console.log(JSON.stringify(figures))
  process.exit()
}

function runAlone(name: string): Record<string, number> {
  if (!benches[name]) throw new Error(`There is no bench named ${name}; there are ${Object.keys(benches).join(', ')}.`)
  const args = ['--expose-gc', '--disable-warning=ExperimentalWarning', import.meta.filename, '--once', name]
  const said = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(said.trim().split('\n').at(-1) as string) as Record<string, number>
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
