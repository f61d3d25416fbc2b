// Dial rules from a table: comma-separated values, RFC 4180.
import { problem } from '@openparley/sdk'

interface Rule {
  readonly beginsWith: string
  readonly numDigits: number
  readonly digitsToRemove: number
  readonly prefixWith: string
}

const columns = ['direction', 'beginsWith', 'numDigits', 'digitsToRemove', 'prefixWith'] as const

/** Throws a sentence with the record where something is wrong. */
export function rulesOfCsv(text: string): {
  readonly application: readonly Rule[]
  readonly directory: readonly Rule[]
} {
  const [head, ...records] = recordsOf(text.replace(/^\uFEFF/, ''))
  const places = columns.map((name) => head?.indexOf(name) ?? -1)
  const missing = columns.filter((_, at) => (places[at] as number) < 0)
  if (missing.length > 0)
    throw problem('dial-rules-invalid', `The first line must name the columns; ${missing.join(', ')} is missing.`)
  const rules = { application: [] as Rule[], directory: [] as Rule[] }
  for (const [at, record] of records.entries()) {
    const [direction = '', beginsWith = '', numDigits = '', digitsToRemove = '', prefixWith = ''] = places.map(
      (place) => record[place],
    )
    if (direction !== 'application' && direction !== 'directory')
      throw problem(
        'dial-rules-invalid',
        `Record ${at + 2}: the direction is application or directory, not ${direction}.`,
      )
    if (!/^\d{0,3}$/.test(numDigits) || !/^\d{0,3}$/.test(digitsToRemove))
      throw problem('dial-rules-invalid', `Record ${at + 2}: numDigits and digitsToRemove are numbers.`)
    rules[direction].push({
      beginsWith,
      numDigits: Number(numDigits),
      digitsToRemove: Number(digitsToRemove),
      prefixWith,
    })
  }
  return rules
}

/** Records of fields; an empty line is none. */
function recordsOf(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  while (field.lastIndex < text.length) {
    const found = field.exec(text)
    if (!found) throw problem('dial-rules-invalid', `Record ${records.length + 1} is not comma-separated values.`)
    const [, quoted, plain = '', end] = found
    record.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    if (record.some((each) => each !== '')) records.push(record)
    record = []
    if (end === '') break
  }
  if (record.some((each) => each !== '')) records.push(record)
  return records
}
