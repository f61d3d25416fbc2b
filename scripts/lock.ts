// Completes package-lock.json where the registry in use does not offer every platform's optional package: npm leaves such a package
// out when it writes the lock, and `npm ci` then refuses the lock. Run after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'

interface Locked {
  version?: string
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  engines?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> }
let added = 0
for (const [place, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const exact = /^[\^~]?(\d+\.\d+\.\d+\S*)$/.exec(version)?.[1]
    if (exact === undefined || isLocked(place, name, exact)) continue
    // Beside the one that wants it where the top place is taken by another version.
    const top = `node_modules/${name}`
    const key = lock.packages[top] === undefined ? top : `${place}/node_modules/${name}`
    lock.packages[key] = { version: exact, optional: true, ...platformOf(name) }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
console.log(`${added} packages of other platforms added to the lock`)

/** Whether node's way of looking upwards from `place` finds that version. */
function isLocked(place: string, name: string, version: string): boolean {
  for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const found = lock.packages[from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`]
    if (found) return found.version === version
    if (from === '' || !from.includes('node_modules/'))
      return lock.packages[`node_modules/${name}`]?.version === version
  }
}

/** Platform packages bear their platform in their name. */
function platformOf(name: string): Pick<Locked, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/@-]/)
  const systems: Record<string, string> = { win: 'win32', windows: 'win32' }
  const os = [
    'android',
    'darwin',
    'linux',
    'win32',
    'win',
    'windows',
    'freebsd',
    'netbsd',
    'openbsd',
    'sunos',
    'aix',
    'openharmony',
  ].find((each) => words.includes(each))
  const cpu = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'].find(
    (each) => words.includes(each),
  )
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined
  return {
    ...(os === undefined ? {} : { os: [systems[os] ?? os] }),
    cpu: [cpu ?? 'none'],
    ...(libc === undefined || os !== 'linux' ? {} : { libc: [libc] }),
  }
}
