// A journey that a person makes, as code: it acts through the SDK alone and looks at what the lab saw at the other end.
import type { Lab } from '@openparley/lab'
import type { Person } from './person.ts'

export interface Check {
  readonly what: string
  readonly expected: unknown
  readonly seen: unknown
}

export interface Outcome {
  readonly ok: boolean
  readonly checked: readonly Check[]
  readonly ms: number
}

/** What must turn a scenario's `ok` false: a fault of the lab, or an act of the scenario that is left out. */
export type Sabotage = { readonly fault: string; readonly value?: string } | { readonly withhold: string }

export interface Scenario {
  /** Begins with its subject: call-, settings-, presence-, … */
  readonly name: string
  readonly doc: string
  readonly sabotage: Sabotage
  /** Whether the lab has a second call manager. */
  readonly standby?: true
  /** Who is there, where it takes more than three. */
  readonly people?: readonly string[]
  /** Further numbers of people, each one more line of their device. */
  readonly lines?: Readonly<Record<string, readonly string[]>>
  /** What it returns is printed beside the outcome. */
  run(stage: Stage): Promise<Record<string, unknown> | void>
}

export interface Stage {
  readonly lab: Lab
  /** A person of the lab, signed in on a core of their own and ready to call: with these settings, or a SIP account. */
  person(name: string, settings?: Readonly<Record<string, unknown>>): Promise<Person>
  /** The same with settings of their own beside those of the lab. */
  personWith(name: string, more: Readonly<Record<string, unknown>>): Promise<Person>
  /** Settings of who knows a name and a password, and no server. */
  signIn(name: string): Readonly<Record<string, unknown>>
  /** Another line on the same core: that person's, signed in beside. */
  line(person: Person, name: string): Promise<Person>
  /** A second application on the same core and session. */
  application(person: Person, name: string): Promise<Person>
  /** Something that a person does, by name, so that it can be left out. */
  act<T>(name: string, does: () => Promise<T>): Promise<T | undefined>
  /** Notes what should be and what is. They are compared as JSON. */
  check(what: string, expected: unknown, seen: unknown): void
  /** Notes a number that should be at least so large. */
  atLeast(what: string, least: number, seen: number): void
  /** Notes a number that should be smaller. */
  below(what: string, limit: number, seen: number): void
  /** Notes who called whom as the lab has recorded it: answered, or refused with that status. */
  labSaw(...calls: readonly (readonly [from: string, to: string, how: 'answered' | number])[]): void
  /** A path in a folder that goes with the scenario. */
  file(name: string): string
}
