#!/usr/bin/env node
// Runs the server on a Node that runs it: this one, or the one that the workspace has pinned. Itself it needs Node 18.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(existsSync(join(here, '../main.ts')) ? '../main.ts' : '../main.js')
} else {
  const runtime = pinned()
  if (runtime === undefined) {
    console.error(
      `Parley needs Node 22.18 or newer; this is ${process.versions.node}, and no other was found beside it.`,
    )
    process.exit(1)
  }
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}

/** The Node of a platform package that is installed near this file. */
function pinned() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`))
    const runtime = join(folder, 'bin', platform === 'win' ? 'node.exe' : 'node')
    return existsSync(runtime) ? runtime : undefined
  } catch {
    return undefined
  }
}
