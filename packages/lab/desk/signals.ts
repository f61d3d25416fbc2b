// What a desk phone is told to do and what happens to it; what it does then, and what it tells.
import type { CallAct, CallState, CallWord } from './call-table.ts'

export interface DeskCall {
  /** Its name at the phone, which never changes. */
  readonly key: string
  /** As the whole lab calls it: the same at the other end where that is a desk phone too, and of all calls of a conference. */
  id: string
  readonly direction: 'in' | 'out'
  /** The number of the other side. */
  remote: string
  name?: string
  /** The number that was called. */
  readonly called: string
  state: CallState
  heldByRemote: boolean
  isConference: boolean
}

export interface DeskLine {
  readonly forwardedTo: string | undefined
  readonly doNotDisturb: boolean
  readonly messages: number
}

/** Why it happens, where it is part of something greater. */
export type DeskCause = 'consultation' | 'alternate'

export type PhoneSignal =
  | {
      readonly type: 'dial'
      readonly key: string
      readonly id: string
      readonly to: string
      readonly cause?: DeskCause
      /** The call that it is about: held first. */
      readonly from?: string
    }
  | { readonly type: 'answer' | 'hold' | 'decline'; readonly key: string }
  | { readonly type: 'resume'; readonly key: string; readonly cause?: DeskCause }
  /** Of a conference this call alone: whoever it is with leaves it. */
  | { readonly type: 'hang-up'; readonly key: string }
  /** Of a conference: the others go on without this phone. */
  | { readonly type: 'leave'; readonly key: string }
  | { readonly type: 'digits'; readonly key: string; readonly digits: string }
  /** A call that rings here goes on there. */
  | { readonly type: 'deflect'; readonly key: string; readonly to: string; readonly id: string }
  /** Whoever the call is with talks to that number from now on. */
  | { readonly type: 'send-on'; readonly key: string; readonly to: string; readonly id: string }
  /** The other sides of two calls talk to each other, and no longer with this phone; or with this phone. */
  | {
      readonly type: 'transfer' | 'conference'
      readonly key: string
      readonly other: string
      readonly id: string
    }
  | { readonly type: 'line'; readonly line: Partial<DeskLine> }
  | {
      readonly type: 'comes'
      readonly key: string
      readonly id: string
      readonly from: string
      readonly name?: string
      readonly called: string
    }
  | { readonly type: 'far-rings' | 'far-answers' | 'far-holds' | 'far-resumes'; readonly key: string }
  | { readonly type: 'far-hangs-up'; readonly key: string }
  | { readonly type: 'far-refuses'; readonly key: string; readonly status: number }
  | { readonly type: 'far-presses'; readonly key: string; readonly digits: string }
  /** At its other end the call was joined with another one. */
  | {
      readonly type: 'joined'
      readonly key: string
      readonly how: 'transferred' | 'conferenced'
      readonly join: Join
    }

/** Two calls that became one. */
export interface Join {
  /** The call that came of it. */
  readonly id: string
  /** Who did it. */
  readonly by: string
  readonly old: string
  readonly secondOld: string | undefined
  /** Who is in it now beside whoever did it: each with the call that they were in. */
  readonly parties: readonly { readonly number: string; readonly was: string | undefined }[]
  /** To whom; or who was added. */
  readonly to: string
}

export type DeskEvent =
  | {
      readonly type: CallWord
      readonly call: Readonly<DeskCall>
      readonly by: 'local' | 'remote'
      /** Why it failed (SIP). */
      readonly status?: number
      readonly cause?: DeskCause
    }
  | { readonly type: 'diverted'; readonly call: Readonly<DeskCall>; readonly to: string }
  | {
      readonly type: 'transferred' | 'conferenced'
      readonly call: Readonly<DeskCall>
      readonly join: Join
    }
  | {
      readonly type: 'digits'
      readonly call: Readonly<DeskCall>
      readonly by: 'local' | 'remote'
      readonly digits: string
    }
  | { readonly type: 'line'; readonly line: DeskLine; readonly changed: readonly (keyof DeskLine)[] }

export type PhoneEffect =
  | { readonly type: 'act'; readonly act: CallAct; readonly key: string; readonly to?: string }
  | { readonly type: 'press'; readonly key: string; readonly digits: string }
  /** The call goes on to that number, without this phone. */
  | { readonly type: 'send-on'; readonly key: string; readonly to: string; readonly id: string }
  /** The two hear each other; `stays`: with this phone. */
  | { readonly type: 'bridge'; readonly key: string; readonly other: string; readonly stays: boolean }
  /** The other end of a call is told that it was joined: `how` and `join`. */
  | {
      readonly type: 'tell-far'
      readonly id: string
      readonly number: string
      readonly how: 'transferred' | 'conferenced'
      readonly join: Join
    }
  | { readonly type: 'event'; readonly event: DeskEvent }

/** Why it cannot be done. */
export type DeskRefusal = 'no-such-call' | 'wrong-state' | 'too-many-calls' | 'same-call'
