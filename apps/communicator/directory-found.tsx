// Who in the directory is like what is typed elsewhere: listed below it, and one of them opened.
import type { DirectoryEntry } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { DirectoryCard } from './directory-card.tsx'
import { directoryMessages } from './directory-messages.ts'
import type { OfPage } from './page.ts'

export function DirectoryFound({
  page,
  box,
  text,
}: OfPage & {
  /** Which field it is that somebody types in. */
  readonly box: string
  readonly text: string
}): JSX.Element | null {
  const { acts, model } = page
  const found = useSignal<readonly DirectoryEntry[]>([])
  const open = useSignal<string | undefined>(undefined)
  const isThere = model.hasDirectory.value
  useEffect(() => {
    let isWanted = true
    if (!isThere || text.trim() === '') found.value = []
    else
      void acts.findInDirectory(box, text.trim()).then((entries) => {
        if (isWanted && entries) found.value = entries
      })
    return () => {
      isWanted = false
    }
  }, [text, isThere])
  const entries = found.value
  if (!isThere) return null
  return (
    <div class="directory">
      <p class="unseen" role="status">
        {entries.length === 0 ? '' : directoryMessages.found(entries.length)}
      </p>
      {entries.length > 0 && (
        <>
          <h3>{directoryMessages.heading}</h3>
          <ul class="list" aria-label={directoryMessages.heading}>
            {entries.map((entry) => (
              <li key={entry.id} class="voice">
                <div class="item">
                  <button
                    type="button"
                    class="quiet grow"
                    aria-expanded={open.value === entry.id}
                    onClick={() => {
                      open.value = open.value === entry.id ? undefined : entry.id
                    }}
                  >
                    <strong class="cut">{entry.name}</strong>
                    <span class="faint cut">{aboutOf(entry)}</span>
                  </button>
                </div>
                {open.value === entry.id && <DirectoryCard page={page} entry={entry} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** What tells people of one name apart; a number where nothing else is said. */
function aboutOf({ title, department, organisation, numbers }: DirectoryEntry): string {
  return [title, department, organisation].filter(Boolean).join(' · ') || (numbers[0]?.number ?? '')
}
