// Builds apps/communicator into out/communicator, if what it is made of has changed since.
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')
const source = join(root, 'apps/communicator')
const target = join(root, 'out/communicator')

/** Answers with the folder of pages for a core. */
export async function buildCommunicator(): Promise<string> {
  if (isUpToDate()) return target
  await build({
    configFile: false,
    root: source,
    base: './',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: target,
      emptyOutDir: true,
      target: 'es2022',
      // The pages' rules let nothing in that is written into them: no script, style or font as data.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  return target
}

function isUpToDate(): boolean {
  const built = statSync(join(target, 'index.html'), { throwIfNoEntry: false })
  if (!built) return false
  const parts = globSync(
    ['apps/communicator/**/*', 'packages/sdk/*.ts', 'scripts/build-communicator.ts', 'package-lock.json'],
    {
      cwd: root,
      exclude: (path) => /node_modules|\.test\.ts$/.test(path),
    },
  )
  return parts.every((part) => statSync(join(root, part)).mtimeMs < built.mtimeMs)
}

if (import.meta.main) console.log(await buildCommunicator())
