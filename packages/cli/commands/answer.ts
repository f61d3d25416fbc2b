// parley answer: take one incoming call in this process, without a daemon.
import type { Command } from 'commander'
import { inCallOptions } from '../in-call.ts'
import { oneCall, type OneCallOptions, soundOptions } from '../one-call.ts'
import { secretArguments } from '../secret-argument.ts'

export function answer(program: Command): void {
  inCallOptions(
    soundOptions(
      program.command('answer').description('Wait for a call and answer it, in this process and without a daemon.'),
    ),
  ).action(async (options: OneCallOptions) => {
    const { account, matter } = options
    process.exitCode = await oneCall({ ...options, ...(await secretArguments({ account, matter })) })
  })
}
