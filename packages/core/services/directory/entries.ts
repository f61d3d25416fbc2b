// What a source has, as it is shown: text from others is only text, and never too much of it.
import type { DirectoryEntry } from '@openparley/contract'
import { e164Of, masked, type NumberRules } from './numbers.ts'
import type { DirectoryPort, Listed } from './port.ts'

export function shown(source: DirectoryPort['kind'], listed: Listed, rules: NumberRules): DirectoryEntry {
  const texts = Object.fromEntries(
    textNames.flatMap((name) => {
      const text = plain(listed[name])
      return text === '' ? [] : [[name, text]]
    }),
  )
  const numbers = listed.numbers.slice(0, mostNumbers).map(({ number, kind }) => {
    const e164 = e164Of(number, rules.country)
    const written = plain(masked(number, e164, rules.masks)).slice(0, longestNumber)
    return { number: written, kind, ...(e164 === undefined ? {} : { e164 }) }
  })
  const mail = listed.mail.map(plain).filter((each) => each !== '')
  return {
    ...texts,
    id: idOf(source, listed),
    source,
    name: plain(listed.name) || mail[0] || numbers[0]?.number || '',
    mail: mail.slice(0, mostMail),
    numbers: numbers.filter(({ number }) => number !== ''),
    hasPhoto: listed.hasPhoto,
  }
}

export function idOf(source: DirectoryPort['kind'], { id }: Pick<Listed, 'id'>): string {
  return `${source}:${id}`
}

/** Undefined: it is no id that we gave. */
export function readId(id: string): { readonly source: string; readonly id: string } | undefined {
  const colon = id.indexOf(':')
  return colon < 1 ? undefined : { source: id.slice(0, colon), id: id.slice(colon + 1) }
}

/** Whether its name fits into an id of the contract’s. */
export function canBeShown({ id }: Listed): boolean {
  return id !== '' && id.length <= longestId
}

/** Control characters, and those that turn the direction of writing, are nobody’s name. */
function plain(text: string | undefined): string {
  return (text ?? '')
    .slice(0, longestText)
    .toWellFormed()
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '')
    .trim()
}

const textNames = ['given', 'family', 'title', 'organisation', 'department', 'location', 'address', 'user'] as const
const longestText = 1000
const longestNumber = 256
const longestId = 4000
const mostMail = 16
const mostNumbers = 32
