// Forwarding of a phone's line that the server does: it is told by what is dialled (feature codes), in calls that no application sees.
import { type CallEnd, errorValue, type Forwarding, type Settings } from '@openparley/contract'
import { newId, type World } from '../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent } from './port.ts'

export type ForwardingSettings = Pick<
  Settings,
  'calls.forward.at' | 'calls.forward.codes' | 'calls.forward.always' | 'calls.forward.busy' | 'calls.forward.noAnswer'
>

export interface ServerForwarding {
  /** Settings may have changed. */
  look(): void
  /** The phone is signed in, or no longer. */
  ready(is: boolean): void
  /** False: the event is not of a call of these. */
  take(event: PhoneEvent): boolean
}

type When = Forwarding['when']

/** What the server is being told. */
interface Telling {
  readonly call: string
  readonly when: When
  readonly to: string | undefined
  isAnswered: boolean
}

export function serverForwarding(
  world: World,
  settings: () => ForwardingSettings,
  parts: {
    readonly perform: (command: PhoneCommand) => void
    readonly told: (forwarding: Forwarding) => void
  },
): ServerForwarding {
  /** What each server was told last, by us; what it was told before, by whomever, is not known. */
  const told = new Map<When, string | undefined>()
  /** What it did not take is not told again, until something else is wanted. */
  const refused = new Map<When, string | undefined>()
  let telling: Telling | undefined
  let isReady = false

  const look = (): void => {
    const now = settings()
    const { 'calls.forward.at': at, 'calls.forward.codes': codes } = now
    if (telling || !isReady) return
    for (const when of all) {
      const to = at === 'server' ? now[`calls.forward.${when}`] : undefined
      if (told.get(when) === to || (refused.has(when) && refused.get(when) === to)) continue
      refused.delete(when)
      const code = to === undefined ? codes[`${when}Off`] : codes[when]?.replace('{number}', () => to)
      if (code === undefined) continue
      telling = { call: newId(world, 'call'), when, to, isAnswered: false }
      parts.perform({ type: 'dial', call: telling.call, to: code, endpoint: { kind: 'none' } })
      return
    }
  }
  const over = ({ when, to, isAnswered }: Telling, end: CallEnd): void => {
    telling = undefined
    const where = to === undefined ? {} : { to }
    if (isAnswered) {
      told.set(when, to)
      parts.told({ when, ...where })
    } else {
      refused.set(when, to)
      parts.told({ when, ...where, error: end.error ?? errorValue('call-failed') })
    }
    look()
  }
  return {
    look,
    ready: (is) => {
      if (is && !isReady) refused.clear()
      isReady = is
      look()
    },
    take: (event) => {
      if (!telling || !('call' in event) || event.call !== telling.call) return false
      if (event.type === 'connected') {
        telling.isAnswered = true
        parts.perform({ type: 'end', call: telling.call })
      } else if (event.type === 'ended') over(telling, event.end)
      return true
    },
  }
}

const all: readonly When[] = ['always', 'busy', 'noAnswer']
