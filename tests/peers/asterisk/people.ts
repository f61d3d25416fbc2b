// What tests of calls through Asterisk begin with: the server, people who sign in there, and a folder for what they hear.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { whenInstalled } from '../peer.ts'
import { type Signed, signIn } from '../person.ts'
import { type Asterisk, asteriskProgram, startAsterisk } from './start.ts'

export interface ThroughAsterisk {
  /** Of each test. */
  readonly options: ReturnType<typeof whenInstalled>
  readonly folder: string
  person(user: string, more?: Readonly<Record<string, unknown>>): Promise<Signed>
  port(): number
  /** What Asterisk has printed so far. */
  log(): string
  /** Settings of who signs in over TLS. */
  overTls(): Readonly<Record<string, unknown>>
}

/** There before the first test of the file, and gone after its last. */
export async function throughAsterisk(): Promise<ThroughAsterisk> {
  const options = whenInstalled('asterisk (tests/peers/asterisk/install.sh)', [asteriskProgram])
  const folder = await mkdtemp(join(tmpdir(), 'parley-with-asterisk-'))
  let asterisk: Asterisk | undefined
  const server = (): Asterisk => {
    if (!asterisk) throw new Error('Asterisk has not begun yet')
    return asterisk
  }
  before(async () => {
    if (options.skip === false) asterisk = await startAsterisk()
  })
  after(async () => {
    await asterisk?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  return {
    options,
    folder,
    person: (user, more = {}) =>
      signIn({
        'softphone.servers': `sip:127.0.0.1:${server().port};transport=udp`,
        'softphone.user': user,
        'softphone.password': `secret-${user}`,
        ...more,
      }),
    port: () => server().port,
    log: () => server().log(),
    overTls: () => ({
      'softphone.servers': `sip:127.0.0.1:${server().port + 1};transport=tls`,
      'softphone.tls.ca': server().ca,
    }),
  }
}
