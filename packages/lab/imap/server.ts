// The lab's mail store: IMAP on loopback, over TLS from the start or by STARTTLS, a mailbox for each person with two messages at the start.
import { createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ToneGenerator } from '@openparley/media'
import { type Comings, comings } from '../comings.ts'
import type { FaultSet } from '../faults.ts'
import { type MailStore, mailStore } from './mail-store.ts'
import { type ImapSession, imapSession } from './session.ts'
import { voiceMessage, type VoiceMessageOptions } from './voice-message.ts'

export interface VoicemailServerOptions {
  readonly people: readonly string[]
  readonly passwordOf: (person: string) => string | undefined
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
  readonly wall: () => number
}

/** What a caller leaves: who it is from and what is said of it; a second of a tone from carol, unless said. */
export type Left = Partial<Omit<VoiceMessageOptions, 'to' | 'id'>> & { readonly id?: string }

export interface MessageSeen {
  readonly folder: string
  readonly uid: number
  readonly flags: readonly string[]
  /** Its Message-ID. */
  readonly id: string
}

export interface VoicemailServer extends Pick<Comings, 'cut' | 'go' | 'comeBack' | 'close'> {
  /** Where TLS comes first, and where it is asked for. */
  readonly addresses: { readonly tls: string; readonly startTls: string }
  settings(person: string): Readonly<Record<string, unknown>>
  /** A caller leaves a message in the person's mailbox. Its Message-ID, without angle brackets and server. */
  leave(person: string, left?: Left): string
  /** Any message at all, as its bytes. */
  put(person: string, bytes: Uint8Array, folder?: string): void
  /** All that is in the person's folders. */
  messages(person: string): readonly MessageSeen[]
  /** The person's folders themselves: flags set, messages removed, as another client does. */
  readonly store: MailStore
  /** What was asked, without names and passwords: the last thousand. */
  asked(): readonly string[]
}

export async function openVoicemailServer(options: VoicemailServerOptions): Promise<VoicemailServer> {
  const { people, passwordOf, tls, ca, faults, wall } = options
  const store = mailStore(people, Math.floor(wall() / 1000) % 2 ** 31)
  const asked: string[] = []
  let left = 0
  const note = (line: string): void => {
    asked.push(line)
    if (asked.length > mostAsked) asked.shift()
  }
  const serve = (socket: Socket, isSecure: boolean): void => {
    const session: ImapSession = imapSession({
      store,
      faults,
      isSecure,
      passwordOf,
      asked: note,
      send: (bytes) => {
        if (!faults.has('voicemail-silent') && !socket.destroyed) socket.write(bytes)
      },
      end: (how) => (how === 'close' ? socket.end() : socket.destroySoon()),
      secure: () => {
        socket.removeAllListeners('data')
        session.end()
        serve(secured(socket), true)
      },
    })
    socket.on('error', () => socket.destroy())
    socket.once('close', () => session.end())
    socket.on('data', (bytes: Buffer) => session.push(bytes))
    socket.setTimeout(idleMs, () => socket.destroy())
    if (faults.has('voicemail-garbled')) socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
    // After STARTTLS nobody is greeted again (RFC 3501 §6.2.1).
    else if (!(socket instanceof TLSSocket) || !greeted.has(socket)) session.greet()
  }
  const greeted = new WeakSet<Socket>()
  const secured = (socket: Socket): TLSSocket => {
    const secure = new TLSSocket(socket, { isServer: true, ...tls, minVersion: 'TLSv1.2' })
    greeted.add(secure)
    secure.on('error', () => secure.destroy())
    return secure
  }
  const listener = (take: (socket: Socket) => void): Server =>
    createServer((socket) => {
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      take(socket)
    })
  const server = await comings({
    make: () => [
      listener((socket) => {
        const secure = secured(socket)
        greeted.delete(secure)
        secure.once('secure', () => serve(secure, true))
      }),
      listener((socket) => serve(socket, false)),
    ],
  })
  const [first, second] = server.ports
  const put = (person: string, bytes: Uint8Array, folder = 'INBOX'): void =>
    void store.append(person, folder, { bytes, atMs: wall() })
  const leave = (person: string, given: Left = {}): string => {
    const id = given.id ?? `voice-${person}-${++left}`
    const from = given.from ?? { number: 'carol', name: 'Carol' }
    put(
      person,
      voiceMessage({ ...given, id, from, to: person, atMs: given.atMs ?? wall(), sound: given.sound ?? tone(1) }),
    )
    return id
  }
  for (const person of people) {
    const [other = person, another = other] = people.filter((each) => each !== person)
    leave(person, { from: { number: other }, atMs: wall() - 7_200_000, sound: tone(2), manner: 'unity' })
    leave(person, {
      from: { number: another, name: called(another) },
      atMs: wall() - 60_000,
      urgent: true,
      manner: 'vpim',
    })
  }
  if (faults.has('voicemail-gone')) await server.go()
  return {
    addresses: { tls: `127.0.0.1:${first}`, startTls: `127.0.0.1:${second}` },
    settings: (person) => ({
      'voicemail.imap.servers': [`127.0.0.1:${first}`],
      'voicemail.user': person,
      'voicemail.password': passwordOf(person),
      'voicemail.tls.ca': ca,
      'voicemail.imap.pollS': 2,
    }),
    leave,
    put,
    messages: (person) =>
      store.folders(person).flatMap(({ name, mails }) =>
        mails.map(({ uid, flags, bytes }) => ({
          folder: name,
          uid,
          flags: [...flags],
          id:
            /^Message-ID: *<([^@>\r\n]*)/im.exec(
              Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1'),
            )?.[1] ?? '',
        })),
      ),
    store,
    asked: () => [...asked],
    cut: server.cut,
    go: server.go,
    comeBack: server.comeBack,
    close: server.close,
  }
}

/** So many seconds of a tone that no telephone makes. */
function tone(seconds: number): { samples: Int16Array; sampleRate: number } {
  const samples = new Int16Array(rate * seconds)
  new ToneGenerator({ frequencies: [600], onOffMs: [] }, rate, 0.2).pull(samples)
  return { samples, sampleRate: rate }
}

function called(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`
}

const rate = 8000
const mostAsked = 1000
const idleMs = 1_800_000
