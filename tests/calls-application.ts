// One application at the calls: what it was shown, what it was told, and whatever it can do.
import type { Call, ParleyError } from '@openparley/contract'
import type { Watch } from '../packages/core/runtime/api.ts'
import type { CallsService } from '../packages/core/services/calls/index.ts'

export interface Application {
  readonly name: string
  /** The calls that it was shown since it came, as they were last. */
  readonly shown: Map<string, Call>
  /** How often it was told of each of these that it has ended. */
  readonly ends: Map<string, number>
  /** Does something; undefined, or the code of the error that it came to. */
  act(name: Act, ...calls: readonly string[]): Promise<string | undefined>
  /** Leaves, and comes again at once: what it had it has no longer. */
  comeAgain(): void
}

export function applicationAt(service: CallsService, name: string): Application {
  const shown = new Map<string, Call>()
  const ends = new Map<string, number>()
  const show = (call: Call): void => {
    const before = shown.get(call.id)
    shown.set(call.id, call)
    if (call.state === 'ended' && before?.state !== 'ended') ends.set(call.id, (ends.get(call.id) ?? 0) + 1)
  }
  const follow = async (watch: Watch): Promise<void> => {
    for (let message = await watch.next(); message; message = await watch.next()) {
      if (message.type === 'change') {
        const { type, call } = message.change as { readonly type: string; readonly call: Call }
        if (type === 'call') show(call)
      } else for (const call of (message.state as { readonly calls: readonly Call[] }).calls) show(call)
    }
  }
  const come = (): Watch => {
    const watch = service.state.watch()
    for (const call of (watch.snapshot.state as { readonly calls: readonly Call[] }).calls) show(call)
    void follow(watch)
    return watch
  }
  let watch = come()
  const { signal } = new AbortController()
  const caller = { application: name, name, role: 'approve', mayNamePaths: false, signal } as const
  const { handlers } = service
  const requestId = 'r'
  const doing: { readonly [N in Act]: (call: string, ...others: readonly string[]) => unknown } = {
    dial: () => handlers.dial({ to: '204', requestId }, caller),
    dialWithCodes: () =>
      handlers.dial({ to: '204', codes: { account: '12', matter: '34' }, precedence: 'flash', requestId }, caller),
    redial: () => handlers.redial({ requestId }, caller),
    pickUpGroup: () => handlers.pickUp({ requestId }, caller),
    pickUpLine: () => handlers.pickUp({ from: '204', requestId }, caller),
    answer: (call) => handlers.answer({ call }, caller),
    decline: (call) => handlers.decline({ call, reason: 'declined' }, caller),
    deflect: (call) => handlers.deflect({ call, to: 'other' }, caller),
    claim: (call) => handlers.claim({ call }, caller),
    end: (call) => handlers.end({ call }, caller),
    hold: (call) => handlers.hold({ call }, caller),
    resume: (call) => handlers.resume({ call }, caller),
    mute: (call) => handlers.mute({ call }, caller),
    unmute: (call) => handlers.unmute({ call }, caller),
    sendDigits: (call) => handlers.sendDigits({ call, digits: '1', durationMs: 100, requestId }, caller),
    giveCodes: (call) => handlers.giveCodes({ call, codes: { account: '99' }, requestId }, caller),
    attach: (call) => handlers.attach({ call, endpoint: { kind: 'none' } }, caller),
    transfer: (call) => handlers.transfer({ call, to: 'other', requestId }, caller),
    transferTo: (call, other) => handlers.transfer({ call, with: other ?? call, requestId }, caller),
    park: (call) => handlers.park({ call, requestId }, caller),
    conference: (...calls) => handlers.conference({ calls: [...calls] }, caller),
    split: (call) => handlers.split({ call }, caller),
    silence: (call) => handlers.silence({ call }, caller),
    unsilence: (call) => handlers.unsilence({ call }, caller),
    record: (call) => handlers.record({ call, record: 'call.wav' }, caller),
    stopRecording: (call) => handlers.stopRecording({ call }, caller),
    callBack: (call) => handlers.callBack({ call }, caller),
    statistics: (call) => handlers.statistics({ call }, caller),
  }
  return {
    name,
    shown,
    ends,
    act: async (act, first = '', ...others) => {
      try {
        await doing[act](first, ...others)
        return undefined
      } catch (error) {
        return (error as Partial<ParleyError>).code ?? String(error)
      }
    },
    comeAgain: () => {
      watch.stop()
      service.released(name)
      shown.clear()
      ends.clear()
      watch = come()
    },
  }
}

/** Acts that begin something, and acts on calls. */
export type Act = 'dial' | 'dialWithCodes' | 'redial' | 'pickUpGroup' | 'pickUpLine' | ActOnCall
export type ActOnCall =
  | 'answer'
  | 'decline'
  | 'deflect'
  | 'claim'
  | 'end'
  | 'hold'
  | 'resume'
  | 'mute'
  | 'unmute'
  | 'sendDigits'
  | 'giveCodes'
  | 'attach'
  | 'transfer'
  | 'transferTo'
  | 'park'
  | 'conference'
  | 'split'
  | 'silence'
  | 'unsilence'
  | 'record'
  | 'stopRecording'
  | 'callBack'
  | 'statistics'
