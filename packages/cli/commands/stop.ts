// parley stop: end the daemon, at once or when nobody needs it.
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { running } from '../running.ts'

export function stop(program: Command): void {
  program
    .command('stop')
    .description('Stop the core.')
    .option('--when-idle', 'when no call is up and no other application is attached')
    .option('--json', 'one JSON object')
    .action(async ({ whenIdle, json }: { whenIdle?: boolean; json?: boolean }) => {
      const core = await running()
      if (core) {
        await core.system.stop({ when: whenIdle ? 'idle' : 'now' })
        if (!whenIdle) await core.closed
        core.close()
      }
      if (json) printJson({ stopped: core !== undefined })
      else
        printLine(
          core ? (whenIdle ? 'The core stops when it is idle.' : 'The core has stopped.') : 'The core does not run.',
        )
    })
}
