// What a person does with their voice messages.
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import type { VoiceMessage } from './voicemail-model.ts'
import { voicemailMessages } from './voicemail-messages.ts'

export interface VoicemailActs {
  /** Shows it among all. */
  openVoice(message: string): void
  /** The sound as the mailbox has it; undefined where it could not be had, or nobody waits any more. */
  soundOf(message: string, signal: AbortSignal): Promise<Blob | undefined>
  markVoice(message: VoiceMessage, heard: boolean): void
  deleteVoice(message: VoiceMessage): void
  undeleteVoice(message: VoiceMessage): void
  /** For good. */
  eraseVoice(message: VoiceMessage): void
  /** `done` when it is: what was refused can be sent to somebody else. */
  forwardVoice(message: VoiceMessage, to: string, done: () => void): void
  answerDispatch(message: VoiceMessage, accept: boolean): void
}

export function openVoicemailActs({ session, model, face, once, failed }: Acting): VoicemailActs {
  const { voicemail } = session
  const box = model.voicemail
  const gone = (): void => {
    box.open.value = undefined
    focus(places.voicemail)
  }
  return {
    openVoice: (message) => {
      box.which.value = 'all'
      box.open.value = message
      void box.load()
      face.go('voicemail')
      focus(places.voicemail)
    },
    soundOf: async (message, signal) => {
      const pieces: Uint8Array<ArrayBuffer>[] = []
      let type = ''
      let bytes = 0
      try {
        for (let from = 0; !signal.aborted && bytes < mostBytes; ) {
          const piece = await voicemail.read({ message, from }, { signal })
          const part = Uint8Array.from(atob(piece.content), (each) => each.charCodeAt(0))
          pieces.push(part)
          bytes += part.length
          type = piece.type
          if (piece.next === undefined) return new Blob(pieces, { type })
          from = piece.next
        }
      } catch (thrown) {
        if (!signal.aborted) failed(thrown)
      }
      return undefined
    },
    markVoice: ({ id }, heard) => once(`mark ${id}`, () => voicemail.mark({ messages: [id], heard })),
    deleteVoice: ({ id }) =>
      once(`delete ${id}`, async () => {
        await voicemail.delete({ messages: [id] })
        gone()
      }),
    undeleteVoice: ({ id }) =>
      once(`undelete ${id}`, async () => {
        await voicemail.undelete({ messages: [id] })
        gone()
      }),
    eraseVoice: ({ id }) =>
      once(`erase ${id}`, async () => {
        await voicemail.erase({ messages: [id] })
        gone()
      }),
    forwardVoice: ({ id }, to, done) =>
      once(`forward ${id}`, async () => {
        await voicemail.forward({ message: id, to })
        model.news.value = { text: voicemailMessages.forwarded(to), isUrgent: false }
        done()
      }),
    answerDispatch: ({ id }, accept) => once(`dispatch ${id}`, () => voicemail.answerDispatch({ message: id, accept })),
  }
}

/** An hour of it as most mailboxes keep it. What is longer is heard by phone. */
const mostBytes = 64_000_000
