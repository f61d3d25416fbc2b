// A card as vCard 3.0 (RFC 2426, RFC 4770), which every address book takes (RFC 6352 §5.1): what those of 4.0 hold some of them lose.
import type { Vcard } from './card.ts'

/** Ends with an END line. What the card does not say has no line. */
export function writeVcard(card: Vcard): string {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0']
  const line = (name: string, ...values: readonly (string | undefined)[]): void => {
    if (values.some((each) => each !== undefined && each !== ''))
      lines.push(`${name}:${values.map((each) => escaped(each ?? '')).join(';')}`)
  }
  line('UID', card.uid)
  line('FN', card.name)
  lines.push(`N:${escaped(card.family ?? '')};${escaped(card.given ?? '')};;;`)
  line('TITLE', card.title)
  line('ORG', card.organisation, ...(card.department === undefined ? [] : [card.department]))
  line('ADR', ...['', '', '', card.location, '', '', ''])
  for (const { number, kind } of card.numbers) line(`TEL${typeOf[kind]}`, number)
  for (const each of card.mail) line('EMAIL', each)
  if (card.address !== undefined) lines.push(`IMPP:xmpp:${card.address}`)
  if (card.photo) lines.push(`PHOTO;ENCODING=b:${card.photo.base64}`)
  lines.push('END:VCARD')
  return `${lines.map(folded).join('\r\n')}\r\n`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (char) => `\\${char}`).replaceAll(/\r?\n/g, '\\n')
}

/** At most 75 octets a line, never inside a character (RFC 6350 §3.2). */
function folded(line: string): string {
  const lines: string[] = []
  let now = ''
  let octets = 0
  for (const char of line) {
    const size = Buffer.byteLength(char)
    if (octets + size > 75) {
      lines.push(now)
      now = ' '
      octets = 1
    }
    now += char
    octets += size
  }
  return [...lines, now].join('\r\n')
}

const typeOf = { work: ';TYPE=work', home: ';TYPE=home', mobile: ';TYPE=cell', other: '' } as const
