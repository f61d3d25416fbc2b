// The phone on the desk, controlled through the manager interface of Asterisk.
import { type Capability, errorValue, type Party } from '@openparley/contract'
import { AmiDevice, type AmiMessage, type AmiTold, fieldOf, isSuccess, ofOurs } from '@openparley/protocols/ami'
import { amiLink, refusalOf } from '../../../links/ami/index.ts'
import type { PhoneCommand, PhonePort } from '../../../services/calls/port.ts'
import { actionOf, isPossible, originate } from './actions.ts'
import { ChannelCalls } from '../channel-calls.ts'
import { type AsteriskPhoneOptions, isDialable, lineIn, serverIn } from '../server.ts'
import { lineOf, mailboxAsked } from './line.ts'
import { moments } from './moments.ts'
import { presses } from './presses.ts'
import { together } from './together.ts'

/** To answer and to hold is the phone's own affair: a manager has no action for it. */
const always: readonly Capability[] = ['decline', 'end', 'sendDigits', 'transfer', 'deflect', 'move']

export function amiPhone({ world, settings, password, dns, newCall, tell }: AsteriskPhoneOptions): PhonePort {
  const given = settings()
  const line = lineIn(given)
  const { 'deskPhone.ami.context': context, 'deskPhone.ami.autoAnswer': autoAnswer } = given
  const { 'deskPhone.ami.mailbox': mailbox, 'deskPhone.ami.conference': conference } = given
  const device = new AmiDevice(line.name)
  const keys = presses(world)
  const soon = moments(world)
  const calls = new ChannelCalls({ line, newCall, tell, forget: (channel) => device.forget(channel) })
  const hangUp = (channel: string): void => link.ask({ Action: 'Hangup', Channel: channel, Cause: '16' }, () => {})
  const show = (told: AmiTold): void => {
    if (told.type === 'stray') hangUp(told.channel)
    else calls.show(told)
  }

  const take = (event: AmiMessage): void => {
    for (const told of device.take(event)) show(told)
    soon.look()
    const waiting = lineOf(event, mailbox)
    if (waiting) tell({ type: 'line', line: waiting })
    if (fieldOf(event, 'Event') === 'OriginateResponse' && fieldOf(event, 'Response') === 'Failure')
      notMade(fieldOf(event, 'ActionID') ?? '')
    for (const channel of calls.come((each) => device.channelOf(each) !== undefined))
      hangUp(device.channelOf(channel) ?? '')
  }
  /** There is no channel, and none comes: the phone is not there. */
  const notMade = (channel: string): void => {
    if (device.channelOf(channel) === undefined)
      calls.notMade(channel, { by: 'network', error: errorValue('phone-unavailable', line.name) })
  }

  const link = amiLink({
    ...serverIn(given, password),
    world,
    dns,
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
    channelOf: (call) => calls.channelOf(call),
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
    calls.bind(channel, call)
    device.expect(channel, { number: to })
    link.ask(originate(line.name, channel, to, { context, autoAnswer }), (answer) => {
      if (!calls.has(call)) return
      if (answer && isSuccess(answer)) return tell({ type: 'proceeding', call, peerId: channel })
      const { code, cause } = refusalOf(answer)
      calls.over(channel, { by: 'network', error: errorValue(code, undefined, cause) })
    })
  }

  const refuse = (command: PhoneCommand & { readonly call: string }, why: ReturnType<typeof refusalOf>): void =>
    tell({ type: 'refused', call: command.call, command: command.type, ...why })

  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const channel = calls.channelOf(command.call)
    if (channel === undefined) return
    if (inConference.takes(command)) return
    const own = device.channelOf(channel)
    if (command.type === 'end' && own === undefined) {
      device.leave(channel)
      return calls.unwant(channel)
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
    if (own === undefined || calls.channelOf(command.call) !== channel) return true
    const second = command.type === 'transfer' ? calls.channelOf(command.with ?? '') : undefined
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
      if (calls.has(command.call)) refuse(command, refusalOf(answer))
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
      if (own !== undefined) hangUp(own)
    }
  }
  const press = (command: Extract<PhoneCommand, { type: 'send-digits' }>, own: string): void => {
    const { digits, durationMs } = command
    keys.press(digits, durationMs, (Digit) => {
      // As if they were pressed at the phone.
      const action = { Action: 'PlayDTMF', Channel: own, Digit, Duration: String(durationMs), Receive: 'true' }
      link.ask(action, (answer) => {
        if (calls.has(command.call) && !(answer && isSuccess(answer))) refuse(command, refusalOf(answer))
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
