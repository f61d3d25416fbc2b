// What is told of the calls of one line, and what is kept of each.

export interface AmiParty {
  readonly number: string
  readonly name?: string
}

export type AmiTold =
  | {
      readonly type: 'begun'
      readonly call: string
      readonly direction: 'in' | 'out'
      readonly remote: AmiParty | undefined
    }
  | { readonly type: 'alerting'; readonly call: string }
  | { readonly type: 'connected'; readonly call: string; readonly remote: AmiParty | undefined }
  | { readonly type: 'held' | 'resumed'; readonly call: string; readonly by: 'local' | 'remote' }
  /** Who the call is with is known better. */
  | { readonly type: 'updated'; readonly call: string; readonly remote: AmiParty }
  /** Somebody else is at the other end, or is going to be. */
  | { readonly type: 'transferred'; readonly call: string; readonly remote: AmiParty }
  | {
      readonly type: 'ended'
      readonly call: string
      /** `phone`: nobody picked it up to make the call that was asked for. */
      readonly by: 'local' | 'remote' | 'network' | 'phone'
      /** By Q.850, where it says why there was no call. */
      readonly cause?: number
      readonly transferredTo?: AmiParty
    }
  /** A channel of which no call is left: it is to be hung up. */
  | { readonly type: 'stray'; readonly call: string; readonly channel: string }

export interface Line {
  /** Its name, which changes; its id does not. */
  channel: string
  readonly id: string
  linked: string
  /** Asked for by us: the phone rings first, and the call begins when it is picked up. */
  readonly expected: boolean
  direction: 'in' | 'out' | undefined
  begun: boolean
  dialled: boolean
  pickedUp: boolean
  alerting: boolean
  connected: boolean
  remote: AmiParty | undefined
  /** The channel of who calls. */
  caller: string | undefined
  readonly held: Set<'local' | 'remote'>
  /** The phone itself, or we, have ended it. */
  left: boolean
  sentTo: AmiParty | undefined
  failure: { readonly cause: number; readonly inside: boolean } | undefined
  dialStatus: string | undefined
}

export function lineOf(id: string, channel: string, linked: string, expected: boolean): Line {
  return {
    channel,
    id,
    linked,
    expected,
    direction: expected ? 'out' : undefined,
    begun: expected,
    dialled: false,
    pickedUp: false,
    alerting: false,
    connected: false,
    remote: undefined,
    caller: undefined,
    held: new Set(),
    left: false,
    sentTo: undefined,
    failure: undefined,
    dialStatus: undefined,
  }
}

/** Why there was no call: by its own cause, by that of who was called, or by how the dialling went. One that came in needs no reason but one. */
export function whyOf({ direction, failure, dialStatus }: Line, own: number): number | undefined {
  if (direction === 'in') return own === answeredElsewhere ? own : undefined
  const [said] = [own, failure?.cause].filter((cause) => cause !== undefined && isTelling(cause))
  return said ?? (dialStatus === undefined ? undefined : causes[dialStatus])
}

/** 0 is none, 16 is as it should be, 127 knows no better. */
export function isTelling(cause: number): boolean {
  return cause !== 0 && cause !== 16 && cause !== 127
}

/** Not of Q.850, but of this server. */
export const answeredElsewhere = 26

const causes: Readonly<Record<string, number>> = {
  BUSY: 17,
  NOANSWER: 19,
  CHANUNAVAIL: 20,
  CONGESTION: 34,
}

/** Whether an application of the dial plan is itself who is talked to. The channel of a phone that was picked up first does not show it. */
export function takesCalls(application: string): boolean {
  return takers.has(application.toLowerCase())
}

const takers: ReadonlySet<string> = new Set([
  'answer',
  'confbridge',
  'directory',
  'disa',
  'echo',
  'meetme',
  'milliwatt',
  'record',
  'stasis',
  'voicemail',
  'voicemailmain',
])

/** What a channel's id begins with that was asked for by us. */
export const ofOurs = 'parley-'

export function wasAskedFor(id: string): boolean {
  return id.startsWith(ofOurs)
}

/** PJSIP/101-0000002a is of PJSIP/101, and PJSIP/101-2-0000002a is not. */
export function isOf(line: string, channel: string): boolean {
  return channel.startsWith(`${line}-`) && /^[0-9a-f]+$/i.test(channel.slice(line.length + 1))
}

export function partyOf(number: string, name: string): AmiParty | undefined {
  if (number === '' || number === 's' || number === '<unknown>') return undefined
  return { number, ...(name === '' || name === '<unknown>' ? {} : { name }) }
}
