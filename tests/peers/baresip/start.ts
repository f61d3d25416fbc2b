// baresip as somebody's phone: registers, answers by itself, says a file, and keeps what it hears.
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { freePorts, type Peer, peerFolder, startPeer, until } from '../peer.ts'

export interface BaresipOptions {
  readonly user: string
  readonly password: string
  /** host:port of the registrar. */
  readonly server: string
  /** A WAV file of 8 kHz that it says in every call. */
  readonly says: string
  /** Whether it answers by itself, as it does unless said; else it rings until `accept`. */
  readonly answers?: boolean
  /** Whether its sound is protected by SDES: `srtp-mand` takes nothing else. Not at all unless said. */
  readonly mediaenc?: 'srtp' | 'srtp-mand'
}

export interface Baresip extends Peer {
  dial(uri: string): Promise<void>
  /** A command of its menu, for the call that it is in. */
  does(command: string, parameters?: string): Promise<void>
  /** The keys that the others have pressed. */
  pressed(): string
  /** What it heard in its calls, one WAV each. */
  heard(): string[]
  /** The first of those that is not among the given, when it is whole: its header is written as the call's sound ends. */
  heardSince(before: readonly string[]): Promise<string>
}

export async function startBaresip({
  user,
  password,
  server,
  says,
  answers = true,
  mediaenc,
}: BaresipOptions): Promise<Baresip> {
  const folder = peerFolder('baresip')
  // TLS has the next one, whether anybody wants it or not.
  const [sip, control] = [await freePorts(2), await freePorts(1)]
  const said = join(folder, 'says.wav')
  copyFileSync(says, said)
  const config = `sip_listen 127.0.0.1:${sip}

audio_player aubridge,nil
audio_source aufile,${said}
audio_alert aubridge,nil
ausrc_srate 8000
auplay_srate 8000
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
${mediaenc === undefined ? '' : 'module srtp.so'}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${control}
snd_path ${folder}
`
  writeFileSync(join(folder, 'config'), config)
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${user}@${server}>;auth_user=${user};auth_pass=${password};regint=60;answermode=${answers ? 'auto' : 'manual'};audio_codecs=pcmu${mediaenc === undefined ? '' : `;mediaenc=${mediaenc}`}\n`,
  )
  for (const name of ['config', 'accounts', 'says.wav']) chmodSync(join(folder, name), 0o644)
  const peer = startPeer({ command: 'baresip', args: ['-f', folder, '-v'], folder })
  await until('baresip is registered', () => /200 OK/.test(peer.log()), peer)
  const heard = (): string[] =>
    readdirSync(folder)
      .filter((name) => /^dump-.*-dec\.wav$/.test(name))
      .map((name) => join(folder, name))
  return {
    ...peer,
    dial: (uri) => command(control, 'dial', uri),
    does: (name, parameters = '') => command(control, name, parameters),
    pressed: () => [...peer.log().matchAll(/received event: '(.)' \(end=1\)/g)].map(([, key]) => key).join(''),
    heard,
    async heardSince(before) {
      const whole = (): string | undefined =>
        heard().find((name) => !before.includes(name) && readFileSync(name).readUInt32LE(40) > 0)
      await until('baresip has written what it heard', () => whole() !== undefined, peer)
      return whole() as string
    },
  }
}

/** One command over its control port: JSON in a netstring. */
async function command(port: number, name: string, params: string): Promise<void> {
  const text = JSON.stringify({ command: name, params, token: 't' })
  const socket: Socket = connect(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('data', () => resolve())
    socket.write(`${text.length}:${text},`)
  })
  socket.destroy()
}
