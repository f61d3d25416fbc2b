// The phone on the desk, controlled through ARI, Asterisk's REST interface. Its calls are in the dial plan and go on without us.
import { type Capability, errorValue, type Party } from '@openparley/contract'
import { AriDevice, type AriEvent, type AriTold } from '@openparley/protocols/ari'
import { type AriAnswer, ariLink, isDone, type Refusal, refusalOf } from '../../../links/ari/index.ts'
import type { PhoneCommand, PhonePort } from '../../../services/calls/port.ts'
import { acting, type Done } from './acting.ts'
import { type Asked, askedFor, type Contexts, hangUp, originate } from './acts.ts'
import { conferring, wrongState } from './conferring.ts'
import { ChannelCalls } from '../channel-calls.ts'
import { type AsteriskPhoneOptions, isDialable, lineIn, serverIn } from '../server.ts'

/** To answer and to hold is the phone's own affair: nobody else can for a channel that is in the dial plan. */
const can: readonly Capability[] = ['decline', 'end', 'sendDigits', 'transfer', 'deflect', 'move']

type OfCall = PhoneCommand & { readonly call: string }

export function ariPhone({ world, settings, password, dns, newCall, tell }: AsteriskPhoneOptions): PhonePort {
  const given = settings()
  const line = lineIn(given)
  const contexts: Contexts = {
    dialled: given['deskPhone.ari.context'],
    acts: given['deskPhone.ari.acts'],
    rooms: given['deskPhone.ari.conference'],
  }
  const app = `desk-${world.dice.token(128)}`
  const device = new AriDevice(line.name)
  const calls = new ChannelCalls({ line, newCall, tell, forget: (channel) => device.forget(channel) })
  const acts = acting({ world, link: () => link, app, contexts })

  /** Nobody was there to be asked: they are hung up when somebody is. */
  const owed = new Set<string>()
  const hang = (channel: string): void =>
    link.ask(hangUp(channel, 16), (answer) => {
      if (!answer) owed.add(channel)
    })
  const bring =
    contexts.rooms === undefined
      ? undefined
      : conferring({
          world,
          device,
          acts,
          context: contexts.rooms,
          hangUp: hang,
          show: (all) => {
            for (const told of all) show(told)
          },
        })

  const show = (told: AriTold): void => {
    if (told.type === 'alone') hang(told.channel)
    else calls.show(told)
  }

  const take = (event: AriEvent): void => {
    for (const told of device.take(event)) show(told)
    acts.take(event)
    for (const channel of calls.come((each) => device.isThere(each))) hang(channel)
  }

  const link = ariLink({
    ...serverIn(given, password),
    world,
    dns,
    app,
    state: (state) => tell({ type: 'state', state }),
    snapshot: (all, bridges) => {
      acts.lost()
      for (const told of device.snapshot(all, bridges)) show(told)
      const hung = [...owed]
      owed.clear()
      for (const each of hung) hang(each)
    },
    event: take,
  })

  const dial = (call: string, to: string): void => {
    if (!isDialable(to))
      return tell({ type: 'ended', call, end: { by: 'local', error: errorValue('number-invalid', to) } })
    const channel = `${app}-${world.dice.token(64)}`
    calls.bind(channel, call)
    device.expect(channel, { number: to })
    link.ask(originate(line.name, channel, to, contexts), (answer) => {
      if (!calls.has(call)) return
      if (answer && isDone(answer)) return tell({ type: 'proceeding', call, peerId: channel })
      const { code, cause } = notMade(answer)
      calls.notMade(channel, { by: 'network', error: errorValue(code, line.name, cause) })
    })
  }

  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const channel = calls.channelOf(command.call)
    if (channel === undefined) return
    if (command.type === 'end' && !device.isThere(channel)) {
      device.leave(channel)
      return calls.unwant(channel)
    }
    // Who is alone in a conference is taken out of it, which is nothing here.
    if (command.type === 'join') return
    if (command.type === 'bring') return together(command, channel)
    const second = command.type === 'transfer' ? calls.channelOf(command.with ?? '') : undefined
    const seat = device.seats.of(channel)
    // Nobody is put through to or from a room: who is there belongs to the phone.
    if (second !== undefined && (seat ?? device.seats.of(second))) return refuse(command, wrongState)
    const other = second === undefined ? undefined : device.peerOf(second)?.name
    const ends = { own: seat?.far ?? channel, peer: device.peerOf(channel)?.name, other }
    const asked = askedFor(command, ends, contexts)
    if (!asked) return refuse(command, wrongState)
    const leaves = leaving(command, channel, second)
    for (const [which, to] of leaves) device.leave(which, to)
    carryOut(asked, (refusal) => {
      if (!refusal) {
        if (command.type === 'transfer' && calls.has(command.call))
          tell({ type: 'transferring', call: command.call, transfer: { to: command.to, is: 'asked' } })
        // Its channel at the phone is that of the others, and does not end.
        if (command.type === 'transfer' && device.seats.of(channel)) for (const told of device.over(channel)) show(told)
        return
      }
      for (const [which] of leaves) device.stay(which)
      if (calls.has(command.call)) refuse(command, refusal)
    })
  }
  const refuse = ({ call, type }: OfCall, why: Refusal): void => tell({ type: 'refused', call, command: type, ...why })

  const together = (command: Extract<PhoneCommand, { type: 'bring' }>, channel: string): void => {
    const other = calls.channelOf(command.other)
    if (!bring || other === undefined) return refuse(command, wrongState)
    bring(channel, other, (refusal) => {
      if (!calls.has(command.call)) return
      if (refusal || !calls.has(command.other)) return refuse(command, refusal ?? wrongState)
      tell({ type: 'joined', call: command.call, with: command.other })
      for (const call of [command.call, command.other]) tell({ type: 'brought', call })
    })
  }

  /** The calls that are over for us with it, and who they are sent to. */
  const leaving = (
    command: OfCall,
    channel: string,
    second: string | undefined,
  ): (readonly [string, Party | undefined])[] => {
    switch (command.type) {
      case 'end':
      case 'decline':
        return [[channel, undefined]]
      case 'deflect':
        return [[channel, { number: command.to }]]
      case 'transfer':
        if (second === undefined) return [[channel, command.to]]
        return [
          [channel, device.remoteOf(second)],
          [second, device.remoteOf(channel)],
        ]
      default:
        return []
    }
  }

  const carryOut = (asked: Asked, done: Done): void => {
    if (asked.is === 'act') return acts.run(asked.act, done)
    link.ask(asked.request, (answer) => done(answer && isDone(answer) ? undefined : refusalOf(answer)))
  }

  return {
    kind: 'desk',
    can: bring ? [...can, 'conference'] : can,
    perform,
    watchLines: () => {},
    statistics: async () => undefined,
    close: () => {
      acts.lost()
      return link.close()
    },
  }
}

/** Asterisk says no more of a phone that is not there than that it failed. */
function notMade(answer: AriAnswer | undefined): Refusal {
  const { code, cause } = refusalOf(answer)
  return { code: answer?.status === 500 ? 'phone-unavailable' : code, ...(cause ? { cause } : {}) }
}
