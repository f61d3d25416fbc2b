// What a person does with the record: looking through it, saving it as a file, deleting of it.
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import { pastMessages } from './past-messages.ts'
import { everything, type Narrowed, soughtOf } from './past-model.ts'
import { save } from './save.ts'

export interface PastActs {
  narrow(by: Partial<Narrowed>): void
  older(): void
  /** Shows all that was with them. */
  pastWith(who: string): void
  exportPast(as: 'csv' | 'json'): void
  forgetPast(record: string): void
}

export function openPastActs({ session, model, face, once, failed }: Acting): PastActs {
  const { past } = model
  const narrow = (by: Partial<Narrowed>): void => {
    past.narrowed.value = { ...past.narrowed.value, ...by }
    void past.load()
  }
  return {
    narrow,
    older: () => once('older', () => past.more()),
    pastWith: (who) => {
      narrow({ ...everything, who })
      face.go('history')
      focus(places.history)
    },
    exportPast: (as) =>
      once('export', async () => {
        const parts: string[] = []
        for (let cursor: string | undefined; parts.length < mostPages; ) {
          const more = cursor === undefined ? {} : { cursor }
          const page = await session.history.export({ ...soughtOf(past.narrowed.value), ...more, as, limit: 500 })
          parts.push(page.content)
          cursor = page.next
          if (cursor === undefined) break
        }
        const type = as === 'csv' ? 'text/csv' : 'application/x-ndjson'
        save(pastMessages.file(as === 'csv' ? 'csv' : 'jsonl'), new Blob(parts, { type }))
      }),
    forgetPast: (record) => {
      void session.history.forget({ ids: [record] }).then(() => focus(places.history), failed)
    },
  }
}

/** Two hundred thousand records: more is for the command line. */
const mostPages = 400
