// parley restart: a fresh daemon; attached applications come back to it.
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { running } from '../running.ts'

export function restart(program: Command): void {
  program
    .command('restart')
    .description('Stop the core and start it again. Applications are attached again.')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const before = await running()
      if (before) {
        await before.system.stop({ when: 'now', restart: true })
        await before.closed
        before.close()
      }
      const { connect } = await import('@openparley/sdk')
      const core = await connect({ application: 'parley', leaves: 'stay' })
      const { state } = await core.system.get()
      core.close()
      if (json) printJson({ running: true, pid: state.pid })
      else printLine(`The core runs (pid ${state.pid}).`)
    })
}
