// parley config: the settings that there are.
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'

export function config(program: Command): void {
  const group = program.command('config').description('Settings.')
  group
    .command('schema')
    .description('Print all settings that there are.')
    .option('--json', 'as one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { settingsSchema } = await import('@openparley/sdk')
      if (json) return printJson(settingsSchema)
      for (const [name, { doc, default: value }] of Object.entries(settingsSchema)) {
        printLine(`${name}${value === undefined ? '' : ` (${JSON.stringify(value)})`}\n    ${doc}`)
      }
    })
}
