// Debian's TFTP servers on loopback, from the folder that install.sh filled: atftpd as an ordinary user, tftpd-hpa as root.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isUdpRefused, openUdp } from '@openparley/net'
import { type Peer, peerFolder, startPeer, until } from '../peer.ts'

export const tftpTree: string = process.env['PARLEY_TFTP_TREE'] ?? '/opt/parley-tftp'
export const atftpd: string = join(tftpTree, 'atftpd/usr/sbin/atftpd')
export const tftpdHpa: string = join(tftpTree, 'tftpd-hpa/usr/sbin/in.tftpd')

export interface TftpPeer extends Peer {
  readonly port: number
}

export interface TftpFiles {
  readonly [name: string]: Uint8Array
}

export async function startAtftpd(files: TftpFiles, args: readonly string[] = []): Promise<TftpPeer> {
  const folder = peerFolder('atftpd')
  const port = await freePort()
  const peer = startPeer({
    command: atftpd,
    args: [
      ...['--daemon', '--no-fork', '--port', String(port), '--bind-address', '127.0.0.1', '--logfile', '-'],
      ...['--user', process.env['PARLEY_PEER_USER'] ?? 'nobody', '--group', 'nogroup', ...args],
      served(folder, files),
    ],
    folder,
    env: libraries(atftpd),
  })
  await listening('atftpd', port, peer)
  return { ...peer, port }
}

/** It shuts itself up in its folder and gives its rights up by itself: for both it must be root. */
export async function startTftpdHpa(files: TftpFiles): Promise<TftpPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tftpd-hpa-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const args = ['--foreground', '--secure', '--verbose', '--address', `127.0.0.1:${port}`, served(folder, files)]
  const child = spawn(tftpdHpa, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...libraries(tftpdHpa) },
    timeout: 240_000,
    killSignal: 'SIGKILL',
  })
  const peer = { ...watched(child), stop: () => stopped(child, folder) }
  await listening('tftpd-hpa', port, peer)
  return { ...peer, port }
}

function watched(child: ChildProcess): Pick<Peer, 'log' | 'ended' | 'kill'> {
  let log = ''
  const take = (chunk: Buffer): void => {
    log = (log + chunk.toString('latin1')).slice(-200_000)
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  const last = (): void => void child.kill('SIGKILL')
  process.once('exit', last)
  const ended = once(child, 'exit').then(([status]) => {
    process.off('exit', last)
    return status as number | null
  })
  return { log: () => log, ended, kill: last }
}

async function stopped(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}

function served(folder: string, files: TftpFiles): string {
  const root = join(folder, 'root')
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true, mode: 0o755 })
    writeFileSync(join(root, name), bytes, { mode: 0o644 })
  }
  return root
}

function listening(name: string, port: number, peer: Peer): Promise<void> {
  return until(`${name} listens`, async () => !(await isUdpRefused('127.0.0.1', port, 100)), peer, 5000)
}

/** Its own libraries, where the machine has none. */
function libraries(program: string): Record<string, string> {
  const [library] = globSync(join(dirname(program), '../lib/*/libwrap.so.0'))
  return library === undefined ? {} : { LD_LIBRARY_PATH: dirname(library) }
}

async function freePort(): Promise<number> {
  const socket = await openUdp({ address: '127.0.0.1', port: 0, onMessage: () => {} })
  await socket.close()
  return socket.port
}
