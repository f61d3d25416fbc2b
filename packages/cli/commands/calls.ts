// parley calls: the calls of a core that runs, and moving one to another phone.
import type { Call } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { phoneNamed } from '../phone-named.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function calls(program: Command): void {
  const command = program.command('calls').description('The calls of the person who is signed in.')
  command
    .command('list', { isDefault: true })
    .description('All that are up: on which phone, with whom, and how they stand.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { up, kinds } = await ofSession(session, async (at) => {
        const { phones } = (await at.phones.get()).state
        const all = (await at.calls.get()).state.calls
        return {
          up: all.filter(({ state }) => state !== 'ended'),
          kinds: new Map(phones.map(({ id, kind }) => [id, kind])),
        }
      })
      if (json) return printJson(up)
      for (const call of up) printLine(plain(lineOf(call, kinds.get(call.phone) ?? '')))
    })
  command
    .command('move <phone>')
    .description('Go on with a call at another phone: desk, soft, its address or its id. The other side stays.')
    .option('--call <id>', 'which call; the only one that is connected unless said')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async (name: string, { session, call: given, json }: Options & { call?: string }) => {
      const moved = await ofSession(session, async (at) => {
        const up = (await at.calls.get()).state.calls.filter(({ state }) => state === 'connected')
        const call = given ?? (up.length === 1 ? up[0]?.id : undefined)
        if (call === undefined)
          throw new Error(
            up.length === 0 ? 'No call is connected.' : `Name one with --call: ${up.map(({ id }) => id).join(', ')}.`,
          )
        return at.calls.move({ call, to: await phoneNamed(at, name) })
      })
      if (json) printJson(moved)
    })
}

function lineOf({ id, direction, state, held, remote }: Call, kind: string): string {
  const stands = held === 'no' ? state : `held (${held})`
  const who = [remote.displayName, remote.number].filter((each) => each !== undefined).join(' ')
  return `${kind.padEnd(4)} ${direction} ${stands.padEnd(14)} ${who}  ${id}`
}
