// Writes what follows from the contract: docs/reference, contract.json, the SDK's names and errors. `--check` exits 1 on a difference.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contractJson } from './contract-json.ts'
import { errorsPage, indexPage, requirementsPage, scopesPage, servicePage, settingsPage } from './generate-pages.ts'
import { errorTable, namesTable, requirementsTable, settingsTable } from './generate-sdk.ts'
import { formsTable } from './generate-agents.ts'
import { machinesPage } from './generate-machines.ts'
import { phonesPage } from './generate-phones.ts'
import { triedPage } from './generate-tried.ts'

export function generated(): Map<string, string> {
  const contract = contractJson()
  const files = new Map<string, string>([
    ['packages/contract/contract.json', formatted(JSON.stringify(contract, undefined, 2))],
    ['packages/sdk/names.generated.ts', namesTable()],
    ['packages/sdk/errors.generated.ts', errorTable()],
    ['packages/sdk/settings.generated.ts', settingsTable()],
    ['packages/sdk/requirements.generated.ts', requirementsTable()],
    ['packages/mcp/forms.generated.ts', formsTable()],
    [`${pages}/index.md`, indexPage()],
    [`${pages}/errors.md`, errorsPage()],
    [`${pages}/settings.md`, settingsPage()],
    [`${pages}/scopes.md`, scopesPage()],
    [`${pages}/requirements.md`, requirementsPage()],
    [`${pages}/tried-against.md`, triedPage()],
    [`${pages}/ways-to-a-phone.md`, phonesPage()],
    [`${pages}/machines.md`, machinesPage()],
  ])
  for (const name of Object.keys(contract['services'] as object)) files.set(`${pages}/${name}.md`, servicePage(name))
  return files
}

/** The files below `root` that are not as generated: changed, missing, or pages of services that are gone. */
export function differences(root: string, files: ReadonlyMap<string, string>): string[] {
  const wrong = [...files].filter(([path, text]) => read(join(root, path)) !== text).map(([path]) => path)
  return [...wrong, ...stale(root, files)]
}

/** Only pages that bear our mark are ours to delete. */
function stale(root: string, files: ReadonlyMap<string, string>): string[] {
  let names: string[] = []
  try {
    names = readdirSync(join(root, pages))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return names
    .map((name) => `${pages}/${name}`)
    .filter((path) => !files.has(path) && read(join(root, path))?.startsWith(mark))
}

/** As `npm run format` leaves it, so that the two never quarrel. */
function formatted(json: string): string {
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))
  const args = [biome, 'format', '--stdin-file-path=contract.json']
  return execFileSync(process.execPath, args, { input: json, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const pages = 'docs/reference'
const mark = '<!-- Generated from packages/contract'

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const files = generated()
  const wrong = differences(root, files)
  if (process.argv.includes('--check')) {
    for (const path of wrong) console.error(`${path} is not as generated: run \`npm run generate\``)
    console.log(`generate: ${files.size} files compared, ${wrong.length} differ`)
    process.exitCode = wrong.length === 0 ? 0 : 1
  } else {
    for (const path of wrong) {
      const text = files.get(path)
      if (text === undefined) rmSync(join(root, path))
      else {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
    }
    console.log(`generate: ${files.size} files, ${wrong.length} written or removed`)
  }
}
