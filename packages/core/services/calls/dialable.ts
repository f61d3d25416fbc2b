// What may be dialled: its form, and the limits that stand against it.
import type { ErrorCode, Settings } from '@openparley/contract'
import type { Millis } from '../../runtime/world.ts'

/** A number without its punctuation, a user name, or a SIP address; undefined for anything else. */
export function readDialable(text: string): string | undefined {
  const trimmed = text.trim()
  if (/^[+\d*#][\d*#\s().\-/]*$/.test(trimmed)) return trimmed.replace(/[\s().\-/]/g, '')
  if (/^sips?:[^\s<>"]+$/i.test(trimmed)) return trimmed
  return /^[\w.!~*'&=+$,-]+(@[\w.:[\]-]+)?$/.test(trimmed) ? trimmed : undefined
}

export type Limits = Pick<
  Settings,
  'calls.max' | 'calls.maxPerMinute' | 'calls.deny' | 'calls.allow' | 'calls.emergency' | 'calls.followTransfers'
>

/** Why this may not be dialled now, if so: `forms` are what was dialled and what rules made of it. An emergency number always may. */
export function refusal(
  forms: readonly string[],
  limits: Limits,
  callsUp: number,
  dialled: readonly Millis[],
  now: Millis,
): ErrorCode | undefined {
  const numbers = forms.map(userPart)
  if (numbers.some((number) => limits['calls.emergency'].includes(number))) return undefined
  const isOf = (prefixes: readonly string[], number: string): boolean =>
    prefixes.some((prefix) => number.startsWith(prefix))
  if (numbers.some((number) => isOf(limits['calls.deny'], number))) return 'number-denied'
  if (limits['calls.allow'].length > 0 && !numbers.some((number) => isOf(limits['calls.allow'], number)))
    return 'number-denied'
  if (callsUp >= limits['calls.max']) return 'call-too-many'
  const inLastMinute = dialled.filter((at) => now - at < 60_000).length
  return inLastMinute >= limits['calls.maxPerMinute'] ? 'call-budget-spent' : undefined
}

/** What a limit is held against: never the punctuation or the escapes that a prefix could hide behind. */
function userPart(to: string): string {
  const user = to.replace(/^sips?:/i, '').split(/[@;]/)[0] as string
  const plain = user.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return /^[+\d*#][\d*#().\-/]*$/.test(plain) ? plain.replace(/[().\-/]/g, '') : plain
}
