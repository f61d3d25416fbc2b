// sipp, as one that is called and as one that calls.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer } from '../peer.ts'

export interface Sipp extends Peer {
  readonly port: number
  /** What its script logged. */
  noted(): string
}

interface Run {
  readonly transport?: 'udp' | 'tcp' | undefined
  /** What tells it what to do: its own arguments, or a script in its folder. */
  readonly by: (folder: string) => readonly string[]
  /** Whom it calls, and where. */
  readonly to?: readonly [whom: string, address: string] | undefined
}

const flags = { udp: 'u1', tcp: 't1' }

/** Answers every call, and sends back what it hears. */
export const sippAnswers = (transport: 'udp' | 'tcp'): Promise<Sipp> => run({ transport, by: () => ['-sn', 'uas'] })

/** Plays a script, for so many calls. Its exit status is 0 where all went as the script has it. */
export const sippPlays = (
  text: string,
  { calls = 1, ...more }: { calls?: number; to?: Run['to']; transport?: Run['transport'] } = {},
): Promise<Sipp> =>
  run({
    by: (folder) => {
      const file = join(folder, 'script.xml')
      writeFileSync(file, text)
      chmodSync(file, 0o644)
      return ['-sf', file, '-m', String(calls), '-trace_logs', '-log_file', join(folder, 'notes')]
    },
    ...more,
  })

async function run({ transport = 'udp', by, to }: Run): Promise<Sipp> {
  const port = await freePorts(4)
  const folder = peerFolder('sipp')
  const own = ['-t', flags[transport], '-i', '127.0.0.1', '-p', String(port), '-mp', String(port + 2)]
  const args = [...by(folder), ...own, '-rtp_echo', '-nostdin', ...(to ? ['-s', to[0], to[1]] : [])]
  const notes = join(folder, 'notes')
  return {
    ...startPeer({ command: 'sipp', args, folder }),
    port,
    noted: () => (existsSync(notes) ? readFileSync(notes, 'latin1') : ''),
  }
}
