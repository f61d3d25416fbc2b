// Calls of the phone are brought together in a room of the dial plan: the phone by one of its channels, and each other side by its own.
import type { AriDevice, AriTold } from '@openparley/protocols/ari'
import type { World } from '../../../runtime/world.ts'
import type { Acting, Done } from './acting.ts'
import { redirect } from './acts.ts'

export interface ConferringOptions {
  readonly world: World
  readonly device: AriDevice
  readonly acts: Acting
  /** With the rooms. */
  readonly context: string
  readonly hangUp: (channel: string) => void
  readonly show: (told: readonly AriTold[]) => void
}

/** Brings two calls together, by their channels. */
export type Bring = (first: string, second: string, done: Done) => void

export function conferring({ world, device, acts, context, hangUp, show }: ConferringOptions): Bring {
  const { seats } = device
  const busy = new Set<string>()
  const isThere = (call: string): boolean => device.calls.includes(call)

  const send = (call: string, phone: string, room: string, far = device.peerOf(call)) => {
    return (done: Done): void => {
      const asked = redirect(far?.name, context, `far-${room}`)
      if (!far || !asked || !isThere(call)) return done(wrongState)
      seats.send(call, { room, phone, far: far.id })
      acts.run(asked.act, (refusal) => {
        if (refusal) show(device.returns(call))
        else seats.settle(call)
        // Nobody is at the phone any more.
        if (!isThere(call)) hangUp(far.id)
        show(device.look())
        done(refusal)
      })
    }
  }

  /** Who leaves a bridge of two ends the call there: so the phone goes to the room first, where the other side hears it still, and then that side. */
  const enter = (call: string, room: string, done: Done): void => {
    if (seats.of(call)) return done(undefined)
    const own = device.nameOf(call)
    if (own === undefined) return done(wrongState)
    const follow = send(call, call, room)
    acts.bring(own, { context, room }, (refusal, half) => {
      const settled: Done = (why) => {
        if (why) hangUp(half)
        done(why)
      }
      if (refusal) settled(refusal)
      else follow(settled)
    })
  }

  const join = (call: string, front: string, room: string, done: Done): void => {
    const phone = seats.of(front)?.phone
    if (phone === undefined) return done(wrongState)
    const seat = seats.of(call)
    const leave = (channel: string): void => {
      hangUp(channel)
      done(undefined)
    }
    if (!seat) return send(call, phone, room)((refusal) => (refusal ? done(refusal) : leave(call)))
    seats.move(seat.phone, phone)
    show(device.look())
    leave(seat.phone)
  }

  return (first, second, done) => {
    const [front, back] = device.isHeld(first) ? [second, first] : [first, second]
    const [here, there] = [seats.of(front), seats.of(back)]
    const isTwo = here !== undefined && there !== undefined
    if (isTwo && here.room === there.room) return done(undefined)
    if (isTwo || first === second || device.isHeld(front) || busy.has(first) || busy.has(second))
      return done(wrongState)
    const room = (here ?? there)?.room ?? world.dice.token(128)
    busy.add(first).add(second)
    const over: Done = (refusal) => {
      for (const call of [first, second]) busy.delete(call)
      done(refusal)
    }
    enter(front, room, (refusal) => (refusal ? over(refusal) : join(back, front, room, over)))
  }
}

export const wrongState = { code: 'call-wrong-state' } as const
