// What people paste and type as a number, made fit to dial. What it means is the core's to decide.

/**
 * Takes spaces and the marks that are printed in numbers out of what is a number, and leaves names and sip: addresses as they are.
 * RFC 3966 §3: "-", ".", "(" and ")" are visual separators of tel:.
 */
export function readNumber(text: string): string {
  const line = text.replace(invisible, '').replace(/\s+/g, ' ').trim()
  const [, tel] = /^tel:([^;?]*)/i.exec(line) ?? []
  const plain = tel === undefined ? line : unescaped(tel)
  const isNumber = /^[+\d*#() ./\-\u2010-\u2015]+$/.test(plain)
  // +44 (0)20: the nought is for those who dial without the country.
  const bare = isNumber ? plain.replace(/^(\+[\d ]+)\(0\)/, '$1').replace(/[^+\d*#]/g, '') : plain
  return bare.slice(0, longest)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Only what can be sent as digits in a call: 0–9, *, #, A–D. */
export function readDigits(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^\d*#A-D]/g, '')
    .slice(0, mostDigits)
}

/** Marks of direction and joiners, which web pages put around numbers. */
const invisible = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g
const longest = 256
const mostDigits = 64
