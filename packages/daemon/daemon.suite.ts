// For tests: the daemon as a process of its own, around a core whose phones are stand-ins.
import { runDaemon } from './process.ts'
import { house } from './house.suite.ts'

// `core` is what the SDK says to the program that PARLEY_BIN names.
const args = process.argv.slice(2).filter((word) => word !== 'core')
process.exit(await runDaemon({ version: '0.0.0-test', args, makeCore: ({ host }) => house(host).core }))
