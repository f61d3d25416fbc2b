// What applications ask of calls: each is allowed or refused here, and goes to the phone.
import {
  type Call,
  type Capability,
  type Endpoint as ContractEndpoint,
  type Handlers,
  ParleyError,
} from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import type { Endpoint, HoldSound } from '../media/port.ts'
import type { Book, Calls } from './book.ts'
import type { CallSettings } from './calls.ts'
import type { Codes } from './codes.ts'
import { type Conferring, conferring } from './conferring.ts'
import type { Dialling } from './dialling.ts'
import { type Moving, refusalOfMove } from './moving.ts'
import type { CallNeeds, PhoneCommand, VideoAct } from './port.ts'
import { dialPrecedence } from './precedence.ts'
import type { Waiting } from './waiting.ts'

export interface ActParts {
  readonly book: Book
  readonly pending: Waiting
  readonly moving: Moving
  readonly codes: Codes
  readonly dialling: Dialling
  readonly needs: CallNeeds
  readonly settings: () => CallSettings
}

export interface Acts {
  readonly handlers: Handlers<Calls, Caller>
  readonly together: Pick<Conferring, 'bringTogether' | 'told' | 'look'>
}

export function acts(world: World, { book, pending, moving, codes, dialling, needs, settings }: ActParts): Acts {
  const perform = (call: Call, command: PhoneCommand): void => needs.perform(call.phone, command)
  /** Hands a command to the phone, and waits for what the phone says of it. */
  const done = async (call: Call, act: Parameters<Waiting['until']>[1], command: PhoneCommand): Promise<void> => {
    const over = pending.until(call.id, act)
    perform(call, command)
    await over
  }
  const resume = (call: Call): Promise<void> => done(call, 'resume', { type: 'resume', call: call.id })
  const holdSound = (): HoldSound => {
    const sound = settings()['calls.hold.sound']
    return sound === 'tone' || sound === 'silence' ? { kind: sound } : { kind: 'file', play: sound }
  }
  const needed = (name: 'calls.park.number' | 'calls.pickUp.group'): string => {
    const value = settings()[name]
    if (value === undefined) throw new ParleyError('setting-missing', name)
    return value
  }
  /** Dials what an act other than `dial` means. */
  const take = async (
    to: string,
    endpoint: ContractEndpoint | undefined,
    caller: Caller,
    how: { readonly pickUp?: true } = {},
  ): Promise<{ call: string }> => {
    const phone = needs.choosePhone(undefined)
    const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
    caller.signal.throwIfAborted()
    const number = dialling.dialable(to, phone)
    return { call: dialling.dial(number, { phone, endpoint: sound, handler: caller.application, ...how }) }
  }
  /** What shows no video, and a phone that has none, make no call with it. */
  const showing = (endpoint: Endpoint, phone: string): void => {
    const shows = endpoint.kind === 'browser' && endpoint.video === true
    if (!shows || !needs.can(phone, 'addVideo')) throw new ParleyError('video-no-page')
  }
  const videoAct =
    (capability: Extract<Capability, `${string}Video`>, act: VideoAct): Handlers<Calls, Caller>['addVideo'] =>
    async ({ call: id }, caller) => {
      const call = book.allowed(id, capability, caller)
      await done(call, 'video', { type: 'video', call: id, act })
      return {}
    }
  const together = conferring(world, { book, pending, dialling, needs, settings, done, resume })

  return {
    together,
    handlers: {
      dial: async ({ to, phone, endpoint, codes: given, precedence, anonymous, video }, caller) => {
        // What may not be dialled may not be from any phone.
        dialling.target(to)
        const important = dialPrecedence(precedence, settings())
        codes.check(given ?? {})
        const chosen = needs.choosePhone(phone)
        const number = dialling.dialable(to, chosen)
        const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
        if (video) showing(sound, chosen)
        caller.signal.throwIfAborted()
        const call = dialling.dial(number, {
          phone: chosen,
          endpoint: sound,
          handler: caller.application,
          codes: given ?? {},
          precedence: important,
          anonymous: anonymous ?? settings()['calls.anonymous'],
          ...(video ? { video } : {}),
        })
        return { call }
      },
      redial: async ({ endpoint }, caller) => {
        const last = await needs.lastDialled()
        if (last === undefined) throw new ParleyError('number-unknown', 'nothing was dialled yet')
        return take(last, endpoint, caller)
      },
      pickUp: ({ from, endpoint }, caller) => {
        const line = settings()['calls.pickUp.line']
        const to = from === undefined ? needed('calls.pickUp.group') : (line?.replace('{number}', () => from) ?? from)
        const itself = from !== undefined && line === undefined
        return take(to, endpoint, caller, itself ? { pickUp: true } : {})
      },
      claim: ({ call }, caller) => {
        book.allowed(call, 'claim', caller)
        book.tell(call, { type: 'claimed', application: caller.application })
        return {}
      },
      answer: async ({ call: id, endpoint, video }, caller) => {
        const { phone } = book.allowed(id, 'answer', caller)
        // Claimed before anything is waited for: of two that answer at once, one gets it.
        book.tell(id, { type: 'claimed', application: caller.application })
        const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
        if (video) showing(sound, phone)
        await done(book.allowed(id, 'answer', caller), 'answer', {
          type: 'answer',
          call: id,
          endpoint: sound,
          ...(video ? { video } : {}),
        })
        return {}
      },
      decline: ({ call: id, reason }, caller) => {
        const call = book.allowed(id, 'decline', caller)
        book.tell(id, { type: 'claimed', application: caller.application })
        perform(call, { type: 'decline', call: id, reason })
        return {}
      },
      deflect: ({ call: id, to }, caller) => {
        const call = book.allowed(id, 'deflect', caller)
        const { asDialled } = dialling.target(to)
        book.tell(id, { type: 'claimed', application: caller.application })
        perform(call, { type: 'deflect', call: id, to: asDialled })
        return {}
      },
      end: ({ call: id }, caller) => {
        if (book.get(id)?.state === 'ended') return {}
        const ringing = book.get(id)?.capabilities.includes('decline')
        const call = book.allowed(id, ringing ? 'decline' : 'end', caller)
        if (ringing) book.tell(id, { type: 'claimed', application: caller.application })
        perform(call, ringing ? { type: 'decline', call: id, reason: 'declined' } : { type: 'end', call: id })
        return {}
      },
      hold: async ({ call: id }, caller) => {
        const call = book.allowed(id, 'hold', caller)
        await done(call, 'hold', { type: 'hold', call: id, sound: holdSound() })
        return {}
      },
      resume: async ({ call: id }, caller) => {
        await resume(book.allowed(id, 'resume', caller))
        return {}
      },
      transfer: async ({ call: id, to, with: other }, caller) => {
        const call = book.allowed(id, 'transfer', caller)
        const target = other === undefined ? undefined : book.allowed(other, 'transfer', caller)
        if (target && (target.phone !== call.phone || target.id === id))
          throw new ParleyError('call-wrong-state', 'the other call is not another one on the same phone')
        const party = target ? target.remote : { number: dialling.target(to ?? '').asDialled }
        await done(call, 'transfer', {
          type: 'transfer',
          call: id,
          to: party,
          ...(target ? { with: target.id } : {}),
        })
        return {}
      },
      move: async ({ call: id, to, endpoint }, caller) => {
        const call = book.allowed(id, 'move', caller)
        const { number } = needs.phone(to)
        const why = refusalOfMove(call, to, needs.can(to, 'answer'), number)
        if (why !== undefined) throw new ParleyError('call-wrong-state', why)
        needs.choosePhone(to)
        const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
        const { application } = caller
        // They may be there before their phone has said that it goes.
        const come = moving.expect({
          from: id,
          remote: call.remote,
          leaving: needs.phone(call.phone).number,
          phone: to,
          application,
          endpoint: sound,
        })
        const going: PhoneCommand = { type: 'transfer', call: id, to: { number: number as string } }
        done(book.allowed(id, 'move', caller), 'transfer', going).catch((error: unknown) => {
          // It may have ended because they are there.
          if (book.get(id)?.state !== 'ended') moving.stays(id, error as ParleyError)
        })
        return { call: await come }
      },
      park: async ({ call: id, at }, caller) => {
        const call = book.allowed(id, 'transfer', caller)
        const number = at === undefined ? needed('calls.park.number') : dialling.dialable(at, call.phone).asDialled
        await done(call, 'transfer', { type: 'transfer', call: id, to: { number } })
        return {}
      },
      retrieve: ({ at, endpoint }, caller) =>
        take(
          settings()['calls.park.retrieve'].replace('{at}', () => at),
          endpoint,
          caller,
        ),
      conference: together.conference,
      drop: together.drop,
      split: ({ call: id }, caller) => {
        perform(book.allowed(id, 'split', caller), { type: 'join', call: id, conference: undefined })
        book.tell(id, { type: 'joined', conference: undefined })
        return {}
      },
      silence: ({ call: id }, caller) => {
        perform(book.allowed(id, 'silence', caller), { type: 'silence', call: id, silenced: true })
        book.tell(id, { type: 'silenced', silenced: true })
        return {}
      },
      unsilence: ({ call: id }, caller) => {
        perform(book.allowed(id, 'unsilence', caller), { type: 'silence', call: id, silenced: false })
        book.tell(id, { type: 'silenced', silenced: false })
        return {}
      },
      record: async ({ call: id, record, force }, caller) => {
        book.allowed(id, 'record', caller)
        const path = await needs.toRecord(record, force ?? false, caller)
        const call = book.allowed(id, 'record', caller)
        perform(call, { type: 'record', call: id, tape: { record: path, tone: settings()['calls.record.tone'] } })
        book.tell(id, { type: 'recording', recording: true })
        return {}
      },
      stopRecording: async ({ call: id }, caller) => {
        const call = book.allowed(id, 'stopRecording', caller)
        await done(call, 'record', { type: 'record', call: id, tape: undefined })
        book.tell(id, { type: 'recording', recording: false })
        return {}
      },
      addVideo: videoAct('addVideo', 'add'),
      pauseVideo: videoAct('pauseVideo', 'pause'),
      removeVideo: videoAct('removeVideo', 'remove'),
      mute: ({ call: id }, caller) => {
        perform(book.allowed(id, 'mute', caller), { type: 'mute', call: id, muted: true })
        book.tell(id, { type: 'muted', muted: true })
        return {}
      },
      unmute: ({ call: id }, caller) => {
        perform(book.allowed(id, 'unmute', caller), { type: 'mute', call: id, muted: false })
        book.tell(id, { type: 'muted', muted: false })
        return {}
      },
      sendDigits: ({ call: id, digits, durationMs }, caller) => {
        const call = book.allowed(id, 'sendDigits', caller)
        if (!/^[\d*#A-D,]+$/i.test(digits)) throw new ParleyError('digits-invalid')
        perform(call, { type: 'send-digits', call: id, digits: digits.toUpperCase(), durationMs })
        return {}
      },
      giveCodes: ({ call: id, codes: given }, caller) => {
        codes.give(book.allowed(id, 'sendDigits', caller).id, given)
        return {}
      },
      attach: async ({ call: id, endpoint }, caller) => {
        book.allowed(id, 'attach', caller)
        const sound = await needs.resolveEndpoint(endpoint, caller)
        perform(book.allowed(id, 'attach', caller), { type: 'attach', call: id, endpoint: sound })
        return {}
      },
      callBack: async ({ call: id }) => {
        const call = book.get(id)
        if (!call) throw new ParleyError('call-unknown', id)
        if (call.direction !== 'outgoing' || call.state !== 'ended' || call.answeredAt !== undefined)
          throw new ParleyError('call-wrong-state', 'it is for calls of yours that nobody answered')
        const to = call.dialled ?? call.remote.number
        const busy = call.end?.error?.code === 'call-busy'
        await done(call, 'call-back', { type: 'call-back', call: id, to, busy })
        return {}
      },
      statistics: async ({ call: id }) => {
        const call = book.get(id)
        if (!call) throw new ParleyError('call-unknown', id)
        const figures = call.statistics ?? (await needs.statistics(call.phone, id))
        if (!figures) throw new ParleyError('call-wrong-state', 'the call has no sound')
        return figures
      },
    },
  }
}
