// The files of dial rules, AppDialRules.xml and DirLookupDialRules.xml, read as the original read them.
import type { DialRule } from '@openparley/contract'
import { elementsIn, isXml, readXml, writeXml, type XmlElement, xml } from '@openparley/protocols/common'

export type RulesFile =
  | { readonly rules: readonly DialRule[]; readonly ignored: readonly string[] }
  /** Why none of it counts. */
  | { readonly why: string }

/** An element that lacks an attribute is passed over, one of another name too; a file without elements is a set of no rules. */
export function readRules(text: string): RulesFile {
  if (text.trim() === '') return { why: 'an empty file' }
  const root = readXml(text, { mostCharacters: 32_000_000 })
  if (!isXml(root)) return { why: `${root.fault}, line ${root.at}` }
  if (root.local !== 'DialRules') return { why: `the root is ${root.local}, not DialRules` }
  const rules: DialRule[] = []
  const ignored: string[] = []
  for (const [at, element] of elementsIn(root, 'DialRule').entries()) {
    const rule = ruleOf(element)
    if (typeof rule === 'string') ignored.push(`rule ${at + 1}: ${rule}`)
    else rules.push(rule)
  }
  return { rules, ignored }
}

function ruleOf({ attributes }: XmlElement): DialRule | string {
  const { BeginsWith = '', NumDigits, DigitsToRemove, PrefixWith } = attributes
  if (NumDigits === undefined || DigitsToRemove === undefined || PrefixWith === undefined)
    return 'NumDigits, DigitsToRemove or PrefixWith is missing'
  const [numDigits, digitsToRemove] = [countOf(NumDigits), countOf(DigitsToRemove)]
  if (numDigits === undefined || digitsToRemove === undefined) return 'NumDigits or DigitsToRemove is no number'
  return { beginsWith: BeginsWith, numDigits, digitsToRemove, prefixWith: PrefixWith }
}

/** An empty number is 0. */
function countOf(text: string): number | undefined {
  return /^\d{0,9}$/.test(text) ? Number(text) : undefined
}

export function writeRules(rules: readonly DialRule[]): string {
  const elements = rules.map(({ beginsWith, numDigits, digitsToRemove, prefixWith }) =>
    xml('DialRule', {
      BeginsWith: beginsWith,
      NumDigits: String(numDigits),
      DigitsToRemove: String(digitsToRemove),
      PrefixWith: prefixWith,
    }),
  )
  return writeXml(xml('DialRules', {}, elements))
}
