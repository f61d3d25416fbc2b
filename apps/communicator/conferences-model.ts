// What the page knows of web conferences, and the one that it is in itself.
import type { Session, WebConference } from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ConferenceMedia } from './conferences-media.ts'
import { conferenceMessages } from './conferences-messages.ts'

type State = Awaited<ReturnType<Session['conferences']['get']>>['state']
export type Member = WebConference['members'][number]

export interface ConferencesModel {
  /** Whether one can be made, and the page may. */
  readonly isSetUp: ReadonlySignal<boolean>
  /** The newest first. */
  readonly all: ReadonlySignal<readonly WebConference[]>
  readonly scheduled: ReadonlySignal<State['scheduled']>
  /** The one that this page is in, with its sound and pictures. */
  readonly here: Signal<{ readonly conference: string; readonly media: ConferenceMedia } | undefined>
  readonly current: ReadonlySignal<WebConference | undefined>
  /** The addresses of servers' own pages, once they were joined. */
  readonly opened: Signal<ReadonlyMap<string, string>>
}

interface Parts {
  readonly session: Session
  readonly scopes: readonly string[]
  readonly application: string
  readonly until: AbortSignal
  /** Said to who does not see it. */
  readonly tell: (text: string) => void
  readonly follow: (watching: () => Promise<void>) => void
}

export function openConferences({ session, scopes, application, until, tell, follow }: Parts): ConferencesModel {
  const all = signal<ReadonlyMap<string, WebConference>>(new Map())
  const scheduled = signal<State['scheduled']>([])
  const kinds = signal<State['kinds']>([])
  const here = signal<ReturnType<typeof openConferences>['here']['value']>(undefined)
  const isAllowed = ['conferences.read', 'conferences.use'].every((scope) => scopes.includes(scope))
  const put = (one: WebConference): void => {
    const before = all.value.get(one.conference)
    all.value = new Map(all.value).set(one.conference, one)
    if (here.value?.conference !== one.conference) return
    for (const text of between(before?.members ?? [], one.members)) tell(text)
    if (one.state !== 'joined' && before?.state === 'joined') {
      here.value.media.close()
      here.value = undefined
    }
  }
  const watch = async (): Promise<void> => {
    for await (const seen of session.conferences.watch({ signal: until })) {
      if (seen.type === 'snapshot') {
        all.value = new Map(seen.state.conferences.map((one) => [one.conference, one]))
        scheduled.value = seen.state.scheduled
        kinds.value = seen.state.kinds
        continue
      }
      const { change } = seen
      switch (change.type) {
        case 'conference':
          put(change.conference)
          break
        case 'removed':
          all.value = new Map([...all.value].filter(([id]) => id !== change.conference))
          break
        case 'scheduled':
          scheduled.value = change.scheduled
          break
        case 'kinds':
          kinds.value = change.kinds
          break
        case 'offered':
          // One that cannot be had now comes again with its next change.
          if (change.application === application && here.value?.conference === change.conference)
            here.value.media.offered(change).catch(() => undefined)
          break
        case 'withdrawn':
          if (change.application === application) here.value?.media.withdrawn(change.connection)
      }
    }
  }
  if (isAllowed) follow(watch)
  return {
    isSetUp: computed(() => isAllowed && kinds.value.length > 0),
    all: computed(() => [...all.value.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))),
    scheduled,
    here,
    current: computed(() => (here.value ? all.value.get(here.value.conference) : undefined)),
    opened: signal<ReadonlyMap<string, string>>(new Map()),
  }
}

/** Who has come and gone. */
function between(before: readonly Member[], after: readonly Member[]): string[] {
  const ids = (members: readonly Member[]): ReadonlySet<string> => new Set(members.map(({ member }) => member))
  const [old, now] = [ids(before), ids(after)]
  if (old.size === 0 || now.size === 0) return []
  return [
    ...after.filter(({ member }) => !old.has(member)).map(({ name }) => conferenceMessages.came(name)),
    ...before.filter(({ member }) => !now.has(member)).map(({ name }) => conferenceMessages.went(name)),
  ]
}
