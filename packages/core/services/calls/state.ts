// What becomes of one call: the only place that decides. Signals are what a phone tells and what applications claim.
import type { Call, Capability } from '@openparley/contract'
import type { KnownParty, PhoneEvent } from './port.ts'

export type CallInput =
  | Exclude<
      PhoneEvent,
      {
        type:
          | 'state'
          | 'reset'
          | 'line'
          | 'incoming'
          | 'outgoing'
          | 'asked-to'
          | 'asked-to-dial'
          | 'asked-to-transfer'
          | 'redirected'
          | 'lamp'
          | 'call-back-taken'
          | 'call-back-ready'
          | 'joined'
          | 'brought'
          | 'dropped'
          | 'digit'
          | 'played'
          | 'recorded'
          | 'refused'
          | 'video-agreed'
      }
    >
  | { readonly type: 'claimed'; readonly application: string }
  | { readonly type: 'released'; readonly application: string }
  | { readonly type: 'muted'; readonly muted: boolean }
  | { readonly type: 'known'; readonly known: KnownParty }
  | { readonly type: 'joined'; readonly conference: string | undefined }
  | { readonly type: 'silenced'; readonly silenced: boolean }
  | { readonly type: 'recording'; readonly recording: boolean }

type State = Call['state']

/** Where each signal leads. An absent cell means that the signal changes nothing in that state. */
export const table: Record<State, Partial<Record<CallInput['type'], State>>> = {
  dialling: {
    proceeding: 'dialling',
    alerting: 'alerting',
    'early-media': 'dialling',
    connected: 'connected',
    'digits-wanted': 'dialling',
    focus: 'dialling',
    updated: 'dialling',
    known: 'dialling',
    ended: 'ended',
    claimed: 'dialling',
    released: 'dialling',
    muted: 'dialling',
    video: 'dialling',
  },
  alerting: {
    proceeding: 'alerting',
    alerting: 'alerting',
    'early-media': 'alerting',
    connected: 'connected',
    'digits-wanted': 'alerting',
    focus: 'alerting',
    updated: 'alerting',
    known: 'alerting',
    ended: 'ended',
    claimed: 'alerting',
    released: 'alerting',
    muted: 'alerting',
    video: 'alerting',
  },
  connected: {
    connected: 'connected',
    transferring: 'connected',
    left: 'connected',
    transferred: 'connected',
    held: 'connected',
    resumed: 'connected',
    'digits-wanted': 'connected',
    focus: 'connected',
    updated: 'connected',
    known: 'connected',
    joined: 'connected',
    silenced: 'connected',
    recording: 'connected',
    preserved: 'connected',
    ended: 'ended',
    claimed: 'connected',
    released: 'connected',
    muted: 'connected',
    video: 'connected',
  },
  ended: {},
}

/** The call after the input, or the very same call where nothing changed. `at` is wall time. */
export function decide(call: Call, input: CallInput, at: string): Call {
  const state = table[call.state][input.type]
  if (state === undefined) return call
  const changed: Call = { ...call, ...apply(call, input, at), state }
  changed.capabilities = capabilitiesOf(changed)
  return changed
}

function apply(call: Call, input: CallInput, at: string): Partial<Call> {
  switch (input.type) {
    case 'proceeding':
      return { peerId: input.peerId }
    case 'alerting':
      return {}
    case 'early-media':
      return { earlyMedia: true }
    case 'connected':
      return {
        earlyMedia: false,
        answeredAt: call.answeredAt ?? at,
        ...(input.remote ? { remote: { ...call.remote, ...input.remote } } : {}),
        ...input.details,
      }
    case 'transferring':
      return { transfer: input.transfer }
    case 'left':
      return { awaits: input.awaits }
    case 'transferred':
      return { remote: input.remote, awaits: undefined, held: 'no', heldSince: undefined, transfer: undefined }
    case 'digits-wanted':
      return { digitsWanted: input.wanted }
    case 'preserved':
      return { preserved: true }
    case 'focus':
      return { focus: input.focus }
    case 'updated':
      return { remote: input.remote }
    case 'known': {
      const { person, ...known } = input.known
      // A contact has a name already: the one that the person gave them.
      return person === undefined ? { known } : { person }
    }
    case 'held':
      return { held: hold(call.held, input.by, true), ...(input.by === 'local' ? { heldSince: at } : {}) }
    case 'resumed':
      return { held: hold(call.held, input.by, false), ...(input.by === 'local' ? { heldSince: undefined } : {}) }
    case 'joined':
      return { conference: input.conference, silenced: false }
    case 'silenced':
      return { silenced: input.silenced }
    case 'recording':
      return { recording: input.recording }
    case 'claimed':
      return { handler: input.application }
    case 'released':
      return call.handler === input.application ? { handler: undefined } : {}
    case 'video':
      return { video: input.video }
    case 'muted':
      return { muted: input.muted }
    case 'ended':
      return {
        earlyMedia: false,
        digitsWanted: false,
        awaits: undefined,
        held: 'no',
        heldSince: undefined,
        conference: undefined,
        focus: undefined,
        silenced: false,
        recording: false,
        video: undefined,
        endedAt: at,
        end: input.end,
        ...(input.statistics ? { statistics: input.statistics } : {}),
      }
  }
}

function hold(held: Call['held'], by: 'local' | 'remote', on: boolean): Call['held'] {
  const local = by === 'local' ? on : held === 'local' || held === 'both'
  const remote = by === 'remote' ? on : held === 'remote' || held === 'both'
  if (local && remote) return 'both'
  if (local) return 'local'
  return remote ? 'remote' : 'no'
}

/** What can be done with the call as it stands, by whoever handles it. */
export function capabilitiesOf(call: Call): Capability[] {
  const mute: Capability = call.muted ? 'unmute' : 'mute'
  const talking: readonly Capability[] = [mute, 'sendDigits', 'attach']
  const taking: readonly Capability[] = call.handler ? [] : ['claim']
  switch (call.state) {
    case 'alerting':
      if (call.direction === 'incoming') return ['answer', 'decline', 'deflect', ...taking]
      return ['end', ...early(call, talking), ...taking]
    case 'dialling':
      return ['end', ...early(call, talking), ...taking]
    case 'connected':
      // Nobody is there any more to ask for it.
      if (call.preserved) return ['end', ...talking, ...taking]
      if (call.awaits) return ['end', mute, 'attach', ...here(call), ...taking]
      return [
        'end',
        call.held === 'local' || call.held === 'both' ? 'resume' : 'hold',
        ...talking,
        // Whom the other side is calling already it need not be asked to call once more.
        ...(call.transfer === undefined || call.transfer.is === 'failed' ? (['transfer', 'move'] as const) : []),
        'conference',
        ...pictures(call),
        ...(call.focus === undefined ? [] : (['drop'] as const)),
        ...here(call),
        ...taking,
      ]
    case 'ended':
      return []
  }
}

/** On hold nobody is seen. */
function pictures({ held, video }: Call): readonly Capability[] {
  const sends = video?.is === 'active' && (video.direction === 'sendrecv' || video.direction === 'sendonly')
  return [
    ...(held !== 'no' ? [] : sends ? (['pauseVideo'] as const) : (['addVideo'] as const)),
    ...(video === undefined || video.is === 'none' || (held !== 'no' && video.is === 'active')
      ? []
      : (['removeVideo'] as const)),
  ]
}

/** What the other side need not agree to. */
function here(call: Call): readonly Capability[] {
  return [
    call.recording ? 'stopRecording' : 'record',
    ...(call.conference === undefined ? [] : (['split', call.silenced ? 'unsilence' : 'silence'] as const)),
  ]
}

/** Before the answer: what is heard can be answered by keys, and so can a server that collects them. */
function early(call: Call, talking: readonly Capability[]): readonly Capability[] {
  if (call.earlyMedia) return talking
  return call.digitsWanted ? ['sendDigits'] : []
}
