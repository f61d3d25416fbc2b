// parley call NUMBER: one call in this process, without a daemon.
import type { Command } from 'commander'
import { inCallOptions } from '../in-call.ts'
import { secretArguments } from '../secret-argument.ts'
import { oneCall, type OneCallOptions, soundOptions } from '../one-call.ts'

export function call(program: Command): void {
  inCallOptions(
    soundOptions(
      program
        .command('call')
        .description('Call a number, in this process and without a daemon.')
        .argument('<number>', 'a number, a user name or a sip: address'),
    ),
  )
    .option('--line <number>', 'call out of that line of the device')
    .option('--anonymous', 'do not tell the other side who calls')
    .option(
      '--digits <digits>',
      'send these when connected: 0-9 * # A-D, a comma waits a second; env:NAME or - as well',
    )
    .action(async (number: string, options: OneCallOptions) => {
      const { account, matter, digits } = options
      const codes = await secretArguments({ account, matter, digits })
      process.exitCode = await oneCall({ ...options, ...codes, number })
    })
}
