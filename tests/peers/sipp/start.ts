// sipp, as one that is called and as one that calls.
import { copyFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer } from '../peer.ts'

export interface Sipp extends Peer {
  readonly port: number
}

const flags = { udp: 'u1', tcp: 't1' }

/** Answers every call, and sends back what it hears. */
export async function sippAnswers(transport: 'udp' | 'tcp'): Promise<Sipp> {
  const port = await freePorts(4)
  const folder = peerFolder('sipp')
  const peer = startPeer({
    command: 'sipp',
    args: [
      '-sn',
      'uas',
      '-t',
      flags[transport],
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-mp',
      String(port + 2),
      '-rtp_echo',
      '-nostdin',
    ],
    folder,
  })
  return { ...peer, port }
}

/** Calls once. Its exit status is 0 where the call went as calls should. */
export async function sippCalls(transport: 'udp' | 'tcp', whom: string, address: string): Promise<Sipp> {
  const port = await freePorts(4)
  const folder = peerFolder('sipp')
  const scenario = join(folder, 'uac.xml')
  copyFileSync(new URL('./uac.xml', import.meta.url), scenario)
  chmodSync(scenario, 0o644)
  const peer = startPeer({
    command: 'sipp',
    args: [
      '-sf',
      scenario,
      '-t',
      flags[transport],
      '-m',
      '1',
      '-s',
      whom,
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-mp',
      String(port + 2),
      '-rtp_echo',
      '-nostdin',
      address,
    ],
    folder,
  })
  return { ...peer, port }
}
