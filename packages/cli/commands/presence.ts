// parley presence: the person's own availability, why it is that, and choosing another.
import { availabilityChoices } from '../people.ts'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function presence(program: Command): void {
  const command = program.command('presence').description('How reachable the person who is signed in is.')
  command
    .command('show', { isDefault: true })
    .description('The availability, and whether others are told.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { state } = await ofSession(session, ({ presence: own }) => own.get())
      if (json) return printJson(state)
      const { own, choice, published } = state
      printLine(`${own.availability}${own.note === undefined ? '' : `: ${own.note}`}`)
      printLine(
        `chosen: ${choice}; ${published ? 'others are told' : 'nobody is told: no presence server is connected'}`,
      )
    })
  command
    .command('set <choice>')
    .description(`Choose: ${availabilityChoices.join(', ')}.`)
    .option('--note <text>', 'words of one’s own beside it; empty takes them away')
    .option('--session <id>', 'of which session; the only one unless said')
    .action(async (choice: string, { session, note }: Options & { note?: string }) => {
      const known = availabilityChoices.find((each) => each === choice)
      if (!known) throw new Error(`Choose one of ${availabilityChoices.join(', ')}.`)
      await ofSession(session, ({ presence: own }) =>
        own.set({ choice: known, ...(note === undefined ? {} : { note }) }),
      )
    })
  command
    .command('explain')
    .description('Everything that was looked at, what counts first, and which of it counts.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const explained = await ofSession(session, ({ presence: own }) => own.explain())
      if (json) return printJson(explained)
      printLine(`${explained.own.availability}, because:`)
      for (const { input, says, why, counts } of explained.reasons)
        printLine(`${counts ? '→' : ' '} ${input.padEnd(9)} ${(says ?? '–').padEnd(15)} ${why}`)
    })
}
