// The phones that a session opens: the person's own, and one more for each further line of its device. What becomes of one is told
// of that one alone.
import { Capability, type Phone, type PhoneState, type Settings } from '@openparley/contract'
import { settingsOfLine } from './compose-line.ts'
import { addressOf } from './compose-phone.ts'
import { type SipLink, type SipLinkOptions, type Wires, wires } from './links/sip/index.ts'
import type { Recorder } from './runtime/recorder.ts'
import { newId, type World } from './runtime/world.ts'
import type { PhoneEvent, PhonePort } from './services/calls/port.ts'
import type { ConfigService } from './services/config/index.ts'
import type { MediaPort } from './services/media/index.ts'
import type { PhonesService } from './services/phones/index.ts'
import type { Found, FoundLine } from './services/provisioning/port.ts'

/** Makes one of the person's phones; it connects on its own and tells. */
export type OpenPhone = (options: {
  readonly world: World
  readonly settings: () => Settings
  /** Keeps what its engines do. */
  readonly recorder: Recorder
  readonly media: MediaPort
  /** A new call's id. */
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
  /** What the lines of one device share. */
  readonly wires: Wires
  /** Another way to its server than one of its own. */
  readonly openLink?: (options: SipLinkOptions) => SipLink
}) => PhonePort

export interface SessionPhonesParts {
  readonly world: World
  readonly all: PhonesService
  readonly settings: Pick<ConfigService, 'current' | 'originOf'>
  readonly recorder: Recorder
  readonly media: MediaPort
  readonly openPhone: OpenPhone
  /** The link of the first line, where others have part in it. */
  readonly openLink?: (options: SipLinkOptions) => SipLink
  /** Everything that a phone tells. */
  readonly told: (phone: string, event: PhoneEvent) => void
  /** How the lines stand, the first one first, after each change. */
  readonly stand: (lines: readonly LineState[]) => void
  /** The first line stands so now. */
  readonly firstStands: (state: PhoneState) => void
  /** The device is to begin anew. */
  readonly reset: () => void
}

export interface LineState {
  readonly button: number
  readonly state: PhoneState
}

export interface SessionPhones {
  /** The person's own phone, the first line of its device. */
  readonly first: string
  /** The lines of a device, where these are what was found. */
  found(found: Found): void
  /** Opens the first line, and the others once it is known how that one stands. */
  open(): void
  /** There can be none, for that reason. */
  lacking(state: PhoneState): void
  /** The port of an open phone; undefined for any other. */
  at(phone: string): PhonePort | undefined
  /** What a phone goes by; the session's own settings where it is none of these. */
  settingsOf(phone: string | undefined): Settings
  /** Closes all of them; `open` opens them again. */
  close(): Promise<void>
}

interface Line {
  readonly id: string
  /** Undefined while no device was found to have it. */
  found: FoundLine | undefined
  port: PhonePort | undefined
  /** Which opening counts: one that is closed has no state any more. */
  opening: number
  state: PhoneState
  noticeOver: (() => void) | undefined
}

export function sessionPhones(parts: SessionPhonesParts): SessionPhones {
  const { world, all, settings, told } = parts
  let device: { readonly from: string; readonly lines: readonly FoundLine[] } | undefined
  const newLine = (found: FoundLine | undefined): Line => ({
    id: newId(world, 'phone'),
    found,
    port: undefined,
    opening: 0,
    state: { is: 'connecting', since: world.wall() },
    noticeOver: undefined,
  })
  const first = newLine(undefined)
  /** Beside the first: by key and number, those too that the device has no longer. */
  const further = new Map<string, Line>()
  /** Those that the device has now, by its keys. */
  let lines: readonly Line[] = [first]
  let shared = wires()
  const settingsOf = ({ id, found }: Line): Settings =>
    id === first.id || !found ? settings.current() : settingsOfLine(settings, found)
  const addressAs = (line: Line): string => `sip:${addressOf(settingsOf(line))}`
  const show = (line: Line): void =>
    all.show({
      id: line.id,
      kind: 'soft',
      address: addressAs(line),
      state: line.state,
      can: Capability.options,
      sets: ['forwardedTo', 'doNotDisturb'],
      ...numberOf(settingsOf(line)),
      ...described(line),
    })
  const described = (line: Line): Pick<Phone, 'line'> => {
    const { found } = line
    const of = settingsOf(line)['softphone.cucm.device']
    if (!found || of === undefined) return {}
    const voicemail = settingsOf(line)['voicemail.pilotNumber']
    const { number, label, button } = found
    return { line: { number, label, button, of, ...(voicemail === undefined ? {} : { voicemail }) } }
  }
  show(first)

  const stands = (line: Line, state: PhoneState): void => {
    line.state = state
    all.update(line.id, { state })
    parts.stand(lines.map((each, at) => ({ button: each.found?.button ?? at + 1, state: each.state })))
    if (line === first) parts.firstStands(state)
  }
  const notice = (line: Line, { line: said, forMs }: Extract<PhoneEvent, { type: 'line' }>): void => {
    all.update(line.id, said)
    if (!('notice' in said)) return
    line.noticeOver?.()
    const over = (): void => all.update(line.id, { notice: undefined })
    line.noticeOver = forMs === undefined ? undefined : world.clock.at(world.clock.now() + forMs, over)
  }
  /** Which line of the device the server means; where only one is known it can but mean that. */
  const meant = (by: Line, button: number | undefined): Line | undefined =>
    button === undefined || !by.found ? by : lines.find(({ found }) => found?.button === button)
  const tell = (line: Line, opening: number, event: PhoneEvent): void => {
    switch (event.type) {
      case 'state':
        if (opening === line.opening) stands(line, event.state)
        break
      case 'reset':
        // One device: it begins anew as a whole, whichever line was told.
        if (opening === line.opening) parts.reset()
        break
      case 'line': {
        const about = meant(line, event.button)
        if (about) notice(about, event)
        break
      }
      case 'asked-to-dial':
        return told((meant(line, event.button) ?? line).id, event)
    }
    told(line.id, event)
    // A device is known by its first line; and who dials without naming one is not to get another only because it was faster.
    if (line === first && event.type === 'state' && isDecided(event.state) && opening === first.opening)
      for (const each of lines) if (each !== first && !each.port) openLine(each)
  }
  const openLine = (line: Line): void => {
    const opening = ++line.opening
    line.port = parts.openPhone({
      world,
      settings: () => settingsOf(line),
      recorder: line === first ? parts.recorder : ofLine(parts.recorder, line.found?.button ?? 0),
      media: parts.media,
      newCall: () => newId(world, 'call'),
      tell: (event) => tell(line, opening, event),
      wires: shared,
      ...(line === first && parts.openLink ? { openLink: parts.openLink } : {}),
    })
  }
  /** As the device has them now; one that it had before is the same phone again. */
  const take = (): void => {
    // Where somebody else says who the person is, the phone is not that device, whatever its file says.
    const isDevice = device !== undefined && settings.originOf('softphone.user')?.from === device.from
    const [own, ...others] = isDevice ? (device?.lines ?? []) : []
    if (first.found && !own) all.update(first.id, { line: undefined })
    first.found = own
    const now = others.map((found) => {
      const key = `${found.button} ${found.number}`
      const known = further.get(key)
      const line = known ?? newLine(found)
      line.found = found
      further.set(key, line)
      if (!known) show(line)
      return line
    })
    lines = [first, ...new Set(now)]
    for (const line of [first, ...further.values()]) {
      line.state = { is: lines.includes(line) ? 'connecting' : 'off', since: world.wall() }
      all.update(line.id, { address: addressAs(line), state: line.state, ...described(line) })
    }
  }
  const every = (): Line[] => [first, ...further.values()]
  return {
    first: first.id,
    found: ({ from, lines: found }) => {
      if (found) device = { from, lines: found }
    },
    open: () => {
      take()
      shared = wires()
      openLine(first)
    },
    lacking: (state) => lines.forEach((line) => stands(line, state)),
    at: (phone) => every().find(({ id }) => id === phone)?.port,
    settingsOf: (phone) => settingsOf(every().find(({ id }) => id === phone) ?? first),
    close: async () => {
      const open = every().flatMap((line) => {
        const { port } = line
        line.opening++
        line.port = undefined
        line.noticeOver?.()
        if (line.noticeOver) all.update(line.id, { notice: undefined })
        line.noticeOver = undefined
        return port ? [port] : []
      })
      await Promise.all(open.map((port) => port.close()))
    },
  }
}

/** By which the server knows the line. */
function numberOf({ 'softphone.user': number }: Settings): Pick<Phone, 'number'> {
  return number === undefined ? {} : { number }
}

function isDecided({ is }: PhoneState): boolean {
  return is === 'ready' || is === 'waiting' || is === 'failed'
}

/** Its engines have names of their own in a report. */
function ofLine(recorder: Recorder, button: number): Recorder {
  return { ...recorder, engine: (id, ...rest) => recorder.engine(`${id}, line ${button}`, ...rest) }
}
