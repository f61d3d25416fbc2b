// The mailbox of one session: the service, and what serves it while somebody is signed in.
import { createHash } from 'node:crypto'
import {
  type DiagnosisStep,
  errorValue,
  type HealthRow,
  type Mailbox,
  type Phone,
  type Settings,
} from '@openparley/contract'
import { wavStream } from '@openparley/media'
import type { DnsResolver } from '@openparley/net'
import { imapVoicemail } from './adapters/voicemail-imap/index.ts'
import { unityVoicemail } from './adapters/voicemail-unity/index.ts'
import { loginIn } from './runtime/login.ts'
import { settling } from './runtime/settling.ts'
import { stepOf } from './runtime/step.ts'
import type { World } from './runtime/world.ts'
import {
  type VoicemailNeeds,
  type VoicemailPort,
  type VoicemailService,
  voicemail,
} from './services/voicemail/index.ts'

type Row = Omit<HealthRow, 'service' | 'since'>

export interface VoicemailOfSession {
  readonly body: VoicemailService
  /** The settings are as complete as they get: signs in where they name a mail store or a web service, and a person, once. */
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
  /** Something has changed at one of the phones: they may know of waiting messages. */
  phones(all: readonly Phone[]): void
  /** How the mailbox is reached, when that is known; undefined: no settings name one. */
  diagnosis(): Promise<DiagnosisStep | undefined>
  close(): Promise<void>
}

export interface VoicemailParts extends Pick<VoicemailNeeds, 'nameOf' | 'send' | 'transcription'> {
  readonly sound: Omit<VoicemailNeeds['sound'], 'decoder'>
  readonly world: World
  readonly epoch: string
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly row: (row: Row) => void
}

export function voicemailOfSession(parts: VoicemailParts): VoicemailOfSession {
  const { world, settings } = parts
  let port: VoicemailPort | undefined
  let begunMs = 0
  let tookMs = 0
  const body = voicemail(world, parts.epoch, {
    ...parts,
    sound: { ...parts.sound, decoder: wavStream },
    port: () => port,
    idOf: (key) => `voice_${createHash('sha256').update(`voicemail ${key}`).digest('base64url').slice(0, 22)}`,
    toBase64: (content) => Buffer.from(content.buffer, content.byteOffset, content.length).toString('base64'),
  })
  let mailbox: Mailbox = body.state.read().state.mailbox
  const known = settling(world, () => mailbox.is !== 'connecting')
  body.state.follow((change) => {
    if (change.type !== 'mailbox') return
    const before = mailbox
    mailbox = change.mailbox
    if (before.is === mailbox.is && before.error?.code === mailbox.error?.code) return
    if (mailbox.is === 'connecting') begunMs = world.clock.now()
    else tookMs = world.clock.now() - begunMs
    parts.row(rowOf(mailbox))
    known.look()
  })
  const signOut = async (): Promise<void> => {
    const before = port
    port = undefined
    await before?.stop()
  }
  return {
    body,
    signIn: () => {
      const now = settings()
      const isWeb = now['voicemail.servers'] !== undefined
      if (port || (!isWeb && now['voicemail.imap.servers'] === undefined)) return
      // That the person's own password is missing is told by the step that needs it first.
      if (now['voicemail.user'] === undefined && loginIn(now, 'voicemail') === undefined) return
      port = (isWeb ? unityVoicemail : imapVoicemail)({ ...parts, tell: (event) => body.take(event) })
      port.start()
    },
    signOut,
    look: () => body.look(),
    phones: (all) => {
      const told = all.flatMap(({ messages }) => (messages ? [messages] : []))
      body.onPhone(told.find((messages) => messages.waiting) ?? told[0])
    },
    diagnosis: async () => {
      await known.settled()
      const { is, server, total, fresh } = mailbox
      if (is === 'off') return undefined
      const error = is === 'connecting' ? errorValue('server-silent') : mailbox.error
      return stepOf('voicemail', { ms: tookMs, address: server, well: `${total} messages, ${fresh} new` }, error)
    },
    close: async () => {
      await signOut()
      body.close()
    },
  }
}

function addressOf({ server }: Mailbox): { readonly address?: string } {
  return server === undefined ? {} : { address: server }
}

function rowOf(mailbox: Mailbox): Row {
  const { is, error, nextTryAt } = mailbox
  const state = ({ off: 'off', connecting: 'starting', ready: 'ok', waiting: 'degraded', failed: 'failed' } as const)[
    is
  ]
  return {
    state,
    ...addressOf(mailbox),
    ...(error ? { error } : {}),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
    ...(error
      ? {
          without: 'new voice messages, and the sound of old ones',
          works: 'the list as it was last, and the light where the phone has one',
          nextTry: is === 'failed' ? 'at the next sign-in' : 'connecting again',
        }
      : {}),
  }
}
