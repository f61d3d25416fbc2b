// What the page knows: one person's calls, history, phones and services, as the core tells them.
import {
  type Call,
  type CallsChange,
  connect,
  type Core,
  type HealthRow,
  type HistoryEntry,
  type Lamp,
  type ParleyError,
  type Phone,
  type Session,
} from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { messages } from './messages.ts'
import { type News, newsBetween, reminderOf } from './news.ts'
import { type Forwarding, forwardingText, nameOf } from './sayings.ts'
import type { Pass } from './sign-in.ts'
import { type ConferencesModel, openConferences } from './conferences-model.ts'
import { openPeople, type PeopleModel } from './people-model.ts'

/** connected; waiting: lost, tried again soon; closed: over for good. */
export type Line =
  | { readonly is: 'connected' | 'waiting' }
  | { readonly is: 'closed'; readonly why: ParleyError | undefined }

/** Somebody who was busy or did not answer, and can be called now. */
export interface Free {
  readonly call: string
  readonly number: string
}

/** Somebody who called and whose sound cannot be carried: nothing rang. */
export type TurnedAway = Extract<CallsChange, { type: 'unanswerable' }>

type Config = Awaited<ReturnType<Session['config']['get']>>['state']

export interface Model {
  readonly core: Core
  readonly session: Session
  readonly line: ReadonlySignal<Line>
  /** As others see the person: a displayed name, else the name signed in with. */
  readonly name: ReadonlySignal<string>
  readonly phones: ReadonlySignal<readonly Phone[]>
  readonly services: ReadonlySignal<readonly HealthRow[]>
  /** Oldest first. */
  readonly calls: ReadonlySignal<readonly Call[]>
  /** The lines of others that the person watches, in the order of the setting. */
  readonly lamps: ReadonlySignal<readonly Lamp[]>
  /** The call that the person was last reminded of: another value each time. */
  readonly reminder: ReadonlySignal<{ readonly call: string } | undefined>
  /** Whom the person waits for no longer: taken out when they are called or dismissed. */
  readonly free: Signal<readonly Free[]>
  /** Newest last: taken out when they are dismissed. */
  readonly turnedAway: Signal<readonly TurnedAway[]>
  /** What the server was told of forwarding since the page is there, and whether it took it. */
  readonly forwardings: ReadonlySignal<ReadonlyMap<string, Forwarding>>
  /** Names of the recordings that are complete, by call. */
  readonly recordings: ReadonlySignal<ReadonlyMap<string, string>>
  /** Newest first. */
  readonly history: Signal<readonly HistoryEntry[]>
  /** The cursor of the next page; undefined where there is none. */
  readonly older: Signal<string | undefined>
  readonly news: Signal<News | undefined>
  readonly people: PeopleModel
  readonly conferences: ConferencesModel
  /** The settings in force, and what stands beside them. */
  readonly config: ReadonlySignal<Config>
  /** A part of the state that could not be had. */
  readonly trouble: Signal<ParleyError | undefined>
  close(): void
}

/** Connects and follows everything. Rejects as `connect` does. */
export async function openModel({ token, application }: Pass): Promise<Model> {
  const line = signal<Line>({ is: 'connected' })
  const core = await connect({
    application,
    token,
    role: 'approve',
    onStatus: (status, why) => {
      line.value = status === 'closed' ? { is: 'closed', why } : { is: status }
    },
  })
  const session = core.at()
  const leaving = new AbortController()
  const { signal: until } = leaving
  const calls = signal<ReadonlyMap<string, Call>>(new Map())
  const lamps = signal<ReadonlyMap<string, Lamp>>(new Map())
  const reminder = signal<{ readonly call: string } | undefined>(undefined)
  const free = signal<readonly Free[]>([])
  const turnedAway = signal<readonly TurnedAway[]>([])
  const forwardings = signal<ReadonlyMap<string, Forwarding>>(new Map())
  const recordings = signal<ReadonlyMap<string, string>>(new Map())
  const phones = signal<ReadonlyMap<string, Phone>>(new Map())
  const services = signal<ReadonlyMap<string, HealthRow>>(new Map())
  const history = signal<readonly HistoryEntry[]>([])
  const older = signal<string | undefined>(undefined)
  const config = signal<Config>({ settings: {}, unknown: [], problems: [], pending: [] })
  const news = signal<News | undefined>(undefined)
  const trouble = signal<ParleyError | undefined>(undefined)

  const follow = (watching: () => Promise<void>): void => {
    watching().catch((thrown: unknown) => {
      // The line tells that itself.
      if (!until.aborted && line.value.is !== 'closed') trouble.value = thrown as ParleyError
    })
  }
  const changed = (change: CallsChange): void => {
    const before = calls.value
    switch (change.type) {
      case 'call': {
        const { call } = change
        calls.value = withOne(before, call.id, call)
        news.value = newsBetween(before.get(call.id), call) ?? news.value
        return
      }
      case 'removed':
        calls.value = without(before, change.call)
        recordings.value = without(recordings.value, change.call)
        return
      case 'lamp':
        lamps.value = withOne(lamps.value, change.lamp.number, change.lamp)
        return
      case 'holdReminder': {
        const call = before.get(change.call)
        reminder.value = { call: change.call }
        news.value = (call && reminderOf(call)) ?? news.value
        return
      }
      case 'callBackReady': {
        const { call, number } = change
        free.value = [...free.value.filter((each) => each.number !== number), { call, number }].slice(-mostFree)
        news.value = { text: messages.news.free(number), isUrgent: true }
        return
      }
      case 'unanswerable':
        turnedAway.value = [...turnedAway.value, change].slice(-mostFree)
        news.value = {
          text: messages.standing.turnedAway(nameOf(change.from), change.error.sentence),
          isUrgent: true,
        }
        return
      case 'forwarding':
        forwardings.value = withOne(forwardings.value, change.forwarding.when, change.forwarding)
        news.value = { text: forwardingText(change.forwarding), isUrgent: change.forwarding.error !== undefined }
        return
      case 'recorded':
        recordings.value = withOne(recordings.value, change.call, change.file)
        news.value = { text: messages.news.recorded(change.file), isUrgent: false }
    }
  }
  follow(async () => {
    for await (const seen of session.calls.watch({ signal: until })) {
      // What was so before the page came, or while it was away, is no news.
      if (seen.type === 'change') changed(seen.change)
      else {
        calls.value = byKey(seen.state.calls, ({ id }) => id)
        lamps.value = byKey(seen.state.lamps, ({ number }) => number)
      }
    }
  })
  follow(async () => {
    for await (const seen of session.phones.watch({ signal: until })) {
      if (seen.type === 'snapshot') phones.value = byKey(seen.state.phones, ({ id }) => id)
      else phones.value = withOne(phones.value, seen.change.phone.id, seen.change.phone)
    }
  })
  follow(async () => {
    for await (const seen of session.health.watch({ signal: until })) {
      if (seen.type === 'snapshot') services.value = byKey(seen.state.services, ({ service }) => service)
      else services.value = withOne(services.value, seen.change.row.service, seen.change.row)
    }
  })
  follow(async () => {
    for await (const seen of session.history.watch({ signal: until })) {
      if (seen.type === 'change') {
        if (seen.change.type !== 'added') continue
        const { entry } = seen.change
        history.value = [entry, ...history.value.filter(({ call }) => call !== entry.call)]
        continue
      }
      const page = await session.history.list({ limit: pageOfHistory })
      history.value = page.entries
      older.value = page.next
    }
  })
  follow(async () => {
    for await (const seen of session.config.watch({ signal: until })) {
      const { type } = seen
      if (type === 'snapshot') config.value = seen.state
      else if (seen.change.type === 'sources') {
        const { unknown, problems, pending } = seen.change
        config.value = { ...config.value, unknown, problems, pending }
      } else {
        const { name, now } = seen.change
        const { [name]: _, ...settings } = config.value.settings
        config.value = { ...config.value, settings: now ? { ...settings, [name]: now } : settings }
      }
    }
  })
  const people = openPeople({
    session,
    scopes: core.scopes,
    services,
    until,
    follow,
    tell: (text) => {
      news.value = { text, isUrgent: false }
    },
  })
  const conferences = openConferences({
    session,
    scopes: core.scopes,
    application: core.application,
    until,
    follow,
    tell: (text) => {
      news.value = { text, isUrgent: false }
    },
  })
  return {
    core,
    session,
    line,
    config,
    people,
    conferences,
    name: computed(
      () =>
        textOf(config.value.settings['softphone.displayName']?.value) ?? userOf([...phones.value.values()][0]?.address),
    ),
    phones: computed(() => [...phones.value.values()]),
    services: computed(() => [...services.value.values()]),
    calls: computed(() => [...calls.value.values()].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))),
    lamps: computed(() =>
      textsOf(config.value.settings['calls.lamps']?.value).map(
        (number): Lamp => lamps.value.get(number) ?? { number, is: 'unknown' },
      ),
    ),
    reminder,
    free,
    turnedAway,
    forwardings,
    recordings,
    history,
    older,
    news,
    trouble,
    close: () => {
      leaving.abort()
      core.close()
    },
  }
}

function byKey<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [key(one), one]))
}

function withOne<T>(all: ReadonlyMap<string, T>, key: string, one: T): ReadonlyMap<string, T> {
  return new Map(all).set(key, one)
}

function without<T>(all: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  return new Map([...all].filter(([each]) => each !== key))
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** The part of sip:alice@example.com that people read. */
function userOf(address = ''): string {
  return /^sips?:([^@;]+)@/.exec(address)?.[1] ?? address
}

const mostFree = 5
/** So many entries of the history are asked for at once. */
export const pageOfHistory = 50
