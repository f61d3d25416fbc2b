// How a call is dialled: what may be, what dial rules make of it, how often in a minute.
import { ParleyError, type Party, type Precedence } from '@openparley/contract'
import { type Millis, newId, type World } from '../../runtime/world.ts'
import type { Endpoint } from '../media/port.ts'
import type { Book } from './book.ts'
import type { Codes, GivenCodes } from './codes.ts'
import { type Limits, readDialable, refusal } from './dialable.ts'
import type { CallNeeds, PhoneCommand } from './port.ts'
import type { PrecedenceSettings } from './precedence.ts'

export interface Dialled {
  readonly number: string
  readonly asDialled: string
}

export interface Dialling {
  /** What may be dialled, as it is and as the dial rules make it; throws where it may not. */
  dialable(to: string, phone: string): Dialled
  /** Where a call may be sent on to: what is denied is, but no call is made here that could be one too many. */
  target(to: string): Dialled
  /** The new call's id. */
  dial(number: Dialled, how: HowDialled): string
  /** Whom the other side names is dialled under the same denials as whom the person does. */
  mayFollow(to: Party): boolean
}

export interface HowDialled {
  readonly phone: string
  readonly endpoint: Endpoint
  readonly handler?: string
  readonly codes?: GivenCodes
  readonly precedence?: Precedence | undefined
  readonly anonymous?: boolean
  readonly pickUp?: true
  readonly video?: boolean
}

export function dialling(
  world: World,
  parts: {
    readonly book: Book
    readonly codes: Codes
    readonly needs: CallNeeds
    readonly settings: (phone?: string) => Limits & PrecedenceSettings
  },
): Dialling {
  const { book, codes, needs, settings } = parts
  let dialled: Millis[] = []
  const read = (to: string, limits: Limits, callsUp: number, before: readonly Millis[]): Dialled => {
    const number = readDialable(needs.reach(to.trim()) ?? to)
    if (number === undefined) throw new ParleyError('number-invalid')
    // Rules are about numbers; names and addresses stay as they are. What either form is denied for, the call is.
    const asDialled = /^[+\d*#]/.test(number) ? needs.toDial(number) : number
    const why = refusal([number, asDialled], limits, callsUp, before, world.clock.now())
    if (why) throw new ParleyError(why)
    return { number, asDialled }
  }
  return {
    dialable: (to, phone) => {
      const onLine = book.up().filter((call) => call.phone === phone)
      return read(to, settings(phone), onLine.length, dialled)
    },
    target: (to) => read(to, settings(), 0, []),
    dial: (
      { number, asDialled },
      { phone, endpoint, handler, codes: given = {}, precedence, anonymous, pickUp, video },
    ) => {
      const now = world.clock.now()
      dialled = [...dialled.filter((at) => now - at < 60_000), now]
      const call = book.begin({
        id: newId(world, 'call'),
        phone,
        direction: 'outgoing',
        state: 'dialling',
        ...(handler === undefined ? {} : { handler }),
        ...(precedence === undefined ? {} : { precedence }),
        remote: { number },
        ...(asDialled === number ? {} : { dialled: asDialled }),
      })
      codes.keep(call.id, given)
      const command: PhoneCommand = {
        type: 'dial',
        call: call.id,
        to: codes.dialled(asDialled, given),
        endpoint,
        ...(precedence === undefined
          ? {}
          : {
              precedence: {
                value: `${precedence.namespace}.${precedence.level}`,
                required: settings()['calls.precedence.require'],
              },
            }),
        ...(anonymous ? { anonymous } : {}),
        ...(pickUp ? { pickUp } : {}),
        ...(video ? { video } : {}),
      }
      needs.perform(phone, command)
      return call.id
    },
    mayFollow: ({ number }) => refusal([number], settings(), 0, [], world.clock.now()) === undefined,
  }
}
