// The service: what the phone tells goes to the calls, and through them to the applications. What applications ask is in acts.ts.
import { type CallEnd, errorValue, type HistoryEntry, ParleyError, type Settings } from '@openparley/contract'
import type { Broadcast } from '../../runtime/broadcast.ts'
import type { ChangeOf, StateOf } from '@openparley/contract'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { acts } from './acts.ts'
import { type Arrival, arrival, type ArrivalSettings, forwardsHere } from './arriving.ts'
import { book as newBook, type Calls, historyOf } from './book.ts'
import { type CodeSettings, codes } from './codes.ts'
import type { Limits } from './dialable.ts'
import { type ForwardingSettings, type ServerForwarding, serverForwarding } from './forwarding.ts'
import { dialling as newDialling } from './dialling.ts'
import type { CallNeeds, PhoneCommand, PhoneEvent } from './port.ts'
import { moving as newMoving } from './moving.ts'
import { reminders } from './reminders.ts'
import { waiting } from './waiting.ts'

export interface CallsService extends ServiceBody<Calls> {
  readonly state: Broadcast<StateOf<Calls>, ChangeOf<Calls>>
  /** What the phone tells. */
  phoneEvent(phone: string, event: PhoneEvent): void
  /** What a call that is sent on there is sent to; throws `number-invalid` or `number-denied`. */
  target(to: string): string
  /** How many calls are not ended. */
  up(): number
  /** An application has left: its calls go on without a handler. */
  released(application: string): void
  /** Settings have changed, or a phone is ready: the lines to watch may be others. */
  watchLines(phone: string): void
  close(): void
}

export type CallSettings = Limits &
  CodeSettings &
  ArrivalSettings &
  ForwardingSettings &
  Pick<
    Settings,
    | 'calls.anonymous'
    | 'calls.conference.factory'
    | 'calls.followRedirects'
    | 'calls.hold.remindMs'
    | 'calls.hold.sound'
    | 'calls.lamps'
    | 'calls.park.number'
    | 'calls.park.retrieve'
    | 'calls.pickUp.group'
    | 'calls.pickUp.line'
    | 'calls.record.tone'
  >

/** `settings` of a phone are those of its line; of none, the person's own. */
export function calls(
  world: World,
  epoch: string,
  needs: CallNeeds,
  settings: (phone?: string) => CallSettings,
): CallsService {
  const moving = newMoving(world)
  const book = newBook(world, epoch, {
    personAt: needs.personAt,
    known: needs.known,
    can: needs.can,
    changed: (before, now, input) => {
      reminding.look(now)
      if (now.transfer?.is === 'failed')
        moving.stays(now.id, new ParleyError('transfer-refused', undefined, now.transfer.cause))
      if (now.conference !== before.conference && before.conference !== undefined) leftAlone(before.conference)
      const joined = before.state === 'connected' ? undefined : book.get(now.joins ?? '')
      if (now.state === 'connected' && joined?.state === 'connected')
        handling.together.bringTogether([joined.id, now.id])
      handling.together.look(before, now)
      if (now.state !== 'alerting') stopWaiting(now.id)
      if (now.state === 'ended') needs.record({ ...historyOf(now), ...given.take(now.id) })
      else given.look(now.id, input)
    },
  })
  /** Each line is told for itself. */
  const forwardings = new Map<string, ServerForwarding>()
  const forwardingOf = (phone: string): ServerForwarding => {
    const known = forwardings.get(phone)
    if (known) return known
    const made = serverForwarding(world, settings, {
      perform: (command) => needs.perform(phone, command),
      told: (said) => {
        if (said.when === 'always' && said.error === undefined) needs.forwarded(phone, said.to)
        book.state.publish({ type: 'forwarding', forwarding: { ...said, phone } })
      },
    })
    forwardings.set(phone, made)
    return made
  }
  const reminding = reminders(
    world,
    () => settings()['calls.hold.remindMs'],
    (call) => book.state.publish({ type: 'holdReminder', call }),
  )
  const pending = waiting(world)
  const given = codes(world, {
    settings,
    hide: needs.hide,
    press: (id, digits) => {
      const call = book.get(id)
      if (call?.capabilities.includes('sendDigits'))
        needs.perform(call.phone, { type: 'send-digits', call: id, digits: digits.toUpperCase(), durationMs: keyMs })
    },
  })
  const dialling = newDialling(world, { book, codes: given, needs, settings })
  const handling = acts(world, { book, pending, moving, codes: given, dialling, needs, settings })
  /** Calls that end for a more important one: their own side is told, too. */
  const makesRoom = new Set<string>()
  /** Calls that are sent on when nobody answers in time. */
  const unanswered = new Map<string, () => void>()
  const stopWaiting = (id: string): void => {
    unanswered.get(id)?.()
    unanswered.delete(id)
  }
  /** Who is in a conference with nobody is in none. */
  const leftAlone = (conference: string): void => {
    const [last, ...others] = book.up().filter((call) => call.conference === conference)
    if (!last || others.length > 0) return
    needs.perform(last.phone, { type: 'join', call: last.id, conference: undefined })
    book.tell(last.id, { type: 'joined', conference: undefined })
  }

  const incoming = (phone: string, event: Extract<PhoneEvent, { type: 'incoming' }>): void => {
    const { call, from, peerId, details, joins, video } = event
    const perform = (command: PhoneCommand): void => needs.perform(phone, command)
    const move = moving.take(phone, from, call)
    // What a phone on the desk does with a call is its own affair.
    const becomes: Arrival =
      move || needs.phone(phone).kind === 'desk'
        ? { is: 'ring', answers: false }
        : arrival(event, { phone, up: book.up() }, settings(phone))
    if (becomes.is === 'unanswerable') {
      // It is not of the history: nobody could have missed it.
      book.state.publish({ type: 'unanswerable', from, error: errorValue(becomes.code) })
      return perform({ type: 'decline', call, reason: 'incompatible' })
    }
    if (becomes.is !== 'ring') {
      needs.record(unheard(event, becomes, world.wall()))
      if (becomes.is === 'sent-on') return perform({ type: 'deflect', call, to: becomes.to })
      return perform({ type: 'decline', call, ...becomes.how })
    }
    const { preempted, precedence, answers } = becomes
    if (preempted) {
      const ringing = preempted.capabilities.includes('decline')
      makesRoom.add(preempted.id)
      if (ringing) needs.perform(preempted.phone, { type: 'decline', call: preempted.id, reason: 'preempted' })
      else needs.perform(preempted.phone, { type: 'end', call: preempted.id, why: 'preempted' })
    }
    book.begin({
      id: call,
      phone,
      direction: 'incoming',
      state: 'alerting',
      remote: from,
      peerId,
      ...details,
      ...(precedence === undefined ? {} : { precedence }),
      ...(video ? { video: { is: 'offered', by: 'remote' } } : {}),
      ...(move ? { movedFrom: move.from } : {}),
      ...(joins !== undefined && book.get(joins)?.state === 'connected' ? { joins } : {}),
    })
    if (move) {
      book.tell(call, { type: 'claimed', application: move.application })
      return perform({ type: 'answer', call, endpoint: move.endpoint })
    }
    if (answers) return perform({ type: 'answer', call, endpoint: { kind: 'none' } })
    if (needs.phone(phone).kind === 'desk') return
    const { 'calls.forward.noAnswerMs': afterMs } = settings(phone)
    const { 'calls.forward.noAnswer': to } = forwardsHere(settings(phone))
    if (to === undefined) return
    unanswered.set(
      call,
      world.clock.at(world.clock.now() + afterMs, () => perform({ type: 'deflect', call, to })),
    )
  }
  /** The server asks for what an application could; without sound, which whoever takes the call attaches. */
  const asked = (phone: string, event: Extract<PhoneEvent, { type: 'asked-to' | 'asked-to-dial' }>): void => {
    if (event.type === 'asked-to') {
      const call = book
        .up()
        .find(
          (each) =>
            each.phone === phone &&
            each.capabilities.includes(event.act) &&
            (event.call === undefined || event.call === each.id),
        )
      if (!call) return
      if (event.act === 'answer') needs.perform(phone, { type: 'answer', call: call.id, endpoint: { kind: 'none' } })
      else needs.perform(phone, { type: 'resume', call: call.id })
      return
    }
    try {
      dialling.dial(dialling.dialable(event.to, phone), { phone, endpoint: { kind: 'none' } })
    } catch (error) {
      // What the person may not dial the server may not dial for them; it sees no call come.
      if (!(error instanceof ParleyError)) throw error
    }
  }

  return {
    state: book.state,
    handlers: handling.handlers,
    target: (to) => dialling.target(to).asDialled,
    up: () => book.up().length,
    phoneEvent: (phone, event) => {
      if (forwardingOf(phone).take(event)) return undefined
      switch (event.type) {
        case 'state':
          return forwardingOf(phone).ready(event.state.is === 'ready')
        case 'reset':
        case 'line':
          return
        case 'asked-to':
        case 'asked-to-dial':
          return asked(phone, event)
        case 'asked-to-transfer':
        case 'redirected': {
          const allowed = settings()[event.type === 'redirected' ? 'calls.followRedirects' : 'calls.followTransfers']
          return needs.perform(phone, {
            type: 'follow',
            call: event.call,
            follow: allowed && dialling.mayFollow(event.to),
          })
        }
        case 'incoming':
          return incoming(phone, event)
        case 'outgoing': {
          const { call: id, to, peerId, details } = event
          return void book.begin({
            id,
            phone,
            direction: 'outgoing',
            state: 'dialling',
            remote: to,
            peerId,
            ...details,
          })
        }
        case 'joined':
          return handling.together.told(event.call, event.with)
        case 'lamp':
          return book.lamp(event.lamp)
        case 'call-back-ready':
          return book.state.publish({ type: 'callBackReady', number: event.number, call: event.call })
        case 'digit':
          return book.state.publish({
            type: 'digit',
            call: event.call,
            digit: event.digit,
            durationMs: event.durationMs,
          })
        case 'played':
          return book.state.publish({ type: 'played', call: event.call })
        case 'recorded':
          pending.settle(event)
          return book.state.publish({
            type: 'recorded',
            call: event.call,
            file: event.path.split(/[\\/]/).at(-1) ?? '',
          })
        case 'refused':
        case 'brought':
        case 'dropped':
        case 'call-back-taken':
        case 'video-agreed':
          return pending.settle(event)
        case 'ended': {
          const preempted = makesRoom.delete(event.call) ? { error: errorValue('call-preempted') } : {}
          book.tell(event.call, { ...event, end: { ...event.end, ...preempted } })
          return pending.settle(event)
        }
        default:
          book.tell(event.call, event)
          pending.settle(event)
      }
    },
    released: (application) => {
      for (const { id } of book.up()) book.tell(id, { type: 'released', application })
    },
    watchLines: (phone) => {
      const numbers = settings()['calls.lamps']
      book.keepLamps(numbers)
      needs.watchLines(phone, numbers)
      for (const each of forwardings.values()) each.look()
    },
    close: () => {
      for (const id of [...unanswered.keys()]) stopWaiting(id)
      reminding.close()
      moving.close()
      given.close()
      book.close()
    },
  }

  /** A call that no application was shown: refused or sent on as it came. */
  function unheard(
    { call, from }: Extract<PhoneEvent, { type: 'incoming' }>,
    becomes: Extract<Arrival, { is: 'sent-on' | 'refused' }>,
    at: string,
  ): HistoryEntry {
    const end: CallEnd =
      becomes.is === 'sent-on'
        ? { by: 'local', transferredTo: { number: becomes.to } }
        : {
            by: 'local',
            error: errorValue(becomes.how.reason === 'precedence-unknown' ? 'precedence-refused' : 'call-busy'),
          }
    const person = needs.personAt(from)
    return {
      call,
      direction: 'incoming',
      remote: from,
      ...(person === undefined ? {} : { person }),
      startedAt: at,
      endedAt: at,
      end,
      missed: becomes.is === 'refused',
    }
  }
}

/** How long a key of a code is held. */
const keyMs = 100
