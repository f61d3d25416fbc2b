// parley demo: a journey on a lab of its own.
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'

interface DemoOptions {
  readonly once?: boolean
  readonly list?: boolean
  readonly scenario?: string
  readonly fault: string[]
  readonly withhold?: string
  readonly json?: boolean
}

export function demo(program: Command): void {
  program
    .command('demo')
    .description('Run a journey: by default Alice calls Bob, both speak, both are heard.')
    .option('--once', 'run it once and exit (as it does without)')
    .option('--list', 'list the journeys')
    .option('--scenario <name>', 'which journey')
    .option(
      '--fault <name[=value]>',
      'switch on a fault of the lab; may be repeated',
      (each: string, all: string[]) => [...all, each],
      [],
    )
    .option('--withhold <act>', 'leave out an act of the journey, to see it fail')
    .option('--json', 'one JSON object')
    .action(async ({ list, scenario: name, fault, withhold, json }: DemoOptions) => {
      const { runScenario, scenarios } = await import('@openparley/scenarios')
      if (list) {
        const rows = scenarios.map(({ name, doc }) => ({ name, doc }))
        if (json) return printJson(rows)
        for (const row of rows) printLine(`${row.name.padEnd(24)} ${row.doc}`)
        return
      }
      const scenario = name === undefined ? scenarios[0] : scenarios.find((each) => each.name === name)
      if (!scenario) throw new Error(`There is no journey named ${name}; \`parley demo --list\` names them.`)
      if (!json) printLine(scenario.doc)
      const outcome = await runScenario(scenario, { faults: fault, ...(withhold === undefined ? {} : { withhold }) })
      if (json) printJson(outcome)
      else {
        for (const { what, expected, seen } of outcome.checked)
          printLine(`  ${what}: ${JSON.stringify(seen)} (expected ${JSON.stringify(expected)})`)
        printLine(outcome.ok ? `as it should be, in ${outcome.ms} ms` : `not as it should be, after ${outcome.ms} ms`)
      }
      process.exitCode = outcome.ok ? 0 : 1
    })
}
