// parley start: the daemon, if it does not run yet.
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'

export function start(program: Command): void {
  program
    .command('start')
    .description('Start the core in the background; it stays until `parley stop`.')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { connect } = await import('@openparley/sdk')
      const core = await connect({ application: 'parley', leaves: 'stay' })
      const { state } = await core.system.get()
      core.close()
      if (json) printJson({ running: true, pid: state.pid, version: state.version, log: state.log })
      else printLine(`The core runs (pid ${state.pid}).`)
    })
}
