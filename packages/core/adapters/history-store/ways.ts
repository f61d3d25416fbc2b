// Numbers and names in the forms in which they are compared, however they were written.

export interface Way {
  /** Digits alone, without what stands before a long number to dial it from here; of what is no number the text in lower case. */
  readonly way: string
  /** By this it is looked for: two forms of one number end alike. */
  readonly tail: string
}

export function wayOf(number: string): Way {
  const bare = number.replaceAll(/[ .\-/()+]/g, '')
  if (!/^\d+$/.test(bare)) return { way: number.toLowerCase(), tail: number.toLowerCase() }
  const long = bare.replace(/^0+/, '')
  const way = long.length >= tailLength ? long : bare
  return { way, tail: way.slice(-tailLength) }
}

/** So many digits tell numbers apart within a country's area; fewer are numbers of a house, which are compared whole. */
const tailLength = 7
