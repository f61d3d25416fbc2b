// Calls that are brought together: the phone and the far sides go to one conference of the dial plan, and what is then done with one of them is done to its far side.
import type { ErrorCode, PeerCause } from '@openparley/contract'
import { type AmiAnswer, type AmiDevice, type AmiFields, type AmiTold, isSuccess } from '@openparley/protocols/ami'
import { refusalOf } from '../../../links/ami/index.ts'
import type { World } from '../../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent } from '../../../services/calls/port.ts'
import { actionInRoom, bringFar, bringPair, isPossible, isThere } from './actions.ts'
import type { Moments } from './moments.ts'

export interface TogetherParts {
  readonly world: World
  readonly device: AmiDevice
  /** Contexts of the dial plan: that of conferences, empty where there is none, and that of numbers. */
  readonly context: string
  readonly numbers: string
  readonly soon: Moments
  /** The channel of a call. */
  readonly channelOf: (call: string) => string | undefined
  readonly ask: (action: AmiFields, answered: (answer: AmiAnswer | undefined) => void) => void
  readonly show: (told: readonly AmiTold[]) => void
  readonly tell: (event: PhoneEvent) => void
}

export interface Together {
  /** Whether it is a matter of conferences, and so is seen to. */
  takes(command: PhoneCommand): boolean
}

type Bring = Extract<PhoneCommand, { type: 'bring' }>
type Why = { readonly code: ErrorCode; readonly cause?: PeerCause }

export function together(parts: TogetherParts): Together {
  const { world, device, context, numbers, soon, channelOf, ask, show, tell } = parts
  /** One is brought after the other. What is ended meanwhile is so when it is known where it is. */
  let bringing: { readonly calls: readonly string[]; readonly ends: Set<string> } | undefined

  const bring = (command: Bring): void => {
    const { call, other } = command
    const [first, second] = [channelOf(call), channelOf(other)]
    if (context === '' || bringing || first === undefined || second === undefined)
      return refuse(command, { code: 'call-wrong-state' })
    const [at, otherAt] = [device.conferenceOf(first)?.name, device.conferenceOf(second)?.name]
    if (at !== undefined && otherAt !== undefined)
      return at === otherAt ? joined(command) : refuse(command, { code: 'call-wrong-state' })
    // What the person hears goes on with them.
    const [stays, comes] = device.isHeld(first) && !device.isHeld(second) ? [second, first] : [first, second]
    bringing = { calls: [call, other], ends: new Set() }
    const room = at ?? otherAt ?? world.dice.token(128)
    // A redirect to what is not there is no error to the server: it hangs up.
    ask(isThere(context, room), (answer) => {
      if (!answer || !isSuccess(answer)) return over(command, { ...refusalOf(answer), code: 'conference-refused' })
      if (device.conferenceOf(stays)) return bringAlone(command, stays, comes, room)
      bringWithPhone(command, stays, room, () => {
        const old = device.conferenceOf(comes)
        if (!old) return bringAlone(command, stays, comes, room)
        show(device.brought(stays))
        hangUp(old.own)
        over(command)
      })
    })
  }

  /** The phone goes to the conference with whom it talks to, and is seen there. */
  const bringWithPhone = (command: Bring, channel: string, room: string, then: () => void): void => {
    const met = (): void =>
      soon.try(
        () => device.hasMet(channel) && (then(), true),
        () => over(command, { code: 'conference-refused' }),
      )
    const move = (): boolean => {
      const moved = device.bring(channel, room, 'comes')
      if (!moved) return false
      ask(bringPair(context, room, moved), (answer) => {
        if (answer && isSuccess(answer)) met()
        else over(command, refusalOf(answer))
      })
      return true
    }
    soon.try(move, () => over(command, { code: 'call-wrong-state' }))
  }
  /** Whom the phone holds goes there, and the phone’s channel with them is let go. */
  const bringAlone = (command: Bring, stays: string, channel: string, room: string): void => {
    if (!device.conferenceOf(stays)) show(device.brought(stays))
    const moved = device.conferenceOf(stays) && device.bring(channel, room, 'goes')
    if (!moved) return over(command, { code: 'call-wrong-state' })
    ask(bringFar(context, room, moved), (answer) => {
      if (!answer || !isSuccess(answer)) {
        show(device.notBrought(channel))
        return over(command, refusalOf(answer))
      }
      hangUp(moved.own)
      show(device.brought(channel))
      over(command)
    })
  }

  const over = (command: Bring, why?: Why): void => {
    const ends = bringing?.ends ?? new Set()
    bringing = undefined
    if (why) refuse(command, why)
    else joined(command)
    for (const call of ends) end(call)
  }
  const joined = ({ call, other }: Bring): void => {
    const both = [call, other].filter((each) => channelOf(each) !== undefined)
    if (both.length === 2) tell({ type: 'joined', call, with: other })
    for (const each of both) tell({ type: 'brought', call: each })
  }
  const refuse = (command: PhoneCommand & { readonly call: string }, why: Why): void => {
    if (channelOf(command.call) !== undefined)
      tell({ type: 'refused', call: command.call, command: command.type, ...why })
  }
  const hangUp = (Channel: string): void => ask({ Action: 'Hangup', Channel, Cause: '16' }, () => {})

  /** Of one that is in a conference. */
  const act = (command: PhoneCommand & { readonly call: string }, channel: string, far: string): void => {
    if (!isPossible(command)) return refuse(command, { code: 'number-invalid' })
    const action = actionInRoom(command, far, numbers)
    if (!action) return refuse(command, { code: 'call-wrong-state' })
    device.leave(channel, command.type === 'transfer' ? command.to : undefined)
    ask(action, (answer) => {
      if (channelOf(command.call) === undefined) return
      if (!answer || !isSuccess(answer)) {
        device.stay(channel)
        return refuse(command, refusalOf(answer))
      }
      if (command.type !== 'transfer') return
      tell({ type: 'transferring', call: command.call, transfer: { to: command.to, is: 'asked' } })
      show(device.sentOn(channel))
    })
  }
  const end = (call: string): void => {
    const channel = channelOf(call)
    const own = channel === undefined ? undefined : device.channelOf(channel)
    if (channel === undefined || own === undefined) return
    const at = device.conferenceOf(channel)
    if (at) return act({ type: 'end', call }, channel, at.far)
    device.leave(channel)
    hangUp(own)
  }

  return {
    takes: (command) => {
      // Who is left alone with the phone goes on where they are.
      if (command.type === 'join') return true
      if (command.type === 'bring') {
        bring(command)
        return true
      }
      if (command.type === 'end' && bringing?.calls.includes(command.call)) {
        bringing.ends.add(command.call)
        return true
      }
      const channel = 'call' in command ? channelOf(command.call) : undefined
      const at = channel === undefined ? undefined : device.conferenceOf(channel)
      if (channel === undefined || !at || (command.type !== 'end' && command.type !== 'transfer')) return false
      act(command, channel, at.far)
      return true
    },
  }
}
