// The lab’s desk phones: each with a number and a line of its own, to be touched by hand, and watched by whoever controls phones.
import type { Dice } from '@openparley/protocols/common'
import { type Hop, isSip, parseUri } from '@openparley/protocols/sip'
import { DeskPhone } from './phone.ts'
import type { DeskCall, DeskEvent, DeskLine, DeskRefusal, PhoneEffect, PhoneSignal } from './signals.ts'
import { touched } from './touch.ts'
import { type DeskUserAgent, openDeskUserAgent } from './user-agent.ts'

export interface DeskOptions {
  readonly dice: Dice
  /** Whose phones there are. */
  readonly people: readonly string[]
  readonly proxy: () => Hop
  /** The phone of that number is there. */
  readonly settle: (number: string, uri: string, hop: Hop) => void
  /** Calls to that number go on there; undefined: no longer. */
  readonly forward: (number: string, to: string | undefined) => void
}

/** A signal without what the desk gives it: its names. */
export type DeskAct = PhoneSignal extends infer Signal
  ? Signal extends { readonly type: 'dial' }
    ? Omit<Signal, 'id' | 'key'>
    : Signal extends { readonly id: string }
      ? Omit<Signal, 'id'>
      : Signal
  : never

export interface Desk {
  readonly numbers: readonly string[]
  /** The number of the person’s phone. */
  numberOf(person: string): string | undefined
  ownerOf(number: string): string | undefined
  calls(number: string): readonly Readonly<DeskCall>[]
  line(number: string): DeskLine | undefined
  /** What a control does to a phone; why it cannot be done; or the call that came of it. */
  act(number: string, act: DeskAct): { readonly refused: DeskRefusal } | { readonly id: string; readonly key: string }
  /** What a hand does to a phone. Throws, with a sentence, where that is not possible now. */
  touch(number: string, what: string, argument?: string): void
  /** Tells everything of every phone; the returned function ends it. */
  watch(listener: (number: string, event: DeskEvent) => void): () => void
  close(): Promise<void>
}

interface Seat {
  readonly owner: string
  readonly phone: DeskPhone
  readonly agent: DeskUserAgent
}

export async function labDesk({ dice, people, proxy, settle, forward }: DeskOptions): Promise<Desk> {
  const seats = new Map<string, Seat>()
  const listeners = new Set<(number: string, event: DeskEvent) => void>()
  let named = 0
  const newId = (): string => String(++named)

  const perform = (number: string, effects: readonly PhoneEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'event') {
        const { event } = effect
        if (event.type === 'line' && event.changed.includes('forwardedTo')) forward(number, event.line.forwardedTo)
        seats.get(number)?.agent.told(event)
        for (const listener of listeners) listener(number, event)
      } else if (effect.type === 'tell-far') tellFar(effect)
      else seats.get(number)?.agent.perform(effect)
    }
  }
  const signal = (number: string, what: PhoneSignal): DeskRefusal | undefined => {
    const effects = seats.get(number)?.phone.handle(what) ?? 'no-such-call'
    if (typeof effects === 'string') return effects
    perform(number, effects)
    return undefined
  }
  /** Where the other end is one of these phones too, it knows. */
  const tellFar = ({ number, id, how, join }: Extract<PhoneEffect, { type: 'tell-far' }>): void => {
    const call = seats.get(number)?.phone.calls.find((each) => each.id === id)
    if (call) signal(number, { type: 'joined', key: call.key, how, join })
  }
  /** A call that comes from one of these phones bears its name; another one is new. */
  const idOf = (contact: string): string => {
    const uri = parseUri(contact)
    const id = isSip(uri) ? uri.params.get('call') : undefined
    const isOurs = [...seats.values()].some(({ agent }) => contact.startsWith(`${agent.contact};`))
    return isOurs && id !== undefined ? id : newId()
  }
  await Promise.all(
    people.map(async (owner) => {
      const number = numberFor(owner)
      const phone = new DeskPhone(number)
      const agent = await openDeskUserAgent({
        dice,
        number,
        owner,
        calls: () => phone.calls,
        act: (what) => act(number, what),
        displayName: `${owner[0]?.toUpperCase()}${owner.slice(1)}’s desk`,
        proxy,
        tell: (what) => void signal(number, what),
        idOf,
        idAt: (key) => phone.call(key)?.id,
      })
      seats.set(number, { owner, phone, agent })
      settle(number, agent.contact, agent.hop)
    }),
  )
  const act: Desk['act'] = (number, what) => {
    const id = newId()
    const key = what.type === 'dial' ? `${number}-${id}` : 'key' in what ? what.key : ''
    const refused = signal(number, { ...what, id, key } as PhoneSignal)
    return refused === undefined ? { id, key } : { refused }
  }
  const phoneAt = (number: string): DeskPhone => {
    const phone = seats.get(number)?.phone
    if (!phone) throw new Error(`There is no desk phone ${number}: there are ${[...seats.keys()].join(', ')}.`)
    return phone
  }
  return {
    numbers: people.map(numberFor),
    numberOf: (person) => (people.includes(person) ? numberFor(person) : undefined),
    ownerOf: (number) => seats.get(number)?.owner,
    calls: (number) => seats.get(number)?.phone.calls ?? [],
    line: (number) => seats.get(number)?.phone.line,
    act,
    touch: (number, what, argument) => {
      const result = act(number, touched(phoneAt(number).calls, what, argument))
      if ('refused' in result) throw new Error(`${number} cannot ${what} now: ${sentences[result.refused]}`)
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      listeners.clear()
      await Promise.all([...seats.values()].map(({ agent }) => agent.close()))
    },
  }
}

function numberFor(person: string): string {
  return `desk-${person}`
}

const sentences: Readonly<Record<DeskRefusal, string>> = {
  'no-such-call': 'it has no such call.',
  'wrong-state': 'the call is in no state for it.',
  'too-many-calls': 'it has as many calls as it can have.',
  'same-call': 'that takes two calls.',
}
