// `npm run pack`: every package that is published, as JavaScript with its types, packed as npm would publish it. Node runs no TypeScript
// under node_modules.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildCommunicator } from './build-communicator.ts'

interface Manifest {
  readonly name: string
  readonly description: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly devDependencies?: unknown
  readonly [field: string]: unknown
}

const root = join(import.meta.dirname, '..')
const work = join(root, 'out/pack')
/** What is not of a published package: tests, and what only they use. */
const notPublished = /\.(test|suite|cases)\.ts$|\/cases\/|\/tsconfig\.json$/

/** Packs all; the paths of the tarballs. */
export async function pack(target: string): Promise<string[]> {
  const pages = await buildCommunicator()
  rmSync(work, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  emit()
  const tarballs: string[] = []
  for (const path of globSync('packages/*/package.json', { cwd: root }).toSorted()) {
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
    if (manifest.private) continue
    const folder = dirname(path)
    const packed = join(work, folder)
    cpSync(join(work, 'js', folder), packed, { recursive: true })
    copyRest(folder, packed)
    if (folder === 'packages/daemon') cpSync(pages, join(packed, 'pages'), { recursive: true })
    copyFileSync(join(root, 'LICENSE'), join(packed, 'LICENSE'))
    writeFileSync(join(packed, 'package.json'), JSON.stringify(published(manifest), undefined, 2))
    writeFileSync(join(packed, 'README.md'), `# ${manifest.name}\n\n${manifest.description}\n\nA part of Parley.\n`)
    const said = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', target], packed)
    tarballs.push(join(target, said.trim().split('\n').at(-1) as string))
  }
  return tarballs
}

/** All packages at once: each sees the others' sources. */
function emit(): void {
  mkdirSync(work, { recursive: true })
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      // The contract's types are made from its values.
      isolatedDeclarations: false,
      rewriteRelativeImportExtensions: true,
      outDir: 'js',
      rootDir: '../..',
      lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
    },
    include: ['../../packages'],
    references: [],
    exclude: ['test', 'suite', 'cases']
      .map((kind) => `../../**/*.${kind}.ts`)
      .concat('../../packages/testkit', '../../**/node_modules'),
  }
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config))
  run(join(root, 'node_modules/.bin/tsc'), ['-p', join(work, 'tsconfig.json')], root)
}

/** What needs no compiling: sounds, pages, plain JavaScript, whose imports of sources become those of what was made of them. */
function copyRest(folder: string, packed: string): void {
  const rest = globSync('**/*', { cwd: join(root, folder), withFileTypes: true, exclude: ['**/node_modules'] })
  for (const entry of rest) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || path.endsWith('.ts') || notPublished.test(path) || entry.name === 'package.json') continue
    const copy = join(packed, relative(join(root, folder), path))
    mkdirSync(dirname(copy), { recursive: true })
    if (path.endsWith('.mjs'))
      writeFileSync(copy, readFileSync(path, 'utf8').replaceAll(/(import\('\.[^']*)\.ts'/g, "$1.js'"), { mode: 0o755 })
    else copyFileSync(path, copy)
  }
}

function published({ devDependencies: _, ...manifest }: Manifest): Manifest {
  const entries = Object.entries(manifest.exports ?? {}).filter(([, to]) => !notPublished.test(String(to)))
  return {
    ...manifest,
    exports: Object.fromEntries(
      entries.map(([name, to]) => [
        name,
        typeof to === 'string'
          ? madeOf(to)
          : Object.fromEntries(Object.entries(to).map(([condition, each]) => [condition, madeOf(each)])),
      ]),
    ) as never,
  }
}

/** A source as what was made of it. */
function madeOf(source: string): string | { types: string; default: string } {
  if (!source.endsWith('.ts')) return source
  const bare = source.slice(0, -'.ts'.length)
  return { types: `${bare}.d.ts`, default: `${bare}.js` }
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { to: { type: 'string', default: join(root, 'out/packages') } } })
  for (const tarball of await pack(values.to)) console.log(tarball)
}
