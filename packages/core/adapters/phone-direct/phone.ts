// The phone on the desk, asked over SIP without a server that controls it: it is had to call by REFER, and its dialog events tell the rest.
import { type CallEnd, errorValue, type PhoneState, type Settings } from '@openparley/contract'
import type { LineTold } from '@openparley/protocols/events'
import { type CallingLink, callFailure, type SipPart } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { type Asked, Asking, canOf, type Refusal } from './asking.ts'
import { type DeskCall, isBefore } from './desk-call.ts'
import { isSame, isSameUser, partyOf } from './parties.ts'
import { Taken } from './taken.ts'
import { type Progress, referring } from './referring.ts'
import { Watching } from './watching.ts'

export interface DirectPhoneOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly sip: CallingLink
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}

export function directPhone({ world, settings, sip: link, newCall, tell: show }: DirectPhoneOptions): PhonePort {
  const given = settings()
  const { 'deskPhone.line': line = '' } = given
  const calls = new Map<string, DeskCall>()
  const keys = new Map<string, DeskCall>()
  /** The phone’s side of the calls by which it is asked. */
  const controls = new Set<string>()
  const phone = (): string | undefined => link.targetOf(line)
  const tell = (event: PhoneEvent): void => {
    taken.told(event)
    show(event)
  }
  const part: SipPart = {
    ready: (is) => watching.ready(is),
    leaving: async () => watching.stop(),
    subscription: (name, event) => {
      if (watching.event(name, event)) return
      for (const { made } of calls.values()) if (made?.way.subscription(name, event)) return
    },
    session: (name, event) => {
      if (asking.session(name, event)) return
      for (const { made } of calls.values()) if (made?.way.session(name, event)) return
      // Whose call it was is over; it is let go of.
      if (event.type === 'accepted') link.act({ type: 'end', session: name })
    },
    within: (id, request, name) => {
      for (const { made } of calls.values()) if (made?.way.within(id, request, name)) return
      link.reply(id, request.method === 'NOTIFY' ? 481 : 405)
    },
  }
  const asking = new Asking({ link, part, phone, given })
  const later = (call: DeskCall, ms: number, act: () => void): void => {
    call.late?.()
    call.late = world.clock.at(world.clock.now() + ms, act)
  }
  const add = (call: string, made?: DeskCall['made']): DeskCall => {
    const added: DeskCall = { call, key: undefined, is: 'asked', made, isEnding: false, late: undefined }
    calls.set(call, added)
    return added
  }
  const over = (at: DeskCall, end: CallEnd): void => {
    at.late?.()
    calls.delete(at.call)
    // What its dialog still tells is of no call any more.
    if (at.key !== undefined) keys.delete(at.key)
    tell({ type: 'ended', call: at.call, end })
  }
  const refused = (at: DeskCall, status: number, reason: string): void => {
    const failure = callFailure({ is: 'status', status, reason }, false)
    const by = at.isEnding ? 'local' : 'remote'
    over(at, { by, ...(at.isEnding || !failure ? {} : { error: errorValue(failure.code, undefined, failure.peer) }) })
  }

  // What becomes of a call that we had made.

  const goesOn = (at: DeskCall, is: DeskCall['is'], peerId = at.key): void => {
    if (!isBefore(at.is, is)) return
    if (at.is === 'asked') tell({ type: 'proceeding', call: at.call, peerId: peerId ?? '' })
    at.is = is
    if (is === 'alerting' || is === 'connected') tell({ type: is, call: at.call })
  }
  const progress = (call: string, told: Progress): void => {
    const at = calls.get(call)
    if (!at?.made) return
    if (told.is === 'over' || told.is === 'refused') at.made.isOver = true
    if (told.is === 'taken') return goesOn(at, 'proceeding')
    if (told.is === 'status') {
      if (told.status >= 300) return refused(at, told.status, told.reason)
      goesOn(
        at,
        told.status >= 200 ? 'connected' : told.status >= 180 && told.status !== 181 ? 'alerting' : 'proceeding',
      )
    } else if (told.is === 'refused' && at.key === undefined) {
      const { code, detail, peer } = told.failure
      return over(at, at.isEnding ? { by: 'local' } : { by: 'network', error: errorValue(code, detail, peer) })
    }
    // A call that nobody tells of is not shown as if it went on.
    if (at.key === undefined && (at.made.isOver || at.is === 'connected') && at.late === undefined)
      later(at, adoptMs, () => adopt(at))
  }
  /** A server that is the other side of all of the phone’s calls goes on with the one by which it was asked. */
  const adopt = (at: DeskCall): void => {
    const [key] = at.is === 'connected' ? controls : []
    if (key === undefined) return later(at, untoldMs, () => over(at, { by: 'network', error: errorValue('call-lost') }))
    controls.delete(key)
    at.key = key
    keys.set(key, at)
  }
  const dial = (call: string, to: string): void => {
    const [at, target] = [phone(), link.targetOf(to)]
    if (at === undefined || target === undefined)
      return tell({ type: 'ended', call, end: { by: 'network', error: errorValue('server-closed') } })
    const way = referring(given, { link, part, phone: at, target, dialled: to, tell: (told) => progress(call, told) })
    add(call, { target, way, isOver: false })
  }

  // What the phone does.

  const told = (event: LineTold): void => {
    if (event.type === 'begun') return begun(event)
    if (event.type === 'ended') controls.delete(event.call)
    const at = keys.get(event.call)
    if (!at) return
    const { call } = at
    switch (event.type) {
      case 'alerting':
        return goesOn(at, 'alerting')
      case 'connected':
        if (at.is === 'connected') return
        at.is = 'connected'
        return tell({ type: 'connected', call, ...(event.remote ? { remote: partyOf(event.remote) } : {}) })
      case 'held':
      case 'resumed':
        return tell({ type: event.type, call, by: event.by })
      case 'updated':
        return tell({ type: 'updated', call, remote: partyOf(event.remote) })
      case 'ended':
        return ended(at, event)
    }
  }
  const begun = (event: Extract<LineTold, { type: 'begun' }>): void => {
    const { call: key, direction, remote, callId = key } = event
    const isOurs = [...calls.values()].some(({ made }) => made && !made.isOver) || asking.isTaking
    // The call by which it is asked is nobody’s.
    if (direction === 'in' && isOurs && isSame(remote?.uri, link.own)) return void controls.add(key)
    const asked = direction === 'out' ? [...calls.values()].filter((each) => each.made && each.key === undefined) : []
    const mine =
      asked.find(({ made }) => isSame(made?.target, remote?.uri)) ??
      asked.find(({ made }) => isSameUser(made?.target, remote?.uri)) ??
      (isSame(event.referredBy, link.own) ? asked[0] : undefined)
    const at = mine ?? add(newCall())
    at.key = key
    at.late?.()
    at.late = undefined
    keys.set(key, at)
    const party = partyOf(remote)
    if (mine) {
      goesOn(at, 'proceeding', callId)
      if (at.isEnding) end(at)
    } else if (direction === 'out') {
      at.is = 'proceeding'
      tell({ type: 'outgoing', call: at.call, to: party, peerId: callId })
    } else tell({ type: 'incoming', call: at.call, from: party, to: { number: line }, peerId: callId })
  }
  const ended = (at: DeskCall, { by, status }: Extract<LineTold, { type: 'ended' }>): void => {
    keys.delete(at.key ?? '')
    at.key = undefined
    if (at.isEnding) return over(at, { by: 'local' })
    if (status !== undefined) return refused(at, status, '')
    // Why it came to nothing is about to be told by whom we had make it.
    if (at.made && !at.made.isOver && at.is !== 'connected' && by !== 'local')
      return later(at, reasonMs, () => over(at, { by: by ?? 'remote' }))
    over(at, { by: by ?? 'remote' })
  }
  const end = (at: DeskCall): void => asking.end(watching.dialogOf(at.key ?? ''), askedOf(at, 'end'))
  const askedOf =
    ({ call }: DeskCall, command: PhoneCommand['type']): Asked =>
    (refusal) => {
      if (!calls.has(call)) return
      if (refusal) refuse(call, command, refusal)
      else taken.wait(call, command)
    }
  const refuse = (call: string, command: PhoneCommand['type'], { code, cause }: Refusal): void => {
    const at = calls.get(call)
    if (at && command === 'end') at.isEnding = false
    // Who answers is not told of a call that failed.
    const named = command === 'answer' && code === 'call-failed' ? 'phone-unavailable' : code
    tell({ type: 'refused', call, command, code: named, ...(cause ? { cause } : {}) })
  }
  const taken = new Taken(world, (call, command) => refuse(call, command, { code: 'call-failed' }))

  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const at = calls.get(command.call)
    if (!at) return
    const asked = askedOf(at, command.type)
    const dialog = watching.dialogOf(at.key ?? '')
    switch (command.type) {
      case 'end':
        at.isEnding = true
        if (at.key !== undefined) return end(at)
        if (at.made?.way.stop()) over(at, { by: 'local' })
        return
      case 'answer':
      case 'hold':
      case 'resume':
        return asking.does(command.type, dialog, asked)
      default:
        return asked({ code: 'call-wrong-state' })
    }
  }

  const watching = new Watching({
    world,
    link,
    part,
    phone,
    state: (state: PhoneState) => tell({ type: 'state', state }),
    told,
  })
  link.use(part)
  return {
    kind: 'desk',
    can: canOf(given),
    perform,
    watchLines: () => {},
    statistics: async () => undefined,
    close: async () => {
      link.leave(part)
      watching.stop()
      asking.stop()
      taken.stop()
      for (const { late, made } of calls.values()) {
        late?.()
        made?.way.stop()
      }
      calls.clear()
      keys.clear()
      controls.clear()
    },
  }
}

/** How long the phone’s own dialog events may come after its answer. */
const untoldMs = 5000
/** How long the call by which it was asked may outlast its purpose. */
const adoptMs = 1000
/** How long the reason of a refusal may come after the call’s end. */
const reasonMs = 2000
