// What Parley needs of a mailbox. Types only.
import type { Mailbox, VoiceMessage } from '@openparley/contract'

/** A message as its mailbox has it; whom it is from is looked up by the service. */
export type Kept = Omit<VoiceMessage, 'id' | 'from'> & {
  /** Names the message in its mailbox: the same after it was moved to the deleted and back, and after a restart. */
  readonly key: string
  /** As the mailbox says it. Text from others. */
  readonly from: { readonly number?: string; readonly name?: string }
}

/** How it stands with its server. */
export type MailboxState = Readonly<Pick<Mailbox, 'is' | 'server' | 'error' | 'nextTryAt'>>

export type VoicemailEvent =
  | { readonly type: 'state'; readonly state: MailboxState }
  /** All that is in it, deleted ones too: after each connection, and whenever it was looked at. What is new or gone is not its affair. */
  | { readonly type: 'list'; readonly messages: readonly Kept[] }

/**
 * One mailbox. Acts resolve when the mailbox has done them, and what they change is told before. They reject with
 * `voicemail-unavailable`, `voicemail-unknown`, `voicemail-refused` or `server-silent`; an act that the connection was lost
 * in is looked at again when it is back, so that nothing is done twice and nothing is lost.
 */
export interface VoicemailPort {
  start(): void
  /** Ends the connection; nothing is told after it. */
  stop(): Promise<void>
  mark(keys: readonly string[], heard: boolean): Promise<void>
  delete(keys: readonly string[]): Promise<void>
  undelete(keys: readonly string[]): Promise<void>
  /** For good. */
  erase(keys: readonly string[]): Promise<void>
  /**
   * The sound as the mailbox has it, piece by piece as it comes; ends where it ends, and throws where it is cut off.
   * Throws `voicemail-sound-unusable` where there is none. An aborted one ends its download.
   */
  sound(
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly type: string; readonly pieces: AsyncIterable<Uint8Array> }>
  /** Absent where there are no dispatch messages. */
  answerDispatch?(key: string, accept: boolean): Promise<void>
}

/** Makes sound of a message's bytes as they come. What it cannot play it throws as an error that says what was found. */
export interface SoundDecoder {
  /** The samples at 8 kHz, mono, that these bytes complete. */
  push(bytes: Uint8Array): Int16Array
  /** No more bytes come. */
  end(): Int16Array
  /** As the bytes say it, once they do. */
  readonly lengthMs: number | undefined
}

/** Whatever writes down what is said: there is none unless the person's settings load one. */
export interface TranscriptionPort {
  /**
   * What a message says. `content` is the sound as the mailbox has it, of the media type `type`, a few megabytes at most. Rejects where
   * it cannot; what it says is text of others. It is given a minute, then `signal` ends it.
   */
  transcribe(sound: { readonly type: string; readonly content: Uint8Array }, signal: AbortSignal): Promise<string>
}
