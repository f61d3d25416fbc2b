// parley requirements: what each feature needs on the server and of settings, and which of it was found.
import { type Requirement, requirements as all } from '@openparley/sdk'
import { type Command, Option } from 'commander'
import { type Diagnosis, diagnose } from '../diagnose.ts'
import { printJson, printLine } from '../print.ts'
import { readSettingsFile } from '../settings-file.ts'

interface Asked {
  readonly application?: string
  readonly settings?: string
  readonly json?: boolean
}

type Found = 'found' | 'missing' | 'not looked for' | 'named by the settings' | 'not named by the settings'

export function requirements(program: Command): void {
  const applications = [...new Set(all.flatMap((each) => each.applications))]
  program
    .command('requirements')
    .description('Print what each feature needs: device, right and licence on the server, and settings.')
    .addOption(new Option('--application <name>', 'only what that application needs').choices(applications))
    .option('--settings <file>', 'sign in once with these and tell what of it was found')
    .option('--json', 'as one JSON object')
    .action(async ({ application, settings, json }: Asked) => {
      const { originalNames } = await import('@openparley/daemon/settings')
      const seen = settings === undefined ? undefined : await diagnose(await readSettingsFile(settings))
      const features = all
        .filter((each) => application === undefined || each.applications.includes(application))
        .map(({ applications: _, later = false, settings: lists, ...each }) => ({
          ...each,
          later,
          settings: lists.map((names) => names.map((name) => ({ name, original: originalNames(name) }))),
          found: seen ? foundIn(seen, { ...each, settings: lists }) : 'not looked for',
        }))
      if (json) return printJson({ application: application ?? null, features })
      if (application !== undefined) printLine(`${application} needs:`)
      for (const { feature, device, right, licence, settings: lists, found, later } of features) {
        printLine(`${feature}: ${found}${later ? '; the service is not there yet' : ''}`)
        for (const line of columns(['device type', 'right', 'licence units'])) printLine(line)
        for (const line of columns([device, right, licence])) printLine(line)
        printLine(`    settings: ${lists.map((names) => names.map(written).join(' ')).join('\n    or:       ')}`)
      }
    })
}

/** With what the original called it. */
function written({ name, original }: { readonly name: string; readonly original: readonly string[] }): string {
  return original.length === 0 ? name : `${name} (${original.join(', ')})`
}

/** What nothing looks for is told by its settings alone. */
function foundIn({ steps, named }: Diagnosis, { step: name, settings }: Pick<Requirement, 'step' | 'settings'>): Found {
  if (name === undefined)
    return settings.some((list) => list.every((each) => named.has(each)))
      ? 'named by the settings'
      : 'not named by the settings'
  const step = steps.find((each) => each.step === name)
  if (!step || step.skipped) return 'not looked for'
  return step.ok ? 'found' : 'missing'
}

/** Cells beside each other, each broken at its words. */
function columns(cells: readonly string[]): string[] {
  const broken = cells.map((cell) => {
    const lines = ['']
    for (const word of cell.split(' ')) {
      const last = lines.at(-1) as string
      if (last === '') lines[lines.length - 1] = word
      else if (last.length + 1 + word.length <= columnWidth) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines
  })
  const most = Math.max(...broken.map(({ length }) => length))
  return Array.from({ length: most }, (_, at) =>
    `    ${broken.map((lines) => (lines[at] ?? '').padEnd(columnWidth)).join(' │ ')}`.trimEnd(),
  )
}

const columnWidth = 30
