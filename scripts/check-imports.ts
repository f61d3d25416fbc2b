// Holds every import against the rooms of rooms.ts. Reads the files with a parser; what it cannot resolve is an error, too.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { forTests, ports, type Room, rooms } from './rooms.ts'

export interface Finding {
  readonly file: string
  readonly imports: string
  readonly why: string
}

export interface Result {
  readonly files: number
  readonly imports: number
  readonly findings: readonly Finding[]
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const scope = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { parley: { scope: string } }).parley
  .scope
/** Fewer than this, and the check has read the wrong place. */
const floor = { files: 100, imports: 400 }

export function checkImports(files: ReadonlyMap<string, string>): Result {
  const findings: Finding[] = []
  let imports = 0
  for (const [file, text] of files) {
    const from = roomOf(file)
    if (!from) {
      findings.push({ file, imports: '', why: 'the file is in no room' })
      continue
    }
    for (const name of importsOf(file, text)) {
      imports++
      const why = judge(file, from, name)
      if (why !== undefined) findings.push({ file, imports: name, why })
    }
  }
  return { files: files.size, imports, findings }
}

/** Why the import is not allowed; undefined where it is. */
function judge(file: string, from: Room, name: string): string | undefined {
  const test = forTests.files.test(file) ? forTests : undefined
  if (name.startsWith('node:')) {
    const allowed = (room: Room | undefined): boolean =>
      room?.node === 'all' || (Array.isArray(room?.node) && room.node.includes(name))
    return allowed(from) || allowed(test) ? undefined : `${from.name} may not import ${name}`
  }
  const target = resolve(file, name)
  if (target === undefined) {
    const library = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] as string)
    if (library.startsWith(scope)) return 'there is no such package'
    return from.npm.includes(library) || test?.npm.includes(library)
      ? undefined
      : `${from.name} may not import the library ${library}`
  }
  const to = roomOf(target)
  if (!to) return 'it is in no room'
  if (to === from || allows(from, to) || (test && (allows(test, to) || sameFolder(file, target)))) return undefined
  // A service's own folder holds its port.
  if (to === ports && dirname(target) === dirname(file)) return undefined
  if (from === ports && dirname(target) === dirname(file)) return undefined
  return `${from.name} may not import ${to.name}`
}

function allows(from: Room, to: Room): boolean {
  return from.may.some(
    (each) => each === to.name || each === '*' || (each.endsWith('/*') && to.name.startsWith(each.slice(0, -1))),
  )
}

function sameFolder(a: string, b: string): boolean {
  return dirname(a) === dirname(b)
}

export function roomOf(file: string): Room | undefined {
  return ports.files.test(file) ? ports : rooms.find((room) => room.files.test(file))
}

/** The file that a name means, from the repository's root; undefined for libraries. */
function resolve(file: string, name: string): string | undefined {
  if (name.startsWith('.')) return normalize(join(dirname(file), name))
  if (!name.startsWith(`${scope}/`)) return undefined
  const [pack, ...path] = name.slice(scope.length + 1).split('/')
  const manifest = join(root, 'packages', pack as string, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    exports: Record<string, string | Record<string, string>>
  }
  const key = path.length === 0 ? '.' : `./${path.join('/')}`
  const entry = exports[key] ?? exports['./*']
  const target = typeof entry === 'string' ? entry : entry?.default
  return target === undefined
    ? undefined
    : normalize(join('packages', pack as string, target.replace('*', path.join('/'))))
}

function importsOf(file: string, text: string): string[] {
  const { module, program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  const names = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
  ]
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    if (literal) names.push(literal[1] as string)
  }
  void program
  return names
}

/** Every TypeScript file of ours, by its path from the root. */
export function readHouse(): Map<string, string> {
  const files = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(path)
      else if (/\.tsx?$/.test(entry.name)) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  for (const folder of ['packages', 'apps', 'examples', 'scripts', 'tests', 'bench'])
    if (existsSync(join(root, folder))) walk(folder)
  return files
}

function foreignNames(): Finding[] {
  return readdirSync(join(root, 'packages')).flatMap((folder) => {
    const file = `packages/${folder}/package.json`
    const { name } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string }
    return name === `${scope}/${folder}` ? [] : [{ file, imports: '', why: `it must be named ${scope}/${folder}` }]
  })
}

if (import.meta.main) {
  const { files, imports, findings } = checkImports(readHouse())
  const all = [...findings, ...foreignNames()]
  for (const { file, imports: name, why } of all) console.error(`${file}: ${name} ${why}`)
  console.log(`${files} files and ${imports} imports read, ${all.length} against the rules`)
  if (files < floor.files || imports < floor.imports)
    console.error('that is too few: the check looks in the wrong place')
  process.exitCode = all.length > 0 || files < floor.files || imports < floor.imports ? 1 : 0
}
