// Which meetings of the calendar are web conferences that can be joined: the only place that decides.
import type { ScheduledConference } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { PlannedMeeting } from './port.ts'
import { lineOf } from './state.ts'

export interface Scheduling {
  /** All that the calendar has of the next days. */
  are(planned: readonly PlannedMeeting[]): void
  /** Settings name other servers. */
  look(): void
  close(): void
}

export interface SchedulingNeeds {
  /** Whether an address leads to a server of the settings. */
  readonly isJoinable: (address: string) => boolean
  readonly tell: (scheduled: readonly ScheduledConference[]) => void
}

/** What is over is told no more, without anybody asking the calendar. */
export function scheduling(world: World, { isJoinable, tell }: SchedulingNeeds): Scheduling {
  let planned: readonly PlannedMeeting[] = []
  let cancel: (() => void) | undefined
  const look = (): void => {
    cancel?.()
    cancel = undefined
    const nowMs = Date.parse(world.wall())
    const scheduled = scheduledIn(planned, nowMs, isJoinable)
    tell(scheduled)
    // Those that come in sight later are told then, too.
    const next = planned
      .flatMap(({ fromMs, untilMs }) => [untilMs, fromMs - aheadMs])
      .filter((each) => each > nowMs)
      .reduce((a, b) => Math.min(a, b), Infinity)
    if (next !== Infinity)
      cancel = world.clock.at(world.clock.now() + Math.min(Math.max(leastMs, next - nowMs), aheadMs), look)
  }
  return {
    are: (all) => {
      planned = all
      look()
    },
    look,
    close: () => cancel?.(),
  }
}

/** Those of the next two days that are not over, the soonest first. */
export function scheduledIn(
  planned: readonly PlannedMeeting[],
  nowMs: number,
  isJoinable: (address: string) => boolean,
): ScheduledConference[] {
  return planned
    .filter(({ fromMs, untilMs }) => untilMs > nowMs && fromMs <= nowMs + aheadMs)
    .toSorted((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs)
    .flatMap(({ event, subject, fromMs, untilMs, places }) => {
      // One that can be joined here goes before one that only a browser can open.
      const of = places.find(({ address }) => isJoinable(address)) ?? places.find(isElsewhere)
      if (!of) return []
      return [
        {
          event: event.slice(0, mostOfEvent),
          subject: lineOf(subject),
          startsAt: new Date(fromMs).toISOString(),
          endsAt: new Date(untilMs).toISOString(),
          invitation: of.address,
        },
      ]
    })
    .slice(0, most)
}

/** A page by https: said to be the conference, or of a service whose pages are nothing else. */
function isElsewhere({ address, isSaid }: PlannedMeeting['places'][number]): boolean {
  if (address.length > longest || !URL.canParse(address)) return false
  const { protocol, hostname, pathname, username, password } = new URL(address)
  if (protocol !== 'https:' || username !== '' || password !== '') return false
  return isSaid || known.some(({ host, path }) => host.test(hostname) && path.test(pathname))
}

/** Services whose addresses are found in the texts of invitations. */
const known: readonly { readonly host: RegExp; readonly path: RegExp }[] = [
  { host: /\.webex\.com$/, path: /^\/(meet|join)\/|\/j\.php$/ },
  { host: /^meet\.jit\.si$/, path: /^\/[^/]+$/ },
  { host: /^meet\.google\.com$/, path: /^\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/ },
  { host: /^([\w-]+\.)?zoom\.us$/, path: /^\/(j|my|w)\// },
  { host: /^teams\.(microsoft|live)\.com$/, path: /^\/(l\/meetup-join|meet)\// },
  // BigBlueButton, and the portal that stands before most of them.
  { host: /./, path: /^\/bigbluebutton\/api\/join$|^\/rooms\/[\w-]+\/join$/ },
]

const aheadMs = 48 * 3_600_000
const leastMs = 1000
const most = 100
const longest = 4096
const mostOfEvent = 256
