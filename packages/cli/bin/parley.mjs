#!/usr/bin/env node
// Runs the command on a Node that runs TypeScript: this one, or the one that the workspace has pinned. Itself it needs Node 18.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Newer than Node 18: there it is undefined.
const { enableCompileCache } = module
const here = dirname(fileURLToPath(import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  enableCompileCache?.(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'parley'))
  await import(existsSync(join(here, '../main.ts')) ? '../main.ts' : '../main.js')
} else {
  const runtime = pinned()
  if (runtime === undefined) {
    console.error(
      `Parley needs Node 22.18 or newer; this is ${process.versions.node}, and no other was found beside it.`,
    )
    console.error('Install a newer Node, or run `npm ci` in the workspace: it brings one.')
    process.exit(1)
  }
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** The Node of a platform package that is installed near this file. */
function pinned() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`))
    const runtime = join(folder, 'bin', platform === 'win' ? 'node.exe' : 'node')
    return existsSync(runtime) ? runtime : undefined
  } catch {
    return undefined
  }
}
