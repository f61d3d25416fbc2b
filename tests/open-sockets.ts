// The sockets that this process has open, those of its threads among them.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Each by its kind and, where the system tells (Linux), its port: `udp 40000`, sorted. Elsewhere the kinds alone, of this
 * thread.
 */
export function openSockets(): string[] {
  if (process.platform !== 'linux')
    return process
      .getActiveResourcesInfo()
      .filter((name) => /UDP|TCP|Pipe/.test(name))
      .sort()
  const named = new Map(kinds.flatMap(socketsOf))
  return readdirSync('/proc/self/fd')
    .flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(fd)) ?? []
      return inode === undefined ? [] : [named.get(inode) ?? 'another']
    })
    .sort()
}

/** What it leads to; that of the folder itself is gone by now. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Of every process on the machine, by inode (proc_net(5)): the second word is the address and port, the tenth the inode. */
function socketsOf(kind: (typeof kinds)[number]): [string, string][] {
  const [, ...lines] = readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const words = line.trim().split(/\s+/)
    const port = Number.parseInt(words[1]?.split(':').at(-1) ?? '', 16)
    return [words[9] ?? '', `${kind} ${port}`]
  })
}

const kinds = ['udp', 'udp6', 'tcp', 'tcp6'] as const
