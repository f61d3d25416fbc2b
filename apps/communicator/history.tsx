// Past calls, newest first, by day; each can be called again.
import type { HistoryEntry } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { places } from './focus.ts'
import { Icon, type IconName } from './icons.tsx'
import { messages } from './messages.ts'
import type { OfPage, Page } from './page.ts'
import { callerOf, type Past, pastOf, pastWords, precedenceOf } from './sayings.ts'
import { dayOf, daysBetween, duration, timeOfDay } from './time.ts'

export function History({ page }: OfPage): JSX.Element {
  const { history } = messages
  const missedOnly = useSignal(false)
  const all = page.model.history.value
  const entries = missedOnly.value ? all.filter((entry) => pastOf(entry) === 'missed') : all
  return (
    <section class="panel history" id={places.history} tabIndex={-1} aria-labelledby="history-heading">
      <div class="head">
        <h2 id="history-heading">{history.heading}</h2>
        <button
          type="button"
          class="quiet"
          aria-pressed={missedOnly.value}
          onClick={() => {
            missedOnly.value = !missedOnly.value
          }}
        >
          {history.missedOnly}
        </button>
      </div>
      {entries.length === 0 && <p class="faint">{missedOnly.value ? history.noneMissed : history.none}</p>}
      {byDay(entries, page.time.now.value).map(([day, ofDay]) => (
        <div key={day}>
          <h3>{day}</h3>
          <ul class="list">
            {ofDay.map((entry) => (
              <Entry key={entry.call} page={page} entry={entry} />
            ))}
          </ul>
        </div>
      ))}
      {page.model.older.value !== undefined && (
        <button type="button" class="quiet" onClick={() => page.acts.older()}>
          {history.older}
        </button>
      )}
    </section>
  )
}

function Entry({ page, entry }: { readonly page: Page; readonly entry: HistoryEntry }): JSX.Element {
  const name = callerOf(entry)
  const past = pastOf(entry)
  const why = past === 'failed' ? entry.end.error?.sentence : undefined
  return (
    <li class={`item past-${past}`}>
      <Icon name={icons[past]} />
      <div class="grow">
        <strong>{name}</strong>
        <span class="faint">
          {[
            pastWords[past],
            precedenceOf(entry),
            timeOfDay(entry.startedAt),
            entry.talkedMs === undefined ? why : duration(entry.talkedMs),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {!entry.remote.anonymous && (
        <button
          type="button"
          class="quiet square"
          aria-label={messages.history.call(name)}
          onClick={() => page.acts.dial(entry.remote.number)}
        >
          <Icon name="call" />
        </button>
      )}
    </li>
  )
}

function byDay(entries: readonly HistoryEntry[], now: number): (readonly [string, readonly HistoryEntry[]])[] {
  const { today, yesterday } = messages.history
  const days = Map.groupBy(entries, ({ startedAt }) => {
    const ago = daysBetween(new Date(startedAt), new Date(now))
    return ago === 0 ? today : ago === 1 ? yesterday : dayOf(startedAt)
  })
  return [...days]
}

const icons: Readonly<Record<Past, IconName>> = {
  outgoing: 'outgoing',
  incoming: 'incoming',
  missed: 'missed',
  declined: 'end',
  sentOn: 'forward',
  elsewhere: 'incoming',
  failed: 'warn',
}
