// Voicemail: the messages of one mailbox, the same at every place where it is looked at.
import {
  type ChangeOf,
  ParleyError,
  type Phone,
  type services,
  type Settings,
  type StateOf,
  type VoiceMessage,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { type PlayingNeeds, playing } from './playing.ts'
import { type TranscribingNeeds, transcribing } from './transcribing.ts'
import type { Kept, VoicemailEvent, VoicemailPort } from './port.ts'
import { type Sounds, sounds } from './sounds.ts'
import { emptyBox, happens, type Input, mailboxOf, pageOf, type Told } from './state.ts'

type Service = (typeof services)['voicemail']

export interface VoicemailService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  take(event: VoicemailEvent): void
  /** All that is in the mailbox, deleted ones too. */
  all(): readonly VoiceMessage[]
  /** What the phone's server says of waiting messages; undefined: nothing. */
  onPhone(messages: Phone['messages']): void
  /** A setting has changed that is shown. */
  look(): void
  /** Somebody else may be known to have that number now. */
  named(number: string): void
  /** An application has left: what it plays ends. */
  released(application: string): void
  close(): void
}

export interface VoicemailNeeds {
  /** Undefined: no settings name a mailbox, or nobody is signed in. */
  readonly port: () => VoicemailPort | undefined
  readonly settings: () => Settings
  /** The same key gives the same id, here and after a restart: `voice_` and 128 bits. */
  readonly idOf: (key: string) => string
  /** Who has that number, where somebody is known who does. */
  readonly nameOf: (number: string) => Pick<VoiceMessage['from'], 'name' | 'person'> | undefined
  /** What writes down what new messages say; absent: nothing does. */
  readonly transcription?: TranscribingNeeds['port']
  /** What plays messages. */
  readonly sound: Pick<PlayingNeeds, 'openPlayer' | 'resolve' | 'decoder'>
  readonly toBase64: (content: Uint8Array) => string
  /** Sends a file to somebody in chat, on behalf of that application. Rejects with the errors of chat. */
  readonly send: (
    file: { readonly to: string; readonly name: string; readonly type: string; readonly content: Uint8Array },
    requestId: string,
    caller: Caller,
  ) => Promise<{ readonly message: string }>
}

export function voicemail(world: World, epoch: string, needs: VoicemailNeeds): VoicemailService {
  const { settings, idOf } = needs
  let box = emptyBox
  /** Keys by the ids that were told. */
  const keys = new Map<string, string>()
  const heard: Sounds = sounds(needs.port)
  const mailbox = (): StateOf<Service>['mailbox'] => mailboxOf(box, settings())
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({
    mailbox: mailbox(),
    playbacks: plays.all(),
  }))
  const plays = playing(world, {
    ...needs.sound,
    read: (key, from, signal) => heard.read(key, from, mostPiece, signal),
    // It was played, whether or not the mailbox can be told now.
    heard: (key) => {
      if (box.kept.get(key)?.isNew)
        void needs
          .port()
          ?.mark([key], true)
          .catch(() => undefined)
    },
    told: (playback) => state.publish({ type: 'playback', playback }),
  })

  const shown = ({ key, from, ...rest }: Kept): VoiceMessage => {
    const known = from.number === undefined ? undefined : needs.nameOf(from.number)
    const id = idOf(key)
    keys.set(id, key)
    const text = rest.transcription ?? written.textOf(key)
    return { id, from: { ...from, ...known }, ...rest, ...(text === undefined ? {} : { transcription: text }) }
  }
  const written = transcribing(world, {
    port: needs.transcription ?? (() => undefined),
    sounds: heard,
    told: (key) => {
      const message = box.kept.get(key)
      if (message) tell({ type: 'message', message })
    },
  })
  /** What may leave the mailbox, and nobody has heard or written down. */
  const toWrite = ({ isNew, secure, deleted, transcription }: Kept): boolean =>
    isNew && !secure && !deleted && transcription === undefined
  const write = (messages: readonly Kept[]): void => written.look(messages.filter(toWrite).map(({ key }) => key))
  const tell = (told: Told): void => {
    switch (told.type) {
      case 'message':
        return state.publish({ type: 'message', message: shown(told.message) })
      case 'removed':
        heard.forget(told.key)
        written.forget(told.key)
        keys.delete(idOf(told.key))
        return state.publish({ type: 'removed', message: idOf(told.key) })
      case 'relisted':
        keys.clear()
        for (const key of box.kept.keys()) keys.set(idOf(key), key)
        // Who signs out and in again has their texts still.
        if (box.isListed) written.keep(box.kept)
        return state.publish({ type: 'relisted', total: box.kept.size })
    }
  }
  let shownLast = JSON.stringify(mailbox())
  const look = (): void => {
    const now = mailbox()
    const text = JSON.stringify(now)
    if (text === shownLast) return
    shownLast = text
    state.publish({ type: 'mailbox', mailbox: now })
  }
  const take = (input: Input): void => {
    const next = happens(box, input)
    box = next.box
    for (const each of next.told) {
      tell(each)
      if (each.type !== 'removed') write(each.type === 'message' ? [each.message] : [...box.kept.values()])
    }
    look()
  }

  const port = (): VoicemailPort => {
    const found = needs.port()
    if (!found) throw new ParleyError('voicemail-unavailable', 'no mailbox is set')
    return found
  }
  const find = (id: string): Kept => {
    const kept = box.kept.get(keys.get(id) ?? '')
    if (!kept) throw unknown(id)
    return kept
  }
  /** Of those, the ones that are not so yet: what is done already is not asked for again. */
  const keysOf = (ids: readonly string[], isToDo: (kept: Kept) => boolean): string[] =>
    [...new Set(ids)]
      .map(find)
      .filter(isToDo)
      .map(({ key }) => key)
  const unknown = (id: string): ParleyError =>
    // What was never listed may be there all the same.
    box.isListed ? new ParleyError('voicemail-unknown', id) : new ParleyError('voicemail-unavailable')
  const act = async (
    all: readonly string[],
    does: (port: VoicemailPort) => Promise<void>,
  ): Promise<Record<string, never>> => {
    if (all.length > 0) await does(port())
    return {}
  }

  return {
    state,
    take,
    all: () => [...box.kept.values()].map(shown),
    onPhone: (messages) => take({ type: 'phone', messages }),
    look,
    named: (number) => {
      for (const message of box.kept.values()) if (message.from.number === number) tell({ type: 'message', message })
    },
    released: (application) => plays.released(application),
    close: () => {
      written.close()
      plays.close()
      heard.close()
      state.close()
    },
    handlers: {
      list: ({ which, cursor, limit }) => {
        if (!box.isListed) throw new ParleyError('voicemail-unavailable')
        const { messages, ...rest } = pageOf(box, which, cursor, limit)
        return { messages: messages.map(shown), ...rest }
      },
      mark: async ({ messages, heard: isHeard }) => {
        const all = keysOf(messages, ({ isNew }) => isNew === isHeard)
        return act(all, (to) => to.mark(all, isHeard))
      },
      delete: async ({ messages }) => {
        const all = keysOf(messages, ({ deleted }) => !deleted)
        return act(all, (to) => to.delete(all))
      },
      undelete: async ({ messages }) => {
        const all = keysOf(messages, ({ deleted }) => deleted)
        return act(all, (to) => to.undelete(all))
      },
      erase: async ({ messages }) => {
        const ids = messages ?? [...box.kept.keys()].map(idOf).filter((id) => find(id).deleted)
        if (ids.some((id) => !find(id).deleted))
          throw new ParleyError('voicemail-refused', 'only what is among the deleted is erased')
        const all = keysOf(ids, () => true)
        if (messages === undefined && !box.isListed) throw new ParleyError('voicemail-unavailable')
        return act(all, (to) => to.erase(all))
      },
      play: ({ message, endpoint, fromMs }, caller) => {
        const kept = find(message)
        port()
        return plays.play(kept, { message, endpoint, fromMs }, caller)
      },
      seek: ({ playback, toMs }, caller) => {
        plays.seek(playback, toMs, caller)
        return {}
      },
      pause: ({ playback, paused }, caller) => {
        plays.pause(playback, paused, caller)
        return {}
      },
      stop: async ({ playback }, caller) => {
        await plays.stop(playback, caller)
        return {}
      },
      read: async ({ message, from }, { signal }) => {
        const { key, secure } = find(message)
        if (secure) throw new ParleyError('voicemail-sound-unusable', 'it is secure')
        const { type, content, next } = await heard.read(key, from, mostPiece, signal)
        return { type, content: needs.toBase64(content), ...(next === undefined ? {} : { next }) }
      },
      forward: async ({ message, to, requestId }, caller) => {
        const kept = find(message)
        if (kept.private || kept.secure) throw new ParleyError('voicemail-not-to-forward', message)
        const { type, content } = await whole(kept.key, caller.signal)
        const name = `voicemail ${kept.at.slice(0, 16).replace('T', ' ').replace(':', '')}.${endingOf(type)}`
        return needs.send({ to, name, type, content }, requestId, caller)
      },
      answerDispatch: async ({ message, accept }) => {
        const { key, dispatch } = find(message)
        const to = port()
        if (!dispatch || !to.answerDispatch)
          throw new ParleyError('voicemail-refused', 'it is no dispatch message, or this mailbox has none')
        await to.answerDispatch(key, accept)
        return {}
      },
    },
  }

  /** All of a message's sound: what is forwarded is sent whole. */
  async function whole(key: string, signal: AbortSignal): Promise<{ type: string; content: Uint8Array }> {
    for (let from = 0; ; ) {
      const { type, next } = await heard.read(key, from, mostPiece, signal)
      if (next === undefined) {
        const { content } = await heard.read(key, 0, Infinity, signal)
        return { type, content }
      }
      from = next
    }
  }
}

function endingOf(type: string): string {
  return endings[type] ?? 'bin'
}

const endings: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/basic': 'au',
  'audio/amr': 'amr',
  'audio/ogg': 'ogg',
}
const mostPiece = 500_000
