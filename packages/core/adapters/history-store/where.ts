// What is looked for, as a condition of the tables. What somebody typed is a value, never part of it.
import type { Value } from '../../links/store/index.ts'
import type { SoughtRecords } from '../../services/history/port.ts'
import { wayOf } from './ways.ts'

export interface Where {
  /** Each part begins with AND. */
  readonly sql: string
  readonly values: Value[]
}

export function whereOf({ kinds, who, text, from, to, missed }: SoughtRecords): Where {
  const parts: string[] = []
  const values: Value[] = []
  const and = (sql: string, ...more: Value[]): void => {
    parts.push(` AND ${sql}`)
    values.push(...more)
  }
  if (kinds) and('kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds))
  if (who) {
    const ways = who.numbers.map(wayOf)
    // A number that stands with somebody else's name is theirs.
    and(
      `(person IN (SELECT value FROM json_each(?)) OR (person IS NULL AND tail IN (SELECT value FROM json_each(?)) AND EXISTS (
         SELECT 1 FROM json_each(?) AS w WHERE substr(way, -length(w.value)) = w.value OR substr(w.value, -length(way)) = way)))`,
      ...[who.people, ways.map(({ tail }) => tail), ways.map(({ way }) => way)].map((each) => JSON.stringify(each)),
    )
  }
  if (from !== undefined) and('at >= ?', from)
  if (to !== undefined) and('at < ?', to)
  if (missed !== undefined) and(missed ? 'missed = 1' : 'coalesce(missed, 0) = 0')
  if (text) {
    const words = soughtIn(text.words)
    const digits = text.words.replaceAll(/[ .\-/()+]/g, '')
    if (words === '') and('false')
    else
      and(
        `(n IN (SELECT rowid FROM history_words WHERE history_words MATCH ?)
          OR person IN (SELECT value FROM json_each(?))${/^\d{3,}$/.test(digits) ? ' OR instr(way, ?) > 0' : ''})`,
        ...[words, JSON.stringify(text.people), ...(/^\d{3,}$/.test(digits) ? [digits] : [])],
      )
  }
  return { sql: parts.join(''), values }
}

/** Each word as itself, or as the beginning of one: none of it is a command to the index. */
function soughtIn(words: string): string {
  return (words.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"*`).join(' ')
}
