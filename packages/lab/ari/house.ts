// The lab’s desk phones as Asterisk’s channels: what is asked of them becomes a touch of a phone.
import type { Dice } from '@openparley/protocols/common'
import type { Desk, DeskAct } from '../desk/desk.ts'
import type { DeskCall, DeskEvent } from '../desk/signals.ts'
import { actChannel, bridgeOf, type Channel, farChannel, ownChannel, type Pair } from './channels.ts'
import { ariEventsOf } from './events.ts'

export interface Answer {
  readonly status: number
  readonly body?: unknown
}

export interface Asking {
  readonly method: string
  /** After /ari. */
  readonly path: string
  readonly query: URLSearchParams
  /** Those of the body. */
  readonly variables: Readonly<Record<string, unknown>>
}

export class AriHouse {
  readonly #desk: Desk
  readonly #dice: Dice
  readonly #tell: (event: Channel) => void
  readonly #pairs = new Map<string, Pair>()
  /** The id that the next call’s channel is asked to have. */
  #asked: string | undefined
  #made = 0

  constructor(desk: Desk, dice: Dice, tell: (event: Channel) => void) {
    this.#desk = desk
    this.#dice = dice
    this.#tell = tell
  }

  happened(number: string, event: DeskEvent): void {
    if (event.type === 'line') return
    const { key } = event.call
    const pair = this.#pairs.get(key) ?? this.#pairOf(number)
    this.#pairs.set(key, pair)
    pair.call = event.call
    for (const each of ariEventsOf(pair, event)) this.#tell(each)
    if (event.call.state === 'null') this.#pairs.delete(key)
    // Of two calls that were joined, one is told of.
    if (event.type !== 'transferred' || event.join.by !== number) return
    for (const [other, second] of this.#pairs) {
      const { call } = second
      if (second.number !== number || !call || call.id !== event.join.secondOld) continue
      this.#pairs.delete(other)
      for (const each of ariEventsOf(second, { ...event, call: { ...call, state: 'null' } })) this.#tell(each)
    }
  }

  answer({ method, path, query, variables }: Asking): Answer {
    const [, kind = '', id] = path.split('/').map(decodeURIComponent)
    if (method === 'GET' && kind === 'channels' && id === undefined)
      return {
        status: 200,
        body: this.#there().flatMap(([pair, call]) => [ownChannel(pair, call), farChannel(pair, call)]),
      }
    if (method === 'GET' && kind === 'bridges')
      return {
        status: 200,
        body: this.#there().flatMap(([pair, { state }]) =>
          state === 'connected' || state === 'hold' ? [bridgeOf(pair)] : [],
        ),
      }
    if (method === 'PUT' && kind === 'applications') return { status: 200, body: {} }
    if (method === 'POST' && kind === 'channels' && id === undefined) return this.#originate(query, variables)
    if (method === 'DELETE' && kind === 'channels') return this.#hangUp(id, query.get('reason_code'))
    return { status: 404, body: { message: 'Resource not found' } }
  }

  #originate(query: URLSearchParams, variables: Asking['variables']): Answer {
    const [tech, name = ''] = (query.get('endpoint') ?? '').split('/')
    const of = (variable: string): string => String(variables[variable] ?? variables[`__${variable}`] ?? '')
    if (tech === 'Local') return this.#act(name.split('@')[0] ?? '', query.get('otherChannelId') ?? '', of)
    if (tech !== 'PJSIP' || !this.#desk.numbers.includes(name))
      return { status: 500, body: { error: 'Allocation failed' } }
    this.#asked = query.get('channelId') ?? this.#dice.token(64)
    const made = this.#desk.act(name, { type: 'dial', to: of('DESK_TO') })
    this.#asked = undefined
    if ('refused' in made) return { status: 500, body: { error: made.refused } }
    const found = this.#there().find(([, { key }]) => key === made.key)
    return { status: 200, body: found ? ownChannel(...found) : {} }
  }

  /** The acts of the dial plan: docs/guide/desk-phone-ari.md. */
  #act(name: string, id: string, of: (variable: string) => string): Answer {
    const found = this.#at(({ far }) => far.name === of('DESK_CHANNEL'))
    const channel = actChannel(id)
    const done = found !== undefined && this.#touch(found, this.#actOn(name, found, of))
    if (name === 'redirect') {
      const value = done ? 'SUCCESS' : 'NOCHANNEL'
      this.#tell({ type: 'ChannelVarset', channel, variable: 'CHANNELREDIRECT_STATUS', value })
    }
    this.#tell({ type: 'ChannelDestroyed', channel, cause: 0 })
    return { status: 200, body: channel }
  }

  #actOn(name: string, [, { key, state }]: Seated, of: (variable: string) => string): DeskAct | undefined {
    const to = of('DESK_TO')
    if (name === 'press') return { type: 'digits', key, digits: of('DESK_DIGITS').replaceAll(/w+/g, ',') }
    if (name !== 'redirect') return undefined
    if (state === 'alerting') return { type: 'deflect', key, to }
    const other = /^with-(.+)/.exec(to)?.[1]
    if (other === undefined) return { type: 'send-on', key, to }
    const second = this.#at(({ far }) => far.name === other)
    return second && { type: 'transfer', key, other: second[1].key }
  }

  #hangUp(id: string | undefined, reason: string | null): Answer {
    const found = this.#at(({ own }) => own.id === id)
    if (!found) return { status: 404, body: { message: 'Channel not found' } }
    const [pair, { key, state }] = found
    pair.soft = true
    const type = state !== 'alerting' ? 'leave' : reason === '17' ? 'hang-up' : 'decline'
    return this.#touch(found, { type, key }) ? { status: 204 } : { status: 409, body: { message: 'Not now' } }
  }

  #touch([{ number }]: Seated, act: DeskAct | undefined): boolean {
    return act !== undefined && !('refused' in this.#desk.act(number, act))
  }

  #there(): Seated[] {
    return this.#desk.numbers.flatMap((number) =>
      this.#desk.calls(number).flatMap((call) => {
        const pair = call.state === 'initiated' ? undefined : this.#pairs.get(call.key)
        return pair ? [[pair, call] as const] : []
      }),
    )
  }

  #at(is: (pair: Pair) => boolean): Seated | undefined {
    return this.#there().find(([pair]) => is(pair))
  }

  #pairOf(number: string): Pair {
    const named = (tech: string): string => `${tech}-${(++this.#made).toString(16).padStart(8, '0')}`
    return {
      own: { id: this.#asked ?? this.#dice.token(64), name: named(`PJSIP/${number}`) },
      far: { id: this.#dice.token(64), name: named('PJSIP/lab') },
      number,
      asked: this.#asked !== undefined,
      soft: false,
      call: undefined,
    }
  }
}

type Seated = readonly [pair: Pair, call: Readonly<DeskCall>]
