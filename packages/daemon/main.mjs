// The daemon process: what the SDK starts when no core runs, and what `parley core` is. Plain JavaScript, so that with a warm cache
// no TypeScript has to be read at all.
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

// What is young keeps the little room that it has at the start: a core that idles holds 23 MB less. One command in a hundred takes a
// tenth longer, the others do not.
setFlagsFromString('--semi-space-growth-factor=1')
// Half of the start is reading our own sources; what was read once is kept in the user's cache. The variable is for the
// threads: without it each would read, and hold, the translator of TypeScript.
process.env['NODE_COMPILE_CACHE'] ??= join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'parley')
enableCompileCache(process.env['NODE_COMPILE_CACHE'])
const { builtInCore, version } = await import('./built-in.ts')
const { runDaemon } = await import('./process.ts')

const [first, ...rest] = process.argv.slice(2)
const args = first === undefined || first === 'core' ? rest : [first, ...rest]
try {
  process.exit(await runDaemon({ version, args, makeCore: builtInCore }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
