// parley config: settings, where each comes from, and files of them.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { Command } from 'commander'
import { type ConfigActs, configActs } from '../config-acts.ts'
import { printJson, printLine } from '../print.ts'
import { standardInput } from '../secret-argument.ts'

interface Whose {
  readonly session?: string
  readonly settings?: string
  readonly json?: boolean
}

type Format = 'json' | 'reg' | 'jabber-config'

export function config(program: Command): void {
  const group = program
    .command('config')
    .description('Settings: of this user, or with --session of a person who is signed in.')
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
  whose(group.command('list'))
    .description('List the settings in force and where each comes from.')
    .option('--all', 'those that nobody set, too')
    .action(({ all, ...from }: Whose & { all?: boolean }) =>
      withActs(from, async ({ list }) => {
        const { settings, unknown, problems } = await list()
        const shown = Object.entries(settings).filter(([, { layer }]) => all === true || layer !== 'default')
        if (from.json) return printJson({ settings: Object.fromEntries(shown), unknown, problems })
        for (const [name, { value, layer, from: place }] of shown)
          printLine(`${name} = ${JSON.stringify(value)}   (${layer}: ${place})`)
        for (const { name, from: place } of unknown) printLine(`unknown: ${name}   (${place})`)
        for (const { sentence, detail, next } of problems) printLine(`problem: ${sentence} ${detail ?? ''} ${next}`)
      }),
    )
  whose(group.command('get').argument('<name>'))
    .description('Print the value of a setting.')
    .action((name: string, from: Whose) =>
      withActs(from, async ({ explain }) => {
        const { value } = await explain(name)
        if (from.json) printJson({ value: value ?? null })
        else if (value !== undefined) printLine(typeof value === 'string' ? value : JSON.stringify(value))
        else process.exitCode = 1
      }),
    )
  whose(
    group
      .command('set')
      .argument('<name>')
      .argument('<value>', 'a text, or JSON; - to read it from the input, as a secret must be, or {"env": NAME}'),
  )
    .description('Give a setting a value.')
    .action((name: string, value: string, from: Whose) =>
      withActs(from, async ({ set }) => {
        const { valueOfArgument, valueOfText } = await import('@openparley/daemon/settings')
        const given = value === '-' ? valueOfText(name, await standardInput()) : valueOfArgument(name, value)
        told(from, await set(name, given))
      }),
    )
  whose(group.command('unset').argument('<name>'))
    .description('Take a value back.')
    .action((name: string, from: Whose) => withActs(from, async ({ unset }) => told(from, await unset(name))))
  whose(group.command('explain').argument('<name>'))
    .description('Tell why a setting has its value: every layer’s word.')
    .action((name: string, from: Whose) =>
      withActs(from, async ({ explain }) => {
        const { value, origin, layers } = await explain(name)
        if (from.json) return printJson({ value: value ?? null, origin: origin ?? null, layers })
        for (const [at, { value: word, layer, from: place, problem }] of layers.entries())
          printLine(
            `${at === 0 && problem === undefined ? '✔' : ' '} ${layer.padEnd(11)} ${JSON.stringify(word)}   ${place}${problem === undefined ? '' : `   cannot be: ${problem}`}`,
          )
        if (layers.length === 0) printLine('Nobody says anything about it.')
      }),
    )
  group
    .command('validate')
    .argument('<file>', 'a settings file: JSON, .reg or jabber-config.xml')
    .description('Check a file of settings; exits 1 where something is wrong.')
    .option('--json', 'as one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { checkFile } = await import('@openparley/daemon/settings')
      const found = checkFile(formatOf(file), await readFile(file))
      if (json) printJson(found)
      else {
        for (const { name, why } of found.refused) printLine(`${name}: ${why}`)
        for (const name of found.unknown) printLine(`${name}: nobody knows this name`)
        if (found.ok) printLine(`${found.taken.length} settings, all well.`)
      }
      process.exitCode = found.ok ? 0 : 1
    })
  whose(group.command('import').argument('<file>', 'JSON, .reg or jabber-config.xml'))
    .description('Take settings from a file of ours, of the original or of its successors.')
    .action((file: string, from: Whose) =>
      withActs(from, async (acts) => {
        const result = await acts.import(formatOf(file), (await readFile(file)).toString('base64'))
        if (from.json) return printJson(result)
        for (const name of result.taken) printLine(`taken: ${name}`)
        for (const name of result.removed) printLine(`taken back: ${name}`)
        for (const { name, why } of result.refused) printLine(`refused: ${name}: ${why}`)
        for (const name of result.unknown) printLine(`unknown, kept: ${name}`)
      }),
    )
  whose(group.command('export'))
    .description(
      'Write the settings in force as a file, without secrets; or all that an administrator needs to roll them out.',
    )
    .option('--format <format>', 'json, reg or jabber-config', 'json')
    .option('--admin-pack <folder>', 'for each application .reg, .bat, ADMX and ADML, into this folder')
    .option('--out <file>', 'into this file; else to the output')
    .action((options: Whose & { format: Format; adminPack?: string; out?: string }) =>
      withActs(options, async (acts) => {
        const { adminPack, format, out } = options
        const files = (await acts.export(adminPack === undefined ? format : 'admin-pack')).map(({ name, content }) => ({
          name,
          bytes: Buffer.from(content, 'base64'),
        }))
        const [only] = files
        if (adminPack === undefined && out === undefined) return void process.stdout.write(only?.bytes ?? '')
        for (const { name, bytes } of files) {
          const path = adminPack === undefined ? (out as string) : join(adminPack, name)
          await mkdir(dirname(path), { recursive: true })
          await writeFile(path, bytes)
          if (!options.json) printLine(path)
        }
        if (options.json) printJson({ files: files.map(({ name }) => name) })
      }),
    )
}

function whose(command: Command): Command {
  return command
    .option('--session <id>', 'of a session of the core that runs')
    .option('--settings <file>', 'with what an application says in this file')
    .option('--json', 'as one JSON object')
}

async function withActs(from: Whose, act: (acts: ConfigActs) => Promise<void>): Promise<void> {
  const acts = await configActs(from)
  try {
    await act(acts)
  } finally {
    acts.close()
  }
}

function told({ json }: Whose, result: { readonly applies: string }): void {
  if (json) printJson(result)
  else printLine(`Takes effect: ${result.applies}.`)
}

function formatOf(file: string): Format {
  const format = ({ '.json': 'json', '.reg': 'reg', '.xml': 'jabber-config' } as const)[extname(file).toLowerCase()]
  if (!format) throw new Error(`${file} must end in .json, .reg or .xml.`)
  return format
}
