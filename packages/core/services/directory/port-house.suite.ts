// A directory in a test, and who stands in it: the clock stands until it is moved, the network and the servers are real.
import type { Settings } from '@openparley/contract'
import { type DnsResolver, dnsResolver } from '@openparley/net'
import { writeVcard } from '@openparley/protocols/vcard'
import { followed, seededDice, type VirtualClock, virtualClock } from '@openparley/testkit'
import type { World } from '../../runtime/world.ts'
import type { DirectoryPort, Listed, SourceState, TellSource } from './port.ts'

export interface House {
  readonly clock: VirtualClock
  readonly port: DirectoryPort
  readonly states: readonly SourceState[]
  /** The next state that says how it went. */
  next(): Promise<SourceState>
  /** Begun, and how that went. */
  first(): Promise<SourceState>
  /** Who is found by that text, in the order of their names. */
  names(text: string, limit?: number): Promise<string[]>
}

/** What every adapter is opened with. */
export interface Opened {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellSource
}

export function houseOf(open: (opened: Opened) => DirectoryPort, settings: Settings): House {
  const clock = virtualClock()
  const told = followed<SourceState>()
  const port = open({
    world: { clock, dice: seededDice(1), wall: () => new Date(beginsMs + clock.now()).toISOString() },
    settings: () => settings,
    dns: () => dnsResolver(settings['discovery.dns']),
    tell: told.tell,
  })
  const next = (): Promise<SourceState> => told.next(({ is }) => is !== 'starting')
  return {
    clock,
    port,
    states: told.all,
    next,
    first: () => {
      port.start()
      return next()
    },
    names: async (text, limit = 25) => namesOf(await port.search({ text, limit }, never())),
  }
}

export function namesOf(found: readonly Listed[]): string[] {
  return found.map(({ name }) => name).toSorted()
}

export function never(): AbortSignal {
  return new AbortController().signal
}

/** Somebody who must stand in a directory that is tried here. */
export interface Somebody {
  readonly given: string
  readonly family: string
  /** Their name at the directory, of no more than letters and digits. */
  readonly user: string
  readonly mail: string
  readonly work: string
  readonly mobile?: string
  readonly title?: string
  readonly organisation?: string
  readonly department?: string
  /** For chat. */
  readonly address?: string
  /** A picture, in base64. */
  readonly photo?: string
}

/** As small as a picture can be: a PNG of one point. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Who stands there, beside whoever else does: no other begins a name with one of theirs. */
export const folk: readonly [Required<Somebody>, Somebody, Somebody, Somebody] = [
  {
    given: 'Zoë',
    family: 'Ångström',
    user: 'zangstrom',
    mail: 'zoe@folk.example',
    work: '+49 30 5550101',
    mobile: '+49 171 5550102',
    title: 'Head of wavelengths',
    organisation: 'Folk & Söhne',
    department: 'Optics',
    address: 'zoe@chat.folk.example',
    photo: picture,
  },
  { given: 'Zebedee', family: 'Quill', user: 'zquill', mail: 'zebedee.quill@folk.example', work: '+1 303 555 0177' },
  { given: 'Quentin', family: 'Zander', user: 'qzander', mail: 'qz@folk.example', work: '+1 303 555 0178' },
  // A name that is syntax somewhere: of filters, of names in a tree, of addresses, of markup.
  { given: '*Xan (x=y)', family: 'O\\Neil, <b>&', user: 'xan', mail: 'xan@folk.example', work: '2244' },
]

/** Somebody’s card, as an address book writes it. */
export function folkCard({ given, family, work, mobile, mail, photo, ...rest }: Somebody): string {
  return writeVcard({
    ...rest,
    uid: rest.user,
    name: `${given} ${family}`,
    given,
    family,
    mail: [mail],
    numbers: [
      { number: work, kind: 'work' },
      ...(mobile === undefined ? [] : [{ number: mobile, kind: 'mobile' as const }]),
    ],
    ...(photo === undefined ? {} : { photo: { base64: photo } }),
  })
}

/** A card of no more than a name and a number. */
export function cardText(name: string, number: string): string {
  return writeVcard({ uid: name.replaceAll(' ', '-'), name, mail: [], numbers: [{ number, kind: 'work' }] })
}

const beginsMs = Date.parse('2026-03-10T09:00Z')
