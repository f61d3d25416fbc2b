// A mailbox at a mail store (IMAP): one connection with the best server of the list that answers, and what is asked over it one after the other.
import { type ErrorValue, errorValue, ParleyError, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import type { ImapFlow } from 'imapflow'
import { standing, type Standing } from '../../runtime/standing.ts'
import type { World } from '../../runtime/world.ts'
import type { VoicemailEvent, VoicemailPort } from '../../services/voicemail/port.ts'
import { causeOf } from './causes.ts'
import { decoderOf } from './decoding.ts'
import { Known } from './known.ts'
import type { Mailbox } from './mailbox.ts'
import { openStore } from './opening.ts'
import { type Goal, planOf } from './plan.ts'

export interface ImapVoicemailOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: (event: VoicemailEvent) => void
}

/** A connection that stands. */
interface Line {
  readonly mailbox: Mailbox
  /** One after the other; what is asked of the mailbox is asked here. */
  inTurn<T>(act: (mailbox: Mailbox) => Promise<T>): Promise<T>
}

export function imapVoicemail({ world, settings, dns, tell }: ImapVoicemailOptions): VoicemailPort {
  let stands: Standing | undefined
  let known = new Known()
  let knownAt: string | undefined
  let line: Line | undefined
  /** Those who wait until it stands again. */
  const waiting = new Set<() => void>()

  const look = async (mailbox: Pick<Mailbox, 'sync'>): Promise<void> => {
    await mailbox.sync()
    tell({ type: 'list', messages: known.list() })
  }

  const at = async (server: string, signal: AbortSignal, ready: () => void): Promise<ErrorValue> => {
    const client = await openStore({ world, server, settings: settings(), dns: dns(), signal })
    const over = Promise.withResolvers<ErrorValue>()
    let why: unknown
    client.on('error', (error: unknown) => {
      why ??= error
    })
    client.on('close', () => over.resolve(asValue(why === undefined ? new ParleyError('server-closed') : causeOf(why))))
    const leave = (): void => client.close()
    signal.addEventListener('abort', leave, { once: true })
    let stopLooking: (() => void) | undefined
    try {
      // What another server numbers so may be something else.
      if (knownAt !== server) known = new Known()
      knownAt = server
      // It comes with the first mail store, as the library does: it reads mail by another one.
      const { openMailbox } = await import('./mailbox.ts')
      const mailbox = await openMailbox(client, settings(), known)
      await look(mailbox)
      const mine = lineOf(client, mailbox)
      stopLooking = mine.look()
      line = mine
      ready()
      for (const go of [...waiting]) go()
      return await over.promise
    } catch (error) {
      throw causeOf(why ?? error)
    } finally {
      line = undefined
      stopLooking?.()
      signal.removeEventListener('abort', leave)
      client.close()
    }
  }

  /** `look` follows what changes at the store until it is ended. */
  const lineOf = (client: ImapFlow, mailbox: Mailbox): Line & { look(): () => void } => {
    let last: Promise<unknown> = Promise.resolve()
    let count = 0
    let isLooking = false
    /** Something has changed since it was looked. */
    let isStale = false
    const looked: Mailbox = {
      ...mailbox,
      sync: async () => {
        isStale = await mailbox.sync()
        return isStale
      },
    }
    const inTurn = <T>(act: (of: Mailbox) => Promise<T>): Promise<T> => {
      count++
      const turn = last.then(() => act(looked))
      last = turn
        .catch(() => {})
        .finally(() => {
          // Who waits for news is broken off by whoever comes next.
          if (--count > 0 || !client.usable) return
          if (isStale) lookAgain()
          else if (mailbox.canIdle) mailbox.idle().catch(() => {})
        })
      return turn
    }
    const lookAgain = (): void => {
      if (isLooking || !client.usable) return
      isLooking = true
      inTurn(async () => {
        isLooking = false
        await look(looked)
      }).catch(() => client.close())
    }
    return {
      mailbox,
      inTurn,
      look: () => {
        const changed = (): void => {
          isStale = true
          if (count === 0) lookAgain()
        }
        for (const event of ['exists', 'expunge', 'flags']) client.on(event, changed)
        let cancel: (() => void) | undefined
        const later = (): void => {
          // Where it tells of new messages, the folder of the deleted ones is looked at now and then.
          const everyMs = settings()['voicemail.imap.pollS'] * 1000 * (mailbox.canIdle ? 5 : 1)
          cancel = world.clock.at(world.clock.now() + everyMs * (0.9 + world.dice.roll() / 5), () => {
            lookAgain()
            later()
          })
        }
        later()
        void inTurn(async () => {})
        return () => cancel?.()
      },
    }
  }

  /** The line that stands; waits for one that was lost just now. Rejects with `voicemail-unavailable`. */
  const lineAgain = async (byMs: number): Promise<Line> => {
    for (;;) {
      if (line) return line
      if (!stands || world.clock.now() >= byMs) throw new ParleyError('voicemail-unavailable')
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const cancel = world.clock.at(byMs, resolve)
      await promise
      cancel()
      waiting.delete(resolve)
    }
  }
  const pursue = async (goal: Goal, keys: readonly string[]): Promise<void> => {
    if (!line) throw new ParleyError('voicemail-unavailable')
    if (goal !== 'erased' && keys.some((key) => known.places(key).length === 0))
      throw new ParleyError('voicemail-unknown')
    const byMs = world.clock.now() + mostActMs
    for (let rounds = 0; ; ) {
      const mine = await lineAgain(byMs)
      try {
        const isDone = await mine.inTurn(async (mailbox) => {
          const steps = keys.flatMap((key) => planOf(goal, known.places(key), mailbox.hasTrash))
          if (steps.length === 0) return true
          if (++rounds > mostRounds) throw new ParleyError('voicemail-refused')
          await mailbox.carryOut(steps)
          await look(mailbox)
          return false
        })
        if (isDone) return
      } catch (error) {
        const cause = causeOf(error)
        if (!lost.includes(cause.code)) throw cause.code === 'voicemail-no-folder' ? refused(cause) : cause
        // What was cut off is looked at when it stands again; until then nobody is told that it is done.
        if (line === mine) line = undefined
      }
    }
  }

  async function* piecesOf(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const sound = known.facts.get(key)?.sound
    if (!sound) return
    const decode = decoderOf(sound.encoding)
    for (let from = 0; !signal.aborted; ) {
      const [place] = known.places(key)
      if (!place) throw new ParleyError('voicemail-unknown')
      if (!line) throw new ParleyError('voicemail-unavailable')
      const piece = await line
        .inTurn((mailbox) => mailbox.piece(place.where, place.uid, sound.part, from, pieceBytes))
        .catch((error: unknown) => {
          const cause = causeOf(error)
          throw lost.includes(cause.code)
            ? new ParleyError('voicemail-unavailable', cause.entry.sentence, cause.peer)
            : cause
        })
      if (!piece) throw new ParleyError('voicemail-unknown')
      if (from === 0 && piece.length === 0) throw new ParleyError('voicemail-sound-unusable', 'it is empty')
      from += piece.length
      if (from > mostSoundBytes) throw tooLarge()
      // A store that gives more than was asked for has given all.
      const isLast = piece.length !== pieceBytes
      const bytes = decode(piece, isLast)
      if (bytes.length > 0) yield bytes
      if (isLast) return
    }
  }

  return {
    start: () => {
      if (stands) return
      const now = settings()
      stands = standing({
        world,
        servers: now['voicemail.imap.servers'] ?? [],
        setting: 'voicemail.imap.servers',
        pauseMs: (failures) => backoff(failures, pause, world.dice),
        state: ({ since: _, ...state }) => tell({ type: 'state', state }),
        at,
      })
    },
    stop: async () => {
      const before = stands
      stands = undefined
      await before?.close()
      if (before) tell({ type: 'state', state: { is: 'off' } })
      for (const go of [...waiting]) go()
      known = new Known()
      knownAt = undefined
    },
    mark: (keys, heard) => pursue(heard ? 'heard' : 'new', keys),
    delete: (keys) => pursue('deleted', keys),
    undelete: (keys) => pursue('back', keys),
    erase: (keys) => pursue('erased', keys),
    sound: async (key, signal) => {
      const facts = known.facts.get(key)
      if (!facts) throw new ParleyError(line ? 'voicemail-unknown' : 'voicemail-unavailable')
      if (!facts.sound) throw new ParleyError('voicemail-sound-unusable', facts.secure ? 'it is secure' : 'it has none')
      if (facts.sound.bytes > mostSoundBytes) throw tooLarge()
      return { type: facts.sound.type, pieces: piecesOf(key, signal) }
    },
  }
}

function asValue({ code, detail, peer }: ParleyError): ErrorValue {
  return errorValue(code, detail, peer)
}

function refused({ peer, detail }: ParleyError): ParleyError {
  return new ParleyError('voicemail-refused', detail, peer)
}

function tooLarge(): ParleyError {
  return new ParleyError('voicemail-sound-unusable', `more than ${mostSoundBytes / 1_000_000} MB`)
}

/** Nothing is known of what was asked last. */
const lost: readonly string[] = ['server-closed', 'server-silent', 'network-down', 'server-garbled']
const pause = { baseMs: 1000, mostMs: 120_000 }
/** Encoded; a multiple of a line of base64. */
const pieceBytes = 78 * 1024
const mostSoundBytes = 44_000_000
const mostActMs = 30_000
/** Four, where two copies that are marked have to become one that is not. */
const mostRounds = 5
