// Janus on loopback: its VideoRoom over a WebSocket, with a secret for whoever speaks to it and a key for making rooms.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface Janus extends Peer {
  readonly settings: Readonly<Record<string, unknown>>
}

export const janusProgram = '/usr/bin/janus'

/** `keepsMs`: how long it keeps a session whose connection is lost; as it comes, not at all. */
export async function startJanus({ keepsS = 0 }: { readonly keepsS?: number } = {}): Promise<Janus> {
  const folder = peerFolder('janus')
  const port = await freePorts(1)
  const [secret, key] = [`secret-${port}`, `key-${port}`]
  const plugins = pluginsFolder()
  for (const name of ['configs', 'plugins', 'transports']) mkdirSync(join(folder, name))
  const write = (name: string, text: string): void => writeFileSync(join(folder, 'configs', `${name}.jcfg`), text)
  write(
    'janus',
    `general: {
  configs_folder = "${folder}/configs"
  plugins_folder = "${plugins}/plugins"
  transports_folder = "${plugins}/transports"
  events_folder = "/nonexistent"
  loggers_folder = "/nonexistent"
  debug_level = 4
  server_name = "peer"
  api_secret = "${secret}"
  session_timeout = 60
  reclaim_session_timeout = ${keepsS}
}
certificates: {}
media: { rtp_port_range = "${portRange(port)}" ipv6 = false }
nat: { nice_debug = false ice_enforce_list = "lo" ignore_mdns = true }
plugins: { disable = "${others(`${plugins}/plugins`, 'libjanus_videoroom.so')}" }
transports: { disable = "${others(`${plugins}/transports`, 'libjanus_websockets.so')}" }
`,
  )
  write(
    'janus.transport.websockets',
    `general: { ws = true ws_port = ${port} ws_ip = "127.0.0.1" wss = false json = "compact" }\nadmin: { admin_ws = false }\n`,
  )
  write('janus.plugin.videoroom', `general: { admin_key = "${key}" }\n`)
  const peer = startPeer({
    command: janusProgram,
    args: ['-F', join(folder, 'configs'), '-C', join(folder, 'configs/janus.jcfg')],
    folder,
  })
  await until(
    'Janus listens',
    () => /WebSockets server started|HTTP\/Websockets|Websockets server started/i.test(peer.log()),
    peer,
  )
  return {
    ...peer,
    settings: {
      'conferences.janus.servers': `ws://127.0.0.1:${port}`,
      'conferences.janus.secret': secret,
      'conferences.janus.adminKey': key,
    },
  }
}

function pluginsFolder(): string {
  for (const machine of readdirSync('/usr/lib')) {
    const folder = join('/usr/lib', machine, 'janus')
    try {
      if (readdirSync(join(folder, 'plugins')).length > 0) return folder
    } catch {
      // No folder of libraries, or one without Janus.
    }
  }
  throw new Error('Janus has no plugins in /usr/lib')
}

/** All but one: what is not needed is not started. */
function others(folder: string, but: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.so') && name !== but)
    .join(',')
}

/** Ports for sound and pictures, as likely as not nobody else’s. */
function portRange(port: number): string {
  const first = 40_000 + (port % 100) * 200
  return `${first}-${first + 199}`
}
