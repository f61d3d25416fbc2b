// parley doctor: the way from a name and a password to a phone, step by step, with what was seen.
import type { DiagnosisStep } from '@openparley/sdk'
import type { Command } from 'commander'
import { diagnose } from '../diagnose.ts'
import { printJson, printLine } from '../print.ts'
import { readSettingsFile } from '../settings-file.ts'

export function doctor(program: Command): void {
  program
    .command('doctor')
    .description('Sign in once, in this process, and tell how each step went and what to do.')
    .requiredOption('--settings <file>', 'a JSON object of dotted names, see `parley config schema`')
    .option('--json', 'as one JSON object')
    .action(async ({ settings, json }: { settings: string; json?: boolean }) => {
      const { ok, steps } = await diagnose(await readSettingsFile(settings))
      if (json) printJson({ ok, steps: steps.map(full) })
      else for (const line of drawn(steps)) printLine(line)
      process.exitCode = ok ? 0 : 1
    })
}

/** Every field of every step, so that programs need not ask which are there. */
function full({
  step,
  ok,
  skipped = false,
  code,
  address,
  ms,
  evidence,
  hint,
}: DiagnosisStep): Record<string, unknown> {
  return { step, ok, skipped, code: code ?? null, address: address ?? null, ms, evidence, hint: hint ?? null }
}

/** The steps as a list with a bar for the time of each. */
function drawn(steps: readonly DiagnosisStep[]): string[] {
  const longest = Math.max(1, ...steps.map(({ ms }) => ms))
  const width = Math.max(...steps.map(({ step }) => step.length))
  return steps.flatMap(({ step, ok, skipped, code, address, ms, evidence, hint }) => {
    const mark = skipped ? '–' : ok ? '✔' : '✖'
    const bar = skipped ? '' : `${'▇'.repeat(Math.ceil((ms / longest) * 20))} ${ms} ms`
    const indent = ' '.repeat(width + 4)
    return [
      `${mark} ${step.padEnd(width)}  ${bar}${code === undefined ? '' : `  ${code}`}`.trimEnd(),
      ...(address === undefined ? [] : [`${indent}${address}`]),
      `${indent}${evidence}`,
      ...(hint === undefined ? [] : [`${indent}→ ${hint}`]),
    ]
  })
}
