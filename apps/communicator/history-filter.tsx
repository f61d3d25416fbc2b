// What narrows the history: words and a kind at hand, a person and days behind one more button.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { OfPage } from './page.ts'
import { pastMessages } from './past-messages.ts'
import { everything, type Kind } from './past-model.ts'
import { Quiet } from './quiet.tsx'
import { SearchField } from './search-field.tsx'

export function HistoryFilter({ page: { model, acts } }: OfPage): JSX.Element {
  const { narrowed } = model.past
  const { kind, who, words, from, to } = narrowed.value
  const isOpen = useSignal(who !== '' || from !== '' || to !== '')
  useEffect(() => {
    // Set from elsewhere: it is seen what it is.
    if (who !== '') isOpen.value = true
  }, [who])
  // Typing asks when it pauses, and what is chosen at once.
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(typing.current), [])
  const typed = (by: Parameters<typeof acts.narrow>[0]): void => {
    narrowed.value = { ...narrowed.value, ...by }
    clearTimeout(typing.current)
    typing.current = setTimeout(() => acts.narrow({}), pauseMs)
  }
  return (
    <search class="history-filter">
      <div class="people-seek">
        <SearchField
          grows
          label={pastMessages.search}
          hint={pastMessages.find}
          value={words}
          typed={(text) => typed({ words: text })}
        />
        <label class="setting">
          <span class="unseen">{pastMessages.kind}</span>
          <select value={kind} onChange={({ currentTarget }) => acts.narrow({ kind: currentTarget.value as Kind })}>
            {kinds.map((each) => (
              <option key={each} value={each}>
                {pastMessages.kinds[each]}
              </option>
            ))}
          </select>
        </label>
        <Quiet
          icon="filter"
          label={pastMessages.narrow}
          opens={isOpen.value}
          press={() => (isOpen.value = !isOpen.value)}
        />
      </div>
      {isOpen.value && (
        <div class="history-more">
          <label class="setting whole">
            <span>{pastMessages.who}</span>
            <input
              type="text"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              maxLength={1024}
              list="history-people"
              value={who}
              onInput={({ currentTarget }) => typed({ who: currentTarget.value })}
            />
          </label>
          <datalist id="history-people">
            {[...model.people.contacts.value.values()].slice(0, mostOffered).map(({ address, name }) => (
              <option key={address} value={address}>
                {name}
              </option>
            ))}
          </datalist>
          {(['from', 'to'] as const).map((which) => (
            <label key={which} class="setting">
              <span>{pastMessages[which]}</span>
              <input
                type="date"
                value={{ from, to }[which]}
                onChange={({ currentTarget }) => acts.narrow({ [which]: currentTarget.value })}
              />
            </label>
          ))}
          <button type="button" class="plain whole" onClick={() => acts.narrow(everything)}>
            {pastMessages.all}
          </button>
        </div>
      )}
    </search>
  )
}

const kinds: readonly Kind[] = ['all', 'call', 'missed', 'message', 'voicemail', 'conference']
const pauseMs = 250
/** More than anybody looks through; whoever is not offered is typed. */
const mostOffered = 200
