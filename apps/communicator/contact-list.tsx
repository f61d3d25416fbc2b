// A list of people as long as may be: only what is seen of it is there. One is chosen with arrows, Home and End.
import { useComputed, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { AvailabilityMark, availabilityText } from './availability.tsx'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import { peopleMessages } from './people-messages.ts'
import type { Row } from './people-rows.ts'

type Person = Extract<Row, { is: 'contact' }>

interface Shown {
  readonly rows: readonly Row[]
  readonly chosen: string | undefined
  readonly choose: (address: string) => void
  /** Enter, or a second click. */
  readonly act: (address: string) => void
}

export function ContactList({ rows, chosen, choose, act }: Shown): JSX.Element {
  const { people } = peopleMessages
  const box = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(0)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const measure = (): void => {
      height.value = element.clientHeight
    }
    const sized = new ResizeObserver(measure)
    sized.observe(element)
    measure()
    return () => sized.disconnect()
  }, [])
  const first = useComputed(() => Math.max(0, Math.floor(top.value / rowHeight) - spare)).value
  const count = Math.ceil(height.value / rowHeight) + 2 * spare
  const at = rows.findIndex((row) => row.is === 'contact' && row.contact.address === chosen)
  // The chosen one is there even where it is not seen: it is what a screen reader stands on.
  const visible = [...rows.keys()].slice(first, first + count)
  const drawn = at < 0 || visible.includes(at) ? visible : [...visible, at].toSorted((a, b) => a - b)
  const groups = Map.groupBy(drawn, (n) => rows[n]?.group)
  const seen = useRef<string | undefined>(undefined)
  useEffect(() => {
    // Only where another was chosen: whoever scrolls on is left alone.
    if (seen.current === chosen || at < 0) return
    seen.current = chosen
    reveal(box.current, at, rows)
  }, [chosen, at])
  const persons = rows.filter((row): row is Person => row.is === 'contact')
  const pressed = (event: KeyboardEvent): void => {
    const now = persons.findIndex(({ contact }) => contact.address === chosen)
    const page = Math.max(1, Math.floor(height.value / rowHeight) - 1)
    const to = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      Home: 0,
      End: persons.length - 1,
      PageDown: now + page,
      PageUp: now - page,
    }[event.key]
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' && now >= 0 && chosen !== undefined) {
      event.preventDefault()
      return act(chosen)
    }
    if (to === undefined) return
    event.preventDefault()
    const next = persons[Math.min(Math.max(to, 0), persons.length - 1)]
    if (next) choose(next.contact.address)
  }
  return (
    <div
      ref={box}
      id={places.contacts}
      class="contacts"
      role="listbox"
      tabIndex={0}
      aria-label={people.list}
      aria-activedescendant={at < 0 ? undefined : optionId(rows[at])}
      onKeyDown={pressed}
      onScroll={({ currentTarget }) => {
        top.value = currentTarget.scrollTop
      }}
    >
      <div class="contacts-all" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
        {[...groups].map(([group, numbers]) => (
          <div key={group} role="group" aria-label={group}>
            {numbers.map((n) => {
              const row = rows[n]
              if (!row) return null
              const style = { top: `${n * rowHeight}px`, height: `${rowHeight}px` }
              if (row.is === 'head')
                return (
                  <div key={`head ${group}`} class="contacts-head" aria-hidden="true" style={style}>
                    {group}
                  </div>
                )
              const { contact, place } = row
              const isChosen = contact.address === chosen
              return (
                <div
                  key={contact.address}
                  id={optionId(row)}
                  class="contact"
                  role="option"
                  aria-selected={isChosen}
                  aria-setsize={persons.length}
                  aria-posinset={place}
                  style={style}
                  onClick={() => choose(contact.address)}
                  onDblClick={() => act(contact.address)}
                >
                  <AvailabilityMark is={contact.presence.availability} />
                  <span class="grow">
                    <strong class="cut">{contact.name}</strong>
                    <span class="faint cut">
                      {contact.blocked
                        ? people.blocked
                        : contact.sees === 'asked'
                          ? people.asked
                          : availabilityText(contact.presence)}
                    </span>
                  </span>
                  {contact.favourite && (
                    <>
                      <Icon name="star" />
                      <span class="unseen">{people.favourite}</span>
                    </>
                  )}
                </div>
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}

function optionId(row: Row | undefined): string | undefined {
  return row?.is === 'contact' ? `contact-${row.contact.address}` : undefined
}

/** With the head above it where it is the first of its group. */
function reveal(box: HTMLElement | null, at: number, rows: readonly Row[]): void {
  if (!box) return
  const from = (rows[at - 1]?.is === 'head' ? at - 1 : at) * rowHeight
  const to = (at + 1) * rowHeight
  if (from < box.scrollTop) box.scrollTop = from
  else if (to > box.scrollTop + box.clientHeight) box.scrollTop = to - box.clientHeight
}

const rowHeight = 56
/** Rows beyond what is seen, so that scrolling shows no gaps. */
const spare = 6
