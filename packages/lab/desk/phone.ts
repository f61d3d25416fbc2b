// A desk phone as a pure machine: keys are pressed, calls come and go; what it does and what it tells is returned.
import { type CallSignal, type CallWord, callTable } from './call-table.ts'
import type { DeskCall, DeskCause, DeskLine, DeskRefusal, Join, PhoneEffect, PhoneSignal } from './signals.ts'

type Of<Type extends PhoneSignal['type']> = Extract<PhoneSignal, { type: Type }>

export class DeskPhone {
  readonly number: string
  readonly #calls = new Map<string, DeskCall>()
  #line: DeskLine = { forwardedTo: undefined, doNotDisturb: false, messages: 0 }

  constructor(number: string) {
    this.number = number
  }

  get calls(): readonly Readonly<DeskCall>[] {
    return [...this.#calls.values()]
  }

  get line(): DeskLine {
    return this.#line
  }

  call(key: string): Readonly<DeskCall> | undefined {
    return this.#calls.get(key)
  }

  /** What comes of it, or why nothing does. */
  handle(signal: PhoneSignal): PhoneEffect[] | DeskRefusal {
    switch (signal.type) {
      case 'dial':
        return this.#dial(signal)
      case 'comes':
        return this.#comes(signal)
      case 'line':
        return this.#setLine(signal.line)
    }
    const call = this.#calls.get(signal.key)
    if (!call) return 'no-such-call'
    switch (signal.type) {
      case 'answer':
        return this.#alone(call, 'answer')
      case 'resume':
        return this.#alone(call, 'resume', signal.cause)
      case 'hold':
        return this.#together(call, 'hold')
      case 'decline':
        return this.#move(call, 'decline')
      case 'hang-up':
        return this.#hangUp(call, 'hang-up', 'local')
      case 'leave':
        return this.#leave(call)
      case 'digits':
        if (call.state !== 'connected') return 'wrong-state'
        return [
          { type: 'press', key: call.key, digits: signal.digits },
          event({ type: 'digits', call: copy(call), by: 'local', digits: signal.digits }),
        ]
      case 'deflect':
      case 'send-on':
        return this.#sendOn(call, signal)
      case 'transfer':
      case 'conference':
        return this.#join(call, signal)
      case 'far-rings':
        return this.#move(call, signal.type, { by: 'remote' })
      case 'far-answers': {
        // Somebody else may have been answered meanwhile.
        const before = callTable[call.state]['far-answers'] ? this.#holdOthers(call) : []
        const effects = this.#move(call, signal.type, { by: 'remote' })
        return typeof effects === 'string' ? effects : [...before, ...effects]
      }
      case 'far-hangs-up':
        return this.#hangUp(call, 'far-hangs-up', 'remote')
      case 'far-refuses':
        return this.#move(call, 'far-refuses', { by: 'remote', status: signal.status })
      case 'far-holds':
      case 'far-resumes': {
        const isHeld = signal.type === 'far-holds'
        if (call.heldByRemote === isHeld || (call.state !== 'connected' && call.state !== 'hold')) return []
        call.heldByRemote = isHeld
        return [event({ type: isHeld ? 'held' : 'retrieved', call: copy(call), by: 'remote' })]
      }
      case 'far-presses':
        return [event({ type: 'digits', call: copy(call), by: 'remote', digits: signal.digits })]
      case 'joined':
        return this.#joined(call, signal)
    }
  }

  #dial({ key, id, to, cause, from }: Of<'dial'>): PhoneEffect[] | DeskRefusal {
    if (this.#calls.size >= mostCalls) return 'too-many-calls'
    if (from !== undefined && this.#calls.get(from)?.state !== 'connected') return 'wrong-state'
    const before = this.#holdOthers(undefined, cause)
    const call: DeskCall = {
      key,
      id,
      direction: 'out',
      remote: to,
      called: to,
      state: 'initiated',
      heldByRemote: false,
      isConference: false,
    }
    this.#calls.set(key, call)
    const initiated = event({ type: 'initiated', call: copy(call), by: 'local', ...(cause ? { cause } : {}) })
    return [...before, initiated, ...(this.#move(call, 'dialled', { to, cause }) as PhoneEffect[])]
  }

  #comes({ key, id, from, name, called }: Of<'comes'>): PhoneEffect[] {
    if (this.#line.doNotDisturb || this.#calls.size >= mostCalls) return [{ type: 'act', act: 'busy', key }]
    const call: DeskCall = {
      key,
      id,
      direction: 'in',
      remote: from,
      ...(name === undefined ? {} : { name }),
      called,
      state: 'alerting',
      heldByRemote: false,
      isConference: false,
    }
    this.#calls.set(key, call)
    return [{ type: 'act', act: 'ring', key }, event({ type: 'delivered', call: copy(call), by: 'remote' })]
  }

  #setLine(changes: Partial<DeskLine>): PhoneEffect[] {
    const line = { ...this.#line, ...changes }
    const changed = (Object.keys(line) as (keyof DeskLine)[]).filter((name) => line[name] !== this.#line[name])
    this.#line = line
    return changed.length > 0 ? [event({ type: 'line', line, changed })] : []
  }

  /** One step by the table; `wrong-state` where there is none. */
  #move(
    call: DeskCall,
    signal: CallSignal,
    how: { by?: 'local' | 'remote'; status?: number; to?: string; cause?: DeskCause | undefined } = {},
  ): PhoneEffect[] | DeskRefusal {
    const step = callTable[call.state][signal]
    if (!step) return 'wrong-state'
    const [state, act, ...words] = step
    const { by = 'local', status, to, cause } = how
    const was = call.state
    if (state === 'null') this.#calls.delete(call.key)
    const told = (word: CallWord): PhoneEffect => {
      call.state = word === 'failed' ? was : state
      return event({
        type: word,
        call: copy(call),
        by,
        ...(status === undefined ? {} : { status }),
        ...(cause ? { cause } : {}),
      })
    }
    const acts: PhoneEffect[] = act ? [{ type: 'act', act, key: call.key, ...(to === undefined ? {} : { to }) }] : []
    const effects = [...acts, ...words.map(told)]
    call.state = state
    return effects
  }

  /** The same step of all calls of its conference; it is told of once. */
  #together(call: DeskCall, signal: 'hold' | 'resume' | 'answer', cause?: DeskCause): PhoneEffect[] | DeskRefusal {
    const effects = this.#move(call, signal, { cause })
    if (typeof effects === 'string') return effects
    const more = this.#companions(call).flatMap((each) => {
      const step = this.#move(each, signal)
      return typeof step === 'string' ? [] : step.filter(({ type }) => type === 'act')
    })
    return [...effects, ...more]
  }

  /** One talks with one at a time: all others are held first. */
  #alone(call: DeskCall, signal: 'answer' | 'resume', cause?: DeskCause): PhoneEffect[] | DeskRefusal {
    if (!callTable[call.state][signal]) return 'wrong-state'
    const before = this.#holdOthers(call, cause)
    return [...before, ...(this.#together(call, signal, cause) as PhoneEffect[])]
  }

  #holdOthers(call: DeskCall | undefined, cause?: DeskCause): PhoneEffect[] {
    const effects: PhoneEffect[] = []
    for (const each of this.#calls.values()) {
      if (each.state !== 'connected' || each === call || (call?.isConference && each.id === call.id)) continue
      effects.push(...(this.#together(each, 'hold', cause) as PhoneEffect[]))
    }
    return effects
  }

  #companions(call: DeskCall): DeskCall[] {
    if (!call.isConference) return []
    return [...this.#calls.values()].filter((each) => each !== call && each.isConference && each.id === call.id)
  }

  #hangUp(call: DeskCall, signal: 'hang-up' | 'far-hangs-up', by: 'local' | 'remote'): PhoneEffect[] | DeskRefusal {
    const companions = this.#companions(call)
    const effects = this.#move(call, signal, { by })
    // Who is left with one other is in no conference any more.
    for (const each of companions.length === 1 ? companions : []) each.isConference = false
    return effects
  }

  #leave(call: DeskCall): PhoneEffect[] | DeskRefusal {
    const [other] = this.#companions(call)
    if (!other) return this.#hangUp(call, 'hang-up', 'local')
    for (const each of [call, other]) this.#move(each, 'hand-over')
    return [
      { type: 'bridge', key: call.key, other: other.key, stays: false },
      // The phone is not in it any more: what is over is the call, and not one’s being in it.
      event({ type: 'cleared', call: { ...copy(call), state: 'null', isConference: false }, by: 'local' }),
    ]
  }

  #sendOn(call: DeskCall, { type, to, id }: Of<'deflect' | 'send-on'>): PhoneEffect[] | DeskRefusal {
    const fits = type === 'deflect' ? call.state === 'alerting' : call.state === 'connected' || call.state === 'hold'
    if (!fits || call.isConference) return 'wrong-state'
    const old = call.id
    const step = this.#move(call, 'hand-over')
    if (typeof step === 'string') return step
    const send: PhoneEffect = { type: 'send-on', key: call.key, to, id }
    if (type === 'deflect') return [send, event({ type: 'diverted', call: copy(call), to })]
    const parties = [
      { number: call.remote, was: old },
      { number: to, was: undefined },
    ]
    const join: Join = { id, by: this.number, old, secondOld: undefined, parties, to }
    return [send, ...this.#tellAll('transferred', call, join)]
  }

  #join(call: DeskCall, { type, other: key, id }: Of<'transfer' | 'conference'>): PhoneEffect[] | DeskRefusal {
    const other = this.#calls.get(key)
    if (!other) return 'no-such-call'
    if (other === call) return 'same-call'
    const stays = type === 'conference'
    const talks = ({ state }: DeskCall): boolean => state === 'connected' || state === 'hold'
    const fits = talks(call) && (talks(other) || (!stays && other.state === 'delivered'))
    if (!fits || call.isConference || other.isConference) return 'wrong-state'
    const join: Join = {
      id,
      by: this.number,
      old: call.id,
      secondOld: other.id,
      parties: [call, other].map(({ remote, id: was }) => ({ number: remote, was })),
      to: other.remote,
    }
    const effects: PhoneEffect[] = []
    for (const each of [call, other]) {
      if (!stays) this.#move(each, 'hand-over')
      else if (each.state === 'hold') {
        effects.push({ type: 'act', act: 'offer-resume', key: each.key })
        each.state = 'connected'
      }
    }
    effects.push({ type: 'bridge', key: call.key, other: other.key, stays })
    if (stays) for (const each of [call, other]) Object.assign(each, { id, isConference: true })
    return [...effects, ...this.#tellAll(stays ? 'conferenced' : 'transferred', call, join)]
  }

  /** This phone’s own event, and word to those at the other ends. */
  #tellAll(how: 'transferred' | 'conferenced', call: DeskCall, join: Join): PhoneEffect[] {
    const far = join.parties.flatMap(({ number, was }): PhoneEffect[] =>
      was === undefined ? [] : [{ type: 'tell-far', id: was, number, how, join }],
    )
    return [event({ type: how, call: copy(call), join }), ...far]
  }

  #joined(call: DeskCall, { how, join }: Of<'joined'>): PhoneEffect[] {
    call.id = join.id
    const others = join.parties.filter(({ number }) => number !== this.number)
    if (how === 'transferred') call.remote = others[0]?.number ?? call.remote
    return [event({ type: how, call: copy(call), join })]
  }
}

function event(of: Extract<PhoneEffect, { type: 'event' }>['event']): PhoneEffect {
  return { type: 'event', event: of }
}

function copy(call: DeskCall): DeskCall {
  return { ...call }
}

const mostCalls = 4
