// A call moves from one phone of the person to another: its other side is sent there, and what comes from them is answered at once.
import { type Call, ParleyError, type Party } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { Endpoint } from '../media/port.ts'

export interface Move {
  /** The call that is moved. */
  readonly from: string
  /** Who is expected. */
  readonly remote: Party
  /** What the phone that it leaves is called by: a server that joins the two itself calls in its name. */
  readonly leaving: string | undefined
  readonly phone: string
  readonly application: string
  readonly endpoint: Endpoint
}

export interface Moving {
  /** Resolves to the call that has come of it; rejects with `call-move-failed` where none comes in time. */
  expect(move: Move): Promise<string>
  /** The call stays where it was: whoever calls is not answered. */
  stays(call: string, why: ParleyError): void
  /** The move that a call which comes in is of. */
  take(phone: string, from: Party, call: string): Move | undefined
  close(): void
}

export function moving(world: World): Moving {
  const expected = new Map<Move, { come(call: string): void; give(error: ParleyError): void }>()
  return {
    expect: (move) =>
      new Promise((resolve, reject) => {
        const cancel = world.clock.at(world.clock.now() + comesMs, () =>
          give(new ParleyError('call-move-failed', 'nobody called there in time')),
        )
        const give = (error: ParleyError): void => {
          cancel()
          expected.delete(move)
          reject(error)
        }
        expected.set(move, {
          give,
          come: (call) => {
            cancel()
            expected.delete(move)
            resolve(call)
          },
        })
      }),
    stays: (call, why) => {
      for (const [{ from }, { give }] of [...expected]) if (from === call) give(why)
    },
    take: (phone, from, call) => {
      const move = [...expected.keys()].find(
        (each) => each.phone === phone && [each.remote.number, each.leaving].includes(from.number),
      )
      if (move) expected.get(move)?.come(call)
      return move
    },
    close: () => {
      for (const { give } of [...expected.values()]) give(new ParleyError('cancelled'))
    },
  }
}

/** Where a call can be moved to, and why not. */
export function refusalOfMove(
  call: Call,
  to: string,
  canAnswer: boolean,
  number: string | undefined,
): string | undefined {
  if (call.phone === to) return 'it is on that phone'
  if (!canAnswer) return 'that phone cannot be made to answer'
  return number === undefined ? 'nobody knows how that phone is called' : undefined
}

/** From being sent there until it rings there. */
const comesMs = 20_000
