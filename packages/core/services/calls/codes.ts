// Authorization codes and client matter codes: given when dialling or when the server asks, and written to the history.
import { ParleyError, type Settings } from '@openparley/contract'
import type { Millis, World } from '../../runtime/world.ts'
import type { CallInput } from './state.ts'

export interface GivenCodes {
  /** Who pays: the authorization code. */
  readonly account?: string | undefined
  /** For whom: the client matter code. */
  readonly matter?: string | undefined
}

export type CodeSettings = Pick<
  Settings,
  'calls.codes.when' | 'calls.codes.end' | 'calls.codes.pauseMs' | 'calls.codes.enBloc'
>

export interface CodesNeeds {
  readonly settings: () => CodeSettings
  readonly press: (call: string, digits: string) => void
  /** No report may show it. */
  readonly hide: (code: string) => void
}

export interface Codes {
  /** Throws `digits-invalid` where they are no codes. */
  check(codes: GivenCodes): void
  /** What goes to the phone for a number that is dialled with these codes. */
  dialled(number: string, codes: GivenCodes): string
  /** Keeps the codes of a call until the server asks. */
  keep(call: string, codes: GivenCodes): void
  /** Given in the call, because the server asks. */
  give(call: string, codes: GivenCodes): void
  /** What becomes of the call may be the moment to send them. */
  look(call: string, input: CallInput): void
  /** For the history; forgotten with it. */
  take(call: string): GivenCodes
  close(): void
}

interface Held {
  readonly codes: GivenCodes
  /** Not sent yet, the next one first. */
  readonly waiting: string[]
  cancel: () => void
}

export function codes(world: World, needs: CodesNeeds): Codes {
  const held = new Map<string, Held>()
  /** One after the other, each after a pause: the tone that asks for it comes first. */
  const send = (call: string): void => {
    const of = held.get(call)
    if (!of || of.waiting.length === 0) return
    of.cancel()
    const { 'calls.codes.pauseMs': pauseMs, 'calls.codes.end': end } = needs.settings()
    of.cancel = world.clock.at(world.clock.now() + pauseMs, () => {
      const digits = `${of.waiting.shift()}${end}`
      needs.press(call, digits)
      of.cancel = world.clock.at(world.clock.now() + digits.length * keyMs, () => send(call))
    })
  }
  const keep = (call: string, given: GivenCodes, waiting: string[]): void => {
    const before = held.get(call)
    before?.cancel()
    const merged = { ...before?.codes, ...definedOf(given) }
    held.set(call, { codes: merged, waiting: [...(before?.waiting ?? []), ...waiting], cancel: () => {} })
  }
  const checked = (given: GivenCodes): string[] => {
    const all = [given.account, given.matter].filter((code) => code !== undefined)
    for (const code of all) {
      if (!/^[\d*#A-D]{1,32}$/i.test(code)) throw new ParleyError('digits-invalid', 'a code is of 0–9, *, # and A–D')
      needs.hide(code)
    }
    return all
  }
  return {
    check: (given) => void checked(given),
    dialled: (number, given) => {
      const all = checked(given)
      const settings = needs.settings()
      if (settings['calls.codes.when'] !== 'en-bloc' || all.length === 0) return number
      const whole = settings['calls.codes.enBloc']
        .replace('{number}', () => number)
        .replace('{account}', () => given.account ?? '')
        .replace('{matter}', () => given.matter ?? '')
      // Of a short code nothing else says where it stands.
      needs.hide(whole)
      return whole
    },
    keep: (call, given) => {
      const all = checked(given)
      if (all.length > 0) keep(call, given, needs.settings()['calls.codes.when'] === 'en-bloc' ? [] : all)
    },
    give: (call, given) => {
      keep(call, given, checked(given))
      send(call)
    },
    look: (call, input) => {
      if (isMoment(input, needs.settings()['calls.codes.when'])) send(call)
    },
    take: (call) => {
      const of = held.get(call)
      of?.cancel()
      held.delete(call)
      return of?.codes ?? {}
    },
    close: () => {
      for (const { cancel } of held.values()) cancel()
      held.clear()
    },
  }
}

/** A server that collects keys asks whatever the setting says. */
function isMoment(input: CallInput, when: CodeSettings['calls.codes.when']): boolean {
  if (input.type === 'digits-wanted') return input.wanted
  if (input.type === 'early-media') return when === 'early-media'
  return input.type === 'connected' && (when === 'early-media' || when === 'answer')
}

function definedOf({ account, matter }: GivenCodes): GivenCodes {
  return { ...(account === undefined ? {} : { account }), ...(matter === undefined ? {} : { matter }) }
}

/** A key and the pause after it, at their usual length. */
const keyMs: Millis = 160
