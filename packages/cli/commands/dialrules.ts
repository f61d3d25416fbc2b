// parley dialrules: what becomes of a number and why; what is wrong with a set of rules; the two files for a server.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { problem } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { printJson, printLine } from '../print.ts'
import { rulesOfCsv } from '../rules-csv.ts'
import { readSettingsFile } from '../settings-file.ts'

type Direction = 'application' | 'directory'

interface Sources {
  readonly app?: string
  readonly dir?: string
  readonly session?: string
  readonly json?: boolean
}

export function dialrules(program: Command): void {
  const group = program.command('dialrules').description('Dial rules: explain, check and publish them.')
  sources(group.command('explain').argument('<number>'))
    .description('Tell what becomes of a number and by which rule, by the very code that dials.')
    .option('--lookup', 'as it is looked up in the directory, not as it is dialled')
    .action(async (number: string, { lookup, json, ...from }: Sources & { readonly lookup?: boolean }) => {
      const direction: Direction = lookup ? 'directory' : 'application'
      const explained = await explainedBy(number, direction, from)
      if (json) return printJson(explained)
      for (const { rule, matched, why } of explained.rules) {
        const { beginsWith, numDigits, digitsToRemove, prefixWith } = rule
        printLine(
          `${matched ? '✔' : ' '} ${beginsWith || '*'} of ${numDigits || 'any'}: −${digitsToRemove} +${prefixWith}   ${why}`,
        )
      }
      printLine(explained.result)
    })
  sources(group.command('check'))
    .description('Find rules that are never applied, or say nothing; exits 1 if there are any.')
    .action(async ({ json, ...from }: Sources) => {
      const findings = (
        await Promise.all((['application', 'directory'] as const).map((each) => findingsIn(each, from)))
      ).flat()
      if (json) printJson({ findings })
      else for (const { direction, is, at, why } of findings) printLine(`${direction} rule ${at}: ${is}. ${why}`)
      process.exitCode = findings.length > 0 ? 1 : 0
    })
  group
    .command('publish')
    .description('Write the two files of dial rules for the folder of a TFTP or HTTP server.')
    .requiredOption(
      '--out <folder>',
      'the folder; the files are CUPC/AppDialRules.xml and CUPC/DirLookupDialRules.xml in it',
    )
    .option('--csv <file>', 'rules: a header direction,beginsWith,numDigits,digitsToRemove,prefixWith and a line each')
    .option('--settings <file>', 'settings with dialRules.axl.*: the rules in that database')
    .option('--json', 'as one JSON object')
    .action(async ({ out, csv, settings, json }: Publishing) => {
      if ((csv === undefined) === (settings === undefined)) throw new Error('Name one source: --csv or --settings.')
      const { rulesInDatabase, writeRules } = await import('@openparley/daemon/dial-rules')
      const given = settings === undefined ? {} : await readSettingsFile(settings)
      const rules =
        csv === undefined
          ? {
              application: await rulesInDatabase(given, 'application'),
              directory: await rulesInDatabase(given, 'directory'),
            }
          : rulesOfCsv(await readFile(csv, 'utf8'))
      await mkdir(join(out, 'CUPC'), { recursive: true })
      const files = [
        [join(out, 'CUPC/AppDialRules.xml'), rules.application],
        [join(out, 'CUPC/DirLookupDialRules.xml'), rules.directory],
      ] as const
      for (const [file, list] of files) await writeFile(file, writeRules(list))
      if (json) printJson({ files: files.map(([file, { length }]) => ({ file, rules: length })) })
      else for (const [file, { length }] of files) printLine(`${file}: ${length} rules`)
    })
}

interface Publishing {
  readonly out: string
  readonly csv?: string
  readonly settings?: string
  readonly json?: boolean
}

function sources(command: Command): Command {
  return command
    .option('--app <file>', 'a file of application dial rules, in place of those in force')
    .option('--dir <file>', 'a file of directory look-up rules, in place of those in force')
    .option('--session <id>', 'which session’s rules; the only one unless said')
    .option('--json', 'as one JSON object')
}

interface ExplainedNumber {
  readonly result: string
  readonly direction: Direction
  readonly rules: readonly { readonly rule: Rule; readonly matched: boolean; readonly why: string }[]
}

interface Rule {
  readonly beginsWith: string
  readonly numDigits: number
  readonly digitsToRemove: number
  readonly prefixWith: string
}

async function explainedBy(number: string, direction: Direction, from: Sources): Promise<ExplainedNumber> {
  const file = direction === 'application' ? from.app : from.dir
  if (file === undefined) return ofSession(from.session, (session) => session.dialRules.explain({ number, direction }))
  const { asRulesSee, explain, rules } = await import('@openparley/daemon/dial-rules')
  const set = rules(await rulesIn(file))
  const seen = asRulesSee(number)
  return { result: set.apply(seen), direction, rules: explain(set, seen) }
}

async function findingsIn(
  direction: Direction,
  from: Sources,
): Promise<{ direction: Direction; is: string; at: number; rule: Rule; why: string }[]> {
  const file = direction === 'application' ? from.app : from.dir
  // Who names one file means that one alone.
  if (file === undefined && (from.app ?? from.dir) !== undefined) return []
  const found =
    file === undefined
      ? (await ofSession(from.session, (session) => session.dialRules.check({ direction }))).findings
      : (await import('@openparley/daemon/dial-rules')).check(await rulesIn(file))
  return found.map((each) => ({ direction, ...each }))
}

async function rulesIn(file: string): Promise<readonly Rule[]> {
  const { readRules } = await import('@openparley/daemon/dial-rules')
  const read = readRules(await readFile(file, 'utf8'))
  if ('why' in read) throw problem('dial-rules-invalid', `${file}: ${read.why}`)
  for (const each of read.ignored) process.stderr.write(`${file}, ${each}: passed over\n`)
  return read.rules
}
