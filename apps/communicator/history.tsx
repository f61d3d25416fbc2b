// All that was, newest first, by day: calls, messages, voicemail and conferences, narrowed as one likes.
import type { HistoryRecord } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { places } from './focus.ts'
import { HistoryFilter } from './history-filter.tsx'
import { MenuButton, type MenuEntry, type Menu, useMenu } from './kit.tsx'
import { messages } from './messages.ts'
import type { OfPage, Page } from './page.ts'
import { pastMessages } from './past-messages.ts'
import { everything } from './past-model.ts'
import { PastRecord, toCall, whatOf } from './past-record.tsx'
import { dayOf, daysBetween, timeOfDay } from './time.ts'

export function History({ page }: OfPage): JSX.Element {
  const { history } = messages
  const { acts, model } = page
  const { past } = model
  const { records, narrowed, hasMore } = past
  // Not before somebody looks.
  useEffect(() => void past.load(), [])
  const files = useMenu((as) => acts.exportPast(as as 'csv' | 'json'))
  const menu = useMenu((act, id) => {
    const record = records.value?.find((each) => each.id === id)
    if (record) perform(page, record, act)
  })
  const chosen = useSignal<HistoryRecord | undefined>(undefined)
  chosen.value = records.value?.find(({ id }) => id === menu.of.value)
  const isNarrowed =
    narrowed.value !== everything && Object.values(narrowed.value).some((each) => each !== '' && each !== 'all')
  return (
    <section class="panel history" id={places.history} tabIndex={-1} aria-labelledby="history-heading">
      <div class="head">
        <h2 id="history-heading">{history.heading}</h2>
        <MenuButton menu={files} of="file" label={pastMessages.export} icon="save" />
        {files.list([
          { value: 'csv', label: pastMessages.exportAs.csv, icon: 'save' },
          { value: 'json', label: pastMessages.exportAs.json, icon: 'save' },
        ])}
      </div>
      <HistoryFilter page={page} />
      <p class="unseen" role="status">
        {isNarrowed && records.value ? pastMessages.found(records.value.length, !hasMore.value) : ''}
      </p>
      {records.value?.length === 0 && <p class="faint">{isNarrowed ? pastMessages.noneSuch : history.none}</p>}
      {byDay(records.value ?? [], page.time.now.value).map(([day, ofDay]) => (
        <div key={day}>
          <h3>{day}</h3>
          <ul class="list">
            {ofDay.map((record) => (
              <PastRecord key={record.id} page={page} record={record}>
                <More menu={menu} record={record} page={page} />
              </PastRecord>
            ))}
          </ul>
        </div>
      ))}
      {menu.list(chosen.value ? entriesOf(page, chosen.value) : [])}
      {hasMore.value && (
        <button type="button" class="quiet" onClick={() => acts.older()}>
          {history.older}
        </button>
      )}
    </section>
  )
}

function More({ menu, record, page }: { readonly menu: Menu; readonly record: HistoryRecord } & OfPage): JSX.Element {
  return <MenuButton menu={menu} of={record.id} label={pastMessages.more(whatOf(page, record), timeOfDay(record.at))} />
}

function entriesOf({ model }: Page, record: HistoryRecord): readonly MenuEntry[] {
  const { acts } = pastMessages
  const withWhom = record.person ?? toCall(record)
  const canForget = model.core.scopes.includes('history.write')
  return [
    ...(record.person !== undefined && model.people.isSetUp.value
      ? [{ value: 'message', label: acts.message, icon: 'chat' } as const]
      : []),
    ...(withWhom === undefined ? [] : [{ value: 'with', label: acts.with, icon: 'history' } as const]),
    ...(canForget ? [{ value: 'forget', label: acts.forget, icon: 'remove', isDanger: true } as const] : []),
  ]
}

function perform({ acts }: Page, record: HistoryRecord, act: string): void {
  const { person } = record
  const who = person ?? toCall(record)
  if (act === 'message' && person !== undefined) acts.message(person)
  else if (act === 'with' && who !== undefined) acts.pastWith(who)
  else if (act === 'forget') acts.forgetPast(record.id)
}

function byDay(records: readonly HistoryRecord[], now: number): (readonly [string, readonly HistoryRecord[]])[] {
  const { today, yesterday } = messages.history
  const days = Map.groupBy(records, ({ at }) => {
    const ago = daysBetween(new Date(at), new Date(now))
    return ago === 0 ? today : ago === 1 ? yesterday : dayOf(at)
  })
  return [...days]
}
