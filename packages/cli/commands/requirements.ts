// parley requirements: what each feature needs on the server and of settings, and which of it was found.
import { type DiagnosisStep, type Requirement, requirements as all } from '@openparley/sdk'
import { type Command, Option } from 'commander'
import { diagnose } from '../diagnose.ts'
import { printJson, printLine } from '../print.ts'
import { readSettingsFile } from '../settings-file.ts'

interface Asked {
  readonly application?: string
  readonly settings?: string
  readonly json?: boolean
}

type Found = 'found' | 'missing' | 'not looked for'

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
      const steps = settings === undefined ? [] : (await diagnose(await readSettingsFile(settings))).steps
      const features = all
        .filter((each) => application === undefined || each.applications.some((name) => name === application))
        .map(({ applications: _, settings: lists, ...each }) => ({
          ...each,
          settings: lists.map((names) => names.map((name) => ({ name, original: originalNames(name) }))),
          found: foundIn(steps, each),
        }))
      if (json) return printJson({ features })
      for (const { feature, device, right, licence, settings: lists, found } of features) {
        printLine(`${feature}: ${found}`)
        printLine(`    device    ${device}`)
        printLine(`    right     ${right}`)
        printLine(`    licence   ${licence}`)
        printLine(`    settings  ${lists.map((names) => names.map(written).join(' ')).join('\n       or     ')}`)
      }
    })
}

/** With what the original called it. */
function written({ name, original }: { readonly name: string; readonly original: readonly string[] }): string {
  return original.length === 0 ? name : `${name} (${original.join(', ')})`
}

function foundIn(steps: readonly DiagnosisStep[], { step: name }: Pick<Requirement, 'step'>): Found {
  const step = steps.find((each) => each.step === name)
  if (!step || step.skipped) return 'not looked for'
  return step.ok ? 'found' : 'missing'
}
