// What `calls` needs of a phone, whatever it is: commands in, events out. Types only.
import type {
  Known,
  Call,
  CallEnd,
  CallVideo,
  Capability,
  Endpoint as ContractEndpoint,
  ErrorCode,
  HistoryEntry,
  Lamp,
  Party,
  PeerCause,
  Phone,
  PhoneState,
  Statistics,
  Transfer,
} from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import type { Endpoint, HoldSound, Leg } from '../media/port.ts'

export type PhoneCommand =
  | {
      readonly type: 'dial'
      readonly call: string
      readonly to: string
      readonly endpoint: Endpoint
      readonly precedence?: { readonly value: string; readonly required: boolean }
      /** Who calls is not told. */
      readonly anonymous?: boolean
      /** It takes the place of a call that rings at that line. */
      readonly pickUp?: true
      readonly video?: boolean
    }
  /** `video`: with this side’s picture, where the other side has asked for video. */
  | { readonly type: 'answer'; readonly call: string; readonly endpoint: Endpoint; readonly video?: boolean }
  | {
      readonly type: 'decline'
      readonly call: string
      readonly reason: 'busy' | 'declined' | 'incompatible' | 'preempted' | 'precedence-unknown'
      /** Of an unknown precedence: those that are known. */
      readonly accepts?: readonly string[]
    }
  | { readonly type: 'deflect'; readonly call: string; readonly to: string }
  | { readonly type: 'end'; readonly call: string; readonly why?: 'preempted' }
  | { readonly type: 'hold'; readonly call: string; readonly sound: HoldSound }
  | { readonly type: 'resume'; readonly call: string }
  /** Done with `video-agreed`. */
  | { readonly type: 'video'; readonly call: string; readonly act: VideoAct }
  | { readonly type: 'send-digits'; readonly call: string; readonly digits: string; readonly durationMs: number }
  | { readonly type: 'mute'; readonly call: string; readonly muted: boolean }
  /** Asks the other side to call somebody else, or the other side of another call, and leaves. */
  | { readonly type: 'transfer'; readonly call: string; readonly to: Party; readonly with?: string }
  /** What is decided on an `asked-to-transfer` or a `redirected`. */
  | { readonly type: 'follow'; readonly call: string; readonly follow: boolean }
  | { readonly type: 'attach'; readonly call: string; readonly endpoint: Endpoint }
  /** Brings its sound together with that of all others of the conference; undefined takes it out. */
  | { readonly type: 'join'; readonly call: string; readonly conference: string | undefined }
  | { readonly type: 'silence'; readonly call: string; readonly silenced: boolean }
  /** Asks the conference that the call is with to call the other side of another call, in that call’s place. A phone on the desk brings the two together itself, as `joined` tells. */
  | { readonly type: 'bring'; readonly call: string; readonly other: string }
  /** Asks it to let somebody go: a member’s uri. */
  | { readonly type: 'drop'; readonly call: string; readonly member: string }
  | { readonly type: 'record'; readonly call: string; readonly tape: Parameters<Leg['tape']>[0] }
  /** Asks to be told when the side that was called can be called again: free, or, where it was not busy, free after it was seen there. */
  | { readonly type: 'call-back'; readonly call: string; readonly to: string; readonly busy: boolean }

/** add: this side’s picture goes out. pause: it does not, and theirs is seen. remove: there is none. */
export type VideoAct = 'add' | 'pause' | 'remove'

/** What a server says of a call beside who it is with. */
export type CallDetails = Pick<Call, 'security' | 'globalId' | 'priority' | 'alert' | 'divertedBy'>

/** What a server says of a line: a field that is there and undefined is taken back. */
export type Line = {
  readonly [Name in 'messages' | 'forwardedTo' | 'doNotDisturb' | 'notice']?: Phone[Name] | undefined
}

/** What can be set of a line: a field that is there and undefined is taken back. */
export type LineSet = Pick<Line, 'forwardedTo' | 'doNotDisturb'>

export type PhoneEvent =
  | { readonly type: 'state'; readonly state: PhoneState }
  | {
      readonly type: 'incoming'
      readonly call: string
      readonly from: Party
      readonly to: Party
      readonly peerId: string
      readonly details?: CallDetails
      /** As namespace.level (Resource-Priority), and whether they must be known. */
      readonly priorities?: { readonly values: readonly string[]; readonly required: boolean }
      /** The server wants it answered at once. */
      readonly autoAnswer?: boolean
      /** The call that it asks to join. */
      readonly joins?: string
      /** Why nobody can answer it: its sound cannot be carried. */
      readonly unanswerable?: ErrorCode
      /** It asks for video. */
      readonly video?: boolean
    }
  /** Somebody dials at the phone itself, or did before it was looked at. */
  | {
      readonly type: 'outgoing'
      readonly call: string
      readonly to: Party
      readonly peerId: string
      readonly details?: CallDetails
    }
  /** Its server wants the phone to make a call: on that line of the device, where it names one. */
  | { readonly type: 'asked-to-dial'; readonly to: string; readonly button?: number | undefined }
  /** Its server wants a call answered, or taken off hold: that one, or the one that it can only be. */
  | { readonly type: 'asked-to'; readonly act: 'answer' | 'resume'; readonly call?: string }
  /** The other side wants us to call somebody else in its place: `follow`. */
  | { readonly type: 'asked-to-transfer'; readonly call: string; readonly to: Party }
  /** Whom we called wants us to call somebody else: `follow`. */
  | { readonly type: 'redirected'; readonly call: string; readonly to: Party }
  /** The other side is a conference of the server, as it is now; or is none any more. */
  | { readonly type: 'focus'; readonly call: string; readonly focus: Call['focus'] }
  /** The phone has brought it together with that other call, by a hand there or a `bring`; undefined: it is alone again. */
  | { readonly type: 'joined'; readonly call: string; readonly with: string | undefined }
  /** Of a `bring`: they are in it; of a `drop`: they are not. */
  | { readonly type: 'brought' | 'dropped'; readonly call: string }
  /** Who the call is with has changed, or is known better. */
  | { readonly type: 'updated'; readonly call: string; readonly remote: Party }
  | { readonly type: 'lamp'; readonly lamp: Lamp }
  /** Of a `call-back`: it was taken; or whom it is about can be called now. */
  | { readonly type: 'call-back-taken' | 'call-back-ready'; readonly call: string; readonly number: string }
  /** How our transfer goes. */
  | { readonly type: 'transferring'; readonly call: string; readonly transfer: Transfer }
  /** The other side has left, and whom it has us call in its place has not answered yet. */
  | { readonly type: 'left'; readonly call: string; readonly awaits: Party }
  /** The call is with somebody else now. */
  | { readonly type: 'transferred'; readonly call: string; readonly remote: Party }
  /** What its server says of its line, or of another one of the device; `forMs` is how long the notice is to be shown. */
  | { readonly type: 'line'; readonly line: Line; readonly button?: number; readonly forMs?: number }
  /** The server collects digits, for a number or a code; or does no longer. */
  | { readonly type: 'digits-wanted'; readonly call: string; readonly wanted: boolean }
  /** The server is lost; the two sides still hear each other. */
  | { readonly type: 'preserved'; readonly call: string }
  /** The server has the call and works on it. */
  | { readonly type: 'proceeding'; readonly call: string; readonly peerId: string }
  /** The far phone rings. */
  | { readonly type: 'alerting'; readonly call: string }
  /** Sound comes before the answer. */
  | { readonly type: 'early-media'; readonly call: string }
  | { readonly type: 'connected'; readonly call: string; readonly remote?: Party; readonly details?: CallDetails }
  | { readonly type: 'held'; readonly call: string; readonly by: 'local' | 'remote' }
  | { readonly type: 'resumed'; readonly call: string; readonly by: 'local' | 'remote' }
  | { readonly type: 'video'; readonly call: string; readonly video: CallVideo }
  /** What was asked of the video is done, or the other side has not said yes. */
  | { readonly type: 'video-agreed'; readonly call: string }
  | { readonly type: 'digit'; readonly call: string; readonly digit: string; readonly durationMs: number }
  /** Its server wants the phone to sign in again, as soon as nobody talks. */
  | { readonly type: 'reset' }
  | { readonly type: 'played'; readonly call: string }
  | { readonly type: 'recorded'; readonly call: string; readonly path: string }
  /** A command could not be carried out; the call goes on as it was. */
  | {
      readonly type: 'refused'
      readonly call: string
      readonly command: PhoneCommand['type']
      readonly code: ErrorCode
      readonly cause?: PeerCause
    }
  | { readonly type: 'ended'; readonly call: string; readonly end: CallEnd; readonly statistics?: Statistics }

export interface PhonePort {
  /** The phone's kind, for people: soft, desk. */
  readonly kind: 'soft' | 'desk'
  /** What it can do at all. */
  readonly can: readonly Capability[]
  /** Carries a command out. What becomes of it comes as events; never throws for what the network does. */
  perform(command: PhoneCommand): void
  /** The lines of others whose lamps are told from now on: all that there are. */
  watchLines(numbers: readonly string[]): void
  /** Sets what its server keeps of its line, which is told as a `line`; rejects with `phone-line-refused`. Absent: nobody can from here. */
  setLine?(set: LineSet): Promise<void>
  /** Figures of a call's sound now; undefined where the phone has none of its own. */
  statistics(call: string): Promise<Statistics | undefined>
  /** Ends its calls and gives back what it holds. */
  close(): Promise<void>
}

export interface KnownParty extends Known {
  /** The contact’s address. */
  readonly person?: string
}

/** What else calls needs, handed over by compose.ts. */
export interface CallNeeds {
  /** The phone that acts, the named one or the person's; throws `phone-unknown` or `phone-unavailable`. */
  choosePhone(named: string | undefined): string
  /** How the contact of that address is called; undefined: it is no contact. Throws `contact-no-number`. */
  reach(address: string): string | undefined
  /** The contact that this is, where it is one. */
  personAt(party: Party): string | undefined
  /** Who has that number, where a directory knows it, and the contact that they are; never rejects. */
  known(number: string): Promise<KnownParty | undefined>
  /** What the dial rules make of a number. */
  toDial(number: string): string
  /** The phone as it is shown. Throws `phone-unknown`. */
  phone(id: string): Phone
  /** Whether that phone can do it at all. */
  can(phone: string, capability: Capability): boolean
  perform(phone: string, command: PhoneCommand): void
  watchLines(phone: string, numbers: readonly string[]): void
  /** The server sends all calls on to that number; to none any more. */
  forwarded(phone: string, to: string | undefined): void
  statistics(phone: string, call: string): Promise<Statistics | undefined>
  /** The contract's endpoint with handles and names made to files; throws the contract's media errors. */
  resolveEndpoint(endpoint: ContractEndpoint, caller: Caller): Promise<Endpoint>
  record(entry: HistoryEntry): void
  /** The number that was dialled last; undefined where none was. */
  lastDialled(): Promise<string | undefined>
  /** Where a recording goes; throws the contract's media errors. */
  toRecord(name: string, force: boolean, caller: Caller): Promise<string>
  /** Keeps a code out of every report. */
  hide(code: string): void
}
