// The service: what applications ask goes to the phone, what the phone tells goes to the applications.
import {
  type Call,
  type CallEnd,
  type Capability,
  type ChangeOf,
  type HistoryEntry,
  ParleyError,
  type Party,
  type StateOf,
  type services,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import { type Millis, newId, type World } from '../../runtime/world.ts'
import { type CodeSettings, codes, type GivenCodes } from './codes.ts'
import { type Limits, readDialable, refusal } from './dialable.ts'
import type { Endpoint } from '../media/port.ts'
import type { CallNeeds, PhoneCommand, PhoneEvent } from './port.ts'
import { type CallInput, capabilitiesOf, decide } from './state.ts'
import { waiting } from './waiting.ts'

type Calls = (typeof services)['calls']

export interface CallsService extends ServiceBody<Calls> {
  readonly state: Broadcast<StateOf<Calls>, ChangeOf<Calls>>
  /** What the phone tells. */
  phoneEvent(phone: string, event: PhoneEvent): void
  /** How many calls are not ended. */
  up(): number
  /** An application has left: its calls go on without a handler. */
  released(application: string): void
  close(): void
}

export function calls(
  world: World,
  epoch: string,
  needs: CallNeeds,
  limits: () => Limits & CodeSettings,
): CallsService {
  const known = new Map<string, Call>()
  const forgetting = new Map<string, () => void>()
  const acts = waiting(world)
  const given = codes(world, {
    settings: limits,
    hide: needs.hide,
    press: (id, digits) => {
      const call = known.get(id)
      if (call?.capabilities.includes('sendDigits'))
        perform(call, { type: 'send-digits', call: id, digits: digits.toUpperCase(), durationMs: keyMs })
    },
  })
  let dialled: Millis[] = []
  const state = broadcast<StateOf<Calls>, ChangeOf<Calls>>(epoch, () => ({ calls: [...known.values()] }))

  const up = (): number => [...known.values()].filter((call) => call.state !== 'ended').length
  const show = (call: Call): void => {
    known.set(call.id, call)
    state.publish({ type: 'call', call })
  }
  const tell = (id: string, input: CallInput): void => {
    const call = known.get(id)
    if (!call) return
    const next = decide(call, input, world.wall())
    if (next === call) return
    show(next)
    if (next.state === 'ended') over(next)
    else given.look(id, input)
  }
  const over = (call: Call): void => {
    needs.record({ ...historyOf(call), ...given.take(call.id) })
    const cancel = world.clock.at(world.clock.now() + shownAfterEndMs, () => {
      forgetting.delete(call.id)
      known.delete(call.id)
      state.publish({ type: 'removed', call: call.id })
    })
    forgetting.set(call.id, cancel)
  }
  const begin = (call: Omit<Call, 'capabilities' | 'startedAt' | keyof typeof fresh>): Call => {
    const whole: Call = {
      ...call,
      ...fresh,
      capabilities: [],
      startedAt: world.wall(),
    }
    whole.capabilities = capabilitiesOf(whole)
    show(whole)
    return whole
  }
  /** The call, if this application may do this to it now. */
  const allowed = (id: string, capability: Capability, caller: Caller): Call => {
    const call = known.get(id)
    if (!call) throw new ParleyError('call-unknown', id)
    if (call.handler !== undefined && call.handler !== caller.application) throw new ParleyError('call-claimed')
    const taking = capability === 'claim' && call.handler === caller.application
    if (!call.capabilities.includes(capability) && !taking) {
      throw new ParleyError('call-wrong-state', `${capability} is not possible: the call is ${call.state}`)
    }
    if (call.direction === 'incoming' && call.handler === undefined && caller.role !== 'approve') {
      throw new ParleyError('scope-missing', 'the application attached to observe, not to approve')
    }
    return call
  }
  const perform = (call: Call, command: PhoneCommand): void => needs.perform(call.phone, command)
  /** What may be dialled, as it is and as the dial rules make it; throws where it may not. */
  const dialable = (to: string): Dialling => {
    const number = readDialable(to)
    if (number === undefined) throw new ParleyError('number-invalid')
    const now = world.clock.now()
    // Rules are about numbers; names and addresses stay as they are. What either form is denied for, the call is.
    const asDialled = /^[+\d*#]/.test(number) ? needs.toDial(number) : number
    const why = refusal([number, asDialled], limits(), up(), dialled, now)
    if (why) throw new ParleyError(why)
    return { number, asDialled }
  }
  const dial = (
    { number, asDialled }: Dialling,
    phone: string,
    endpoint: Endpoint,
    handler?: string,
    code: GivenCodes = {},
  ): string => {
    const now = world.clock.now()
    dialled = [...dialled.filter((at) => now - at < 60_000), now]
    const call = begin({
      id: newId(world, 'call'),
      phone,
      direction: 'outgoing',
      state: 'dialling',
      ...(handler === undefined ? {} : { handler }),
      remote: { number },
      ...(asDialled === number ? {} : { dialled: asDialled }),
    })
    given.keep(call.id, code)
    perform(call, { type: 'dial', call: call.id, to: given.dialled(asDialled, code), endpoint })
    return call.id
  }
  /** Whom the other side names is dialled under the same denials as whom the person does. */
  const mayFollow = ({ number }: Party): boolean =>
    limits()['calls.followTransfers'] && refusal([number], limits(), 0, [], world.clock.now()) === undefined
  /** The server asks for what an application could; without sound, which whoever takes the call attaches. */
  const asked = (phone: string, event: Extract<PhoneEvent, { type: 'asked-to' | 'asked-to-dial' }>): void => {
    if (event.type === 'asked-to') {
      const can = ({ id, capabilities }: Call): boolean =>
        capabilities.includes(event.act) && (event.call === undefined || event.call === id)
      const call = [...known.values()].find((each) => each.phone === phone && can(each))
      if (!call) return
      if (event.act === 'answer') perform(call, { type: 'answer', call: call.id, endpoint: { kind: 'none' } })
      else perform(call, { type: 'resume', call: call.id })
      return
    }
    try {
      dial(dialable(event.to), phone, { kind: 'none' })
    } catch (error) {
      // What the person may not dial the server may not dial for them; it sees no call come.
      if (!(error instanceof ParleyError)) throw error
    }
  }

  return {
    state,
    up,
    phoneEvent: (phone, event) => {
      switch (event.type) {
        case 'state':
        case 'reset':
        case 'line':
          return
        case 'asked-to':
        case 'asked-to-dial':
          return asked(phone, event)
        case 'asked-to-transfer':
          return needs.perform(phone, { type: 'follow', call: event.call, follow: mayFollow(event.to) })
        case 'incoming':
          begin({
            id: event.call,
            phone,
            direction: 'incoming',
            state: 'alerting',
            remote: event.from,
            peerId: event.peerId,
            ...event.details,
          })
          if (up() > limits()['calls.max']) needs.perform(phone, { type: 'decline', call: event.call, reason: 'busy' })
          return
        case 'digit':
          state.publish({ type: 'digit', call: event.call, digit: event.digit, durationMs: event.durationMs })
          return
        case 'played':
          state.publish({ type: 'played', call: event.call })
          return
        case 'refused':
          acts.settle(event)
          return
        default:
          tell(event.call, event)
          acts.settle(event)
      }
    },
    released: (application) => {
      for (const call of known.values()) tell(call.id, { type: 'released', application })
    },
    close: () => {
      for (const cancel of forgetting.values()) cancel()
      forgetting.clear()
      given.close()
      state.close()
    },
    handlers: {
      dial: async ({ to, phone, endpoint, codes: code }, caller) => {
        const number = dialable(to)
        given.check(code ?? {})
        const chosen = needs.choosePhone(phone)
        const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
        caller.signal.throwIfAborted()
        return { call: dial(number, chosen, sound, caller.application, code) }
      },
      claim: ({ call }, caller) => {
        allowed(call, 'claim', caller)
        tell(call, { type: 'claimed', application: caller.application })
        return {}
      },
      answer: async ({ call: id, endpoint }, caller) => {
        allowed(id, 'answer', caller)
        // Claimed before anything is waited for: of two that answer at once, one gets it.
        tell(id, { type: 'claimed', application: caller.application })
        const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
        const call = allowed(id, 'answer', caller)
        const done = acts.until(id, 'answer')
        perform(call, { type: 'answer', call: id, endpoint: sound })
        await done
        return {}
      },
      decline: ({ call: id, reason }, caller) => {
        const call = allowed(id, 'decline', caller)
        tell(id, { type: 'claimed', application: caller.application })
        perform(call, { type: 'decline', call: id, reason })
        return {}
      },
      end: ({ call: id }, caller) => {
        if (known.get(id)?.state === 'ended') return {}
        const ringing = known.get(id)?.capabilities.includes('decline')
        const call = allowed(id, ringing ? 'decline' : 'end', caller)
        perform(call, ringing ? { type: 'decline', call: id, reason: 'declined' } : { type: 'end', call: id })
        return {}
      },
      hold: async ({ call: id }, caller) => {
        const call = allowed(id, 'hold', caller)
        const done = acts.until(id, 'hold')
        perform(call, { type: 'hold', call: id })
        await done
        return {}
      },
      resume: async ({ call: id }, caller) => {
        const call = allowed(id, 'resume', caller)
        const done = acts.until(id, 'resume')
        perform(call, { type: 'resume', call: id })
        await done
        return {}
      },
      transfer: async ({ call: id, to, with: other }, caller) => {
        const call = allowed(id, 'transfer', caller)
        const target = other === undefined ? undefined : allowed(other, 'transfer', caller)
        if (target && (target.phone !== call.phone || target.id === id))
          throw new ParleyError('call-wrong-state', 'the other call is not another one on the same phone')
        const party = target ? target.remote : { number: dialable(to ?? '').asDialled }
        const done = acts.until(id, 'transfer')
        perform(call, { type: 'transfer', call: id, to: party, ...(target ? { with: target.id } : {}) })
        await done
        return {}
      },
      mute: ({ call: id }, caller) => {
        perform(allowed(id, 'mute', caller), { type: 'mute', call: id, muted: true })
        tell(id, { type: 'muted', muted: true })
        return {}
      },
      unmute: ({ call: id }, caller) => {
        perform(allowed(id, 'unmute', caller), { type: 'mute', call: id, muted: false })
        tell(id, { type: 'muted', muted: false })
        return {}
      },
      sendDigits: ({ call: id, digits, durationMs }, caller) => {
        const call = allowed(id, 'sendDigits', caller)
        if (!/^[\d*#A-D,]+$/i.test(digits)) throw new ParleyError('digits-invalid')
        perform(call, { type: 'send-digits', call: id, digits: digits.toUpperCase(), durationMs })
        return {}
      },
      giveCodes: ({ call: id, codes: code }, caller) => {
        given.give(allowed(id, 'sendDigits', caller).id, code)
        return {}
      },
      attach: async ({ call: id, endpoint }, caller) => {
        allowed(id, 'attach', caller)
        const sound = await needs.resolveEndpoint(endpoint, caller)
        perform(allowed(id, 'attach', caller), { type: 'attach', call: id, endpoint: sound })
        return {}
      },
      statistics: async ({ call: id }) => {
        const call = known.get(id)
        if (!call) throw new ParleyError('call-unknown', id)
        const figures = call.statistics ?? (await needs.statistics(call.phone, id))
        if (!figures) throw new ParleyError('call-wrong-state', 'the call has no sound')
        return figures
      },
    },
  }
}

function historyOf(call: Call): HistoryEntry {
  const endedAt = call.endedAt as string
  return {
    call: call.id,
    direction: call.direction,
    remote: call.remote,
    startedAt: call.startedAt,
    endedAt,
    end: call.end as CallEnd,
    ...(call.answeredAt === undefined
      ? {}
      : { answeredAt: call.answeredAt, talkedMs: Math.max(0, Date.parse(endedAt) - Date.parse(call.answeredAt)) }),
  }
}

interface Dialling {
  readonly number: string
  readonly asDialled: string
}

const fresh = { earlyMedia: false, digitsWanted: false, preserved: false, held: 'no', muted: false } as const

/** How long a key of a code is held. */
const keyMs = 100

/** So long an ended call is among the state, for applications that come late. */
const shownAfterEndMs = 60_000
