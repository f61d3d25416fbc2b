// The daemon process: what the SDK starts when no core runs, and what `parley core` is.
import { builtInCore, version } from './built-in.ts'
import { runDaemon } from './process.ts'

const [first, ...rest] = process.argv.slice(2)
const args = first === undefined || first === 'core' ? rest : [first, ...rest]
try {
  process.exit(await runDaemon({ version, args, makeCore: builtInCore }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
