// What the lines of a person's phones are set to: at the phone on the desk its server keeps it, for the soft phone the person's
// settings do; and each follows the other.
import { ParleyError, type Settings } from '@openparley/contract'
import type { Line, LineSet, PhonePort } from './services/calls/port.ts'
import type { PhonesService } from './services/phones/index.ts'

export interface LinesParts {
  readonly all: Pick<PhonesService, 'find' | 'update' | 'each'>
  readonly settings: () => Settings
  readonly keep: (values: Readonly<Record<string, unknown>>) => Promise<void>
  /** The port of an open phone. */
  readonly portOf: (phone: string) => PhonePort | undefined
  /** One does not follow the other, for that reason. */
  readonly apart: (phone: string, why: ParleyError) => void
}

export interface Lines {
  /** Rejects with `phone-unknown`, `phone-unavailable`, `phone-line-refused` or what keeps a setting from being written. */
  set(phone: string, set: LineSet): Promise<void>
  /** What the server of that phone on the desk says of its line. */
  told(phone: string, line: Line): void
  /** The person's settings may have changed. */
  look(): void
}

export function lines({ all, settings, keep, portOf, apart }: LinesParts): Lines {
  let own: LineSet | undefined
  const ofSettings = (): LineSet => {
    const now = settings()
    return { forwardedTo: now['calls.forward.always'], doNotDisturb: now['calls.doNotDisturb'] }
  }
  const set = async (phone: string, wanted: LineSet): Promise<void> => {
    const { kind, sets } = all.find(phone)
    if (sets.length === 0) throw new ParleyError('phone-line-refused', 'it is set at the phone alone')
    if (kind === 'soft') return keep(asSettings(wanted))
    const port = portOf(phone)
    if (!port?.setLine) throw new ParleyError('phone-unavailable')
    try {
      await port.setLine(wanted)
    } catch (error) {
      if (error instanceof ParleyError) throw error
      // Adapters of others reject with whatever they like.
      throw new ParleyError('phone-line-refused', error instanceof Error ? error.message : String(error))
    }
  }
  const follow = async (phone: string, wanted: LineSet): Promise<void> => {
    try {
      await set(phone, wanted)
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      apart(phone, error)
    }
  }
  return {
    set,
    told: (phone, line) => {
      // What is told first is how things are, and nobody’s wish.
      const before = all.find(phone)
      all.update(phone, line)
      if (!settings()['phones.inStep']) return
      const wanted = changesOf(before, line, ofSettings())
      const [soft] = all.each().filter(({ kind, sets }) => kind === 'soft' && sets.length > 0)
      if (soft && Object.keys(wanted).length > 0) void follow(soft.id, wanted)
    },
    look: () => {
      const before = own
      own = ofSettings()
      const isFirst = before === undefined
      const changed = isFirst ? whereSet(own) : changesOf(before, own, before)
      if (Object.keys(changed).length === 0) return
      for (const { id, kind, sets } of all.each()) {
        if (sets.length === 0) continue
        if (kind === 'soft') all.update(id, shownOf(changed, settings()))
        else if (!isFirst && settings()['phones.inStep']) {
          const wanted = changesOf(before, own, all.find(id))
          if (Object.keys(wanted).length > 0) void follow(id, wanted)
        }
      }
    },
  }
}

/** What is another after than before, and another than there. */
function changesOf(before: LineSet, after: LineSet, there: LineSet): LineSet {
  const isNew = (name: keyof LineSet): boolean =>
    name in before &&
    name in after &&
    [before, there].every((other) => (other[name] || undefined) !== (after[name] || undefined))
  return {
    ...(isNew('forwardedTo') ? { forwardedTo: after.forwardedTo } : {}),
    ...(isNew('doNotDisturb') ? { doNotDisturb: after.doNotDisturb } : {}),
  }
}

/** Whether a server that is told by codes has taken it is told when it has. */
function shownOf(changed: LineSet, { 'calls.forward.at': at }: Settings): LineSet {
  const { forwardedTo: _, ...rest } = changed
  return at === 'phone' ? changed : rest
}

function whereSet({ forwardedTo, doNotDisturb }: LineSet): LineSet {
  return { ...(forwardedTo === undefined ? {} : { forwardedTo }), ...(doNotDisturb ? { doNotDisturb } : {}) }
}

function asSettings(set: LineSet): Record<string, unknown> {
  return {
    ...('forwardedTo' in set ? { 'calls.forward.always': set.forwardedTo } : {}),
    ...('doNotDisturb' in set ? { 'calls.doNotDisturb': set.doNotDisturb } : {}),
  }
}
