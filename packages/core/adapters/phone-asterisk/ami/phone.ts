// The phone on the desk, controlled through the manager interface of Asterisk.
import { type CallEnd, type Capability, errorValue, type Party, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { AmiDevice, type AmiMessage, type AmiTold, fieldOf, isSuccess, ofOurs } from '@openparley/protocols/ami'
import { amiLink, refusalOf } from '../../../links/ami/index.ts'
import type { World } from '../../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent, PhonePort } from '../../../services/calls/port.ts'
import { actionOf, isDialable, isPossible, originate } from './actions.ts'
import { endOf, partyOf } from './ending.ts'
import { lineOf, mailboxAsked } from './line.ts'
import { moments } from './moments.ts'
import { presses } from './presses.ts'
import { together } from './together.ts'

export interface AmiPhoneOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}

/** To answer and to hold is the phone's own affair: a manager has no action for it. */
const always: readonly Capability[] = ['decline', 'end', 'sendDigits', 'transfer', 'deflect', 'move']

export function amiPhone({ world, settings, password, dns, newCall, tell }: AmiPhoneOptions): PhonePort {
  const given = settings()
  const named = given['deskPhone.line'] ?? ''
  const line = named.includes('/') ? named : `PJSIP/${named}`
  const { 'deskPhone.ami.context': context, 'deskPhone.ami.autoAnswer': autoAnswer } = given
  const { 'deskPhone.ami.mailbox': mailbox, 'deskPhone.ami.conference': conference } = given
  const device = new AmiDevice(line)
  const keys = presses(world)
  const soon = moments(world)
  /** The contract’s id of each call by its channel’s, and back. */
  const ids = new Map<string, string>()
  const channels = new Map<string, string>()
  /** Ended before they have a channel: that is hung up as soon as it comes. */
  const unwanted = new Set<string>()

  const bind = (channel: string, call: string): void => {
    ids.set(channel, call)
    channels.set(call, channel)
  }
  const over = (channel: string, call: string, end: CallEnd): void => {
    device.forget(channel)
    ids.delete(channel)
    channels.delete(call)
    unwanted.delete(channel)
    tell({ type: 'ended', call, end })
  }

  const show = (told: AmiTold): void => {
    if (told.type === 'stray') return link.ask({ Action: 'Hangup', Channel: told.channel, Cause: '16' }, () => {})
    const known = ids.get(told.call)
    if (told.type === 'begun') {
      if (known !== undefined) return
      const call = newCall()
      bind(told.call, call)
      const remote = partyOf(told.remote)
      const peerId = told.call
      return told.direction === 'out'
        ? tell({ type: 'outgoing', call, to: remote, peerId })
        : tell({ type: 'incoming', call, from: remote, to: partyOf({ number: ownNumber }), peerId })
    }
    if (known === undefined) return
    const call = known
    switch (told.type) {
      case 'alerting':
        return tell({ type: 'alerting', call })
      case 'connected':
        return tell({ type: 'connected', call, ...(told.remote ? { remote: partyOf(told.remote) } : {}) })
      case 'held':
      case 'resumed':
        return tell({ type: told.type, call, by: told.by })
      case 'updated':
      case 'transferred':
        return tell({ type: told.type, call, remote: partyOf(told.remote) })
      case 'ended':
        return over(told.call, call, endOf(told))
    }
  }
  const ownNumber = given['deskPhone.number'] ?? named.slice(named.indexOf('/') + 1)

  const take = (event: AmiMessage): void => {
    for (const told of device.take(event)) show(told)
    soon.look()
    const waiting = lineOf(event, mailbox)
    if (waiting) tell({ type: 'line', line: waiting })
    if (fieldOf(event, 'Event') === 'OriginateResponse' && fieldOf(event, 'Response') === 'Failure')
      notMade(fieldOf(event, 'ActionID') ?? '')
    for (const channel of unwanted) {
      const own = device.channelOf(channel)
      if (own === undefined || !unwanted.delete(channel)) continue
      link.ask({ Action: 'Hangup', Channel: own, Cause: '16' }, () => {})
    }
  }
  /** There is no channel, and none comes: the phone is not there. */
  const notMade = (channel: string): void => {
    const call = ids.get(channel)
    if (call === undefined || device.channelOf(channel) !== undefined) return
    const gone: CallEnd = { by: 'network', error: errorValue('phone-unavailable', line) }
    over(channel, call, unwanted.has(channel) ? { by: 'local' } : gone)
  }

  const user = given['deskPhone.user'] ?? given['user.name']
  const { 'deskPhone.tls': secure, 'deskPhone.tls.ca': ca, 'deskPhone.tls.verify': verify } = given
  const link = amiLink({
    world,
    dns,
    servers: given['deskPhone.servers'] ?? [],
    tls: secure ? { verify, ...(ca === undefined ? {} : { ca }) } : undefined,
    login: () => {
      const secret = password()
      return user === undefined || secret === undefined ? undefined : { user, password: secret }
    },
    state: (state) => tell({ type: 'state', state }),
    channels: (all) => {
      for (const told of device.snapshot(all)) show(told)
      if (mailbox === undefined) return
      link.ask(mailboxAsked(mailbox), (answer) => {
        const waiting = answer && lineOf(answer.response, mailbox)
        if (waiting) tell({ type: 'line', line: waiting })
      })
    },
    event: take,
  })

  const inConference = together({
    world,
    device,
    context: conference ?? '',
    numbers: context,
    soon,
    channelOf: (call) => channels.get(call),
    ask: link.ask,
    show: (all) => {
      for (const told of all) show(told)
    },
    tell,
  })

  const dial = (call: string, to: string): void => {
    if (!isDialable(to))
      return tell({ type: 'ended', call, end: { by: 'local', error: errorValue('number-invalid', to) } })
    const channel = `${ofOurs}${world.dice.token(128)}`
    bind(channel, call)
    device.expect(channel, { number: to })
    link.ask(originate(line, channel, to, { context, autoAnswer }), (answer) => {
      if (!channels.has(call)) return
      if (answer && isSuccess(answer)) return tell({ type: 'proceeding', call, peerId: channel })
      const { code, cause } = refusalOf(answer)
      over(channel, call, { by: 'network', error: errorValue(code, undefined, cause) })
    })
  }

  const refuse = (command: PhoneCommand & { readonly call: string }, why: ReturnType<typeof refusalOf>): void =>
    tell({ type: 'refused', call: command.call, command: command.type, ...why })

  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const channel = channels.get(command.call)
    if (channel === undefined) return
    if (inConference.takes(command)) return
    const own = device.channelOf(channel)
    if (command.type === 'end' && own === undefined) {
      device.leave(channel)
      return void unwanted.add(channel)
    }
    if (own === undefined) return refuse(command, { code: 'call-wrong-state' })
    if (command.type === 'send-digits') return press(command, own)
    if (!isPossible(command)) return refuse(command, { code: 'number-invalid' })
    soon.try(
      () => carryOut(command, channel),
      () => refuse(command, { code: 'call-wrong-state' }),
    )
  }
  /** Whether that can be now. */
  const carryOut = (command: PhoneCommand & { readonly call: string }, channel: string): boolean => {
    const own = device.channelOf(channel)
    // It is over, and that was told.
    if (own === undefined || channels.get(command.call) !== channel) return true
    const second = command.type === 'transfer' ? channels.get(command.with ?? '') : undefined
    const other = second === undefined ? undefined : device.peerOf(second)
    const action = actionOf(command, { own, peer: device.peerOf(channel), other, context })
    if (!action) return false
    const leaves = leaving(command, channel, second)
    for (const [which, to] of leaves) device.leave(which, to)
    link.ask(action, (answer) => {
      if (answer && isSuccess(answer))
        return done(
          command,
          leaves.map(([which]) => which),
        )
      for (const [which] of leaves) device.stay(which)
      if (channels.has(command.call)) refuse(command, refusalOf(answer))
    })
    return true
  }
  /** The calls that are over for us with it, and who they are sent to. */
  const leaving = (
    command: PhoneCommand,
    channel: string,
    second: string | undefined,
  ): (readonly [string, Party | undefined])[] => {
    if (command.type === 'deflect') return [[channel, { number: command.to }]]
    if (command.type !== 'transfer') return [[channel, undefined]]
    // Where it is sent to nobody asked, the manager itself tells that it went.
    if (second === undefined) return []
    const to = (of: string): Party | undefined => device.remoteOf(of)
    return [
      [channel, to(second)],
      [second, to(channel)],
    ]
  }
  const done = (command: PhoneCommand & { readonly call: string }, left: readonly string[]): void => {
    if (command.type !== 'transfer') return
    tell({ type: 'transferring', call: command.call, transfer: { to: command.to, is: 'asked' } })
    // The two hear each other now; what is left of ours goes.
    for (const channel of left) {
      const own = device.channelOf(channel)
      if (own !== undefined) link.ask({ Action: 'Hangup', Channel: own, Cause: '16' }, () => {})
    }
  }
  const press = (command: Extract<PhoneCommand, { type: 'send-digits' }>, own: string): void => {
    const { digits, durationMs } = command
    keys.press(digits, durationMs, (Digit) => {
      // As if they were pressed at the phone.
      const action = { Action: 'PlayDTMF', Channel: own, Digit, Duration: String(durationMs), Receive: 'true' }
      link.ask(action, (answer) => {
        if (channels.has(command.call) && !(answer && isSuccess(answer))) refuse(command, refusalOf(answer))
      })
    })
  }

  return {
    kind: 'desk',
    can: conference === undefined ? always : [...always, 'conference'],
    perform,
    watchLines: () => {},
    statistics: async () => undefined,
    close: () => {
      keys.stop()
      soon.stop()
      return link.close()
    },
  }
}
