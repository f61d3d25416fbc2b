// What a message's text looks like (XEP-0393), and the links in it. Text becomes a small tree, and never markup.

export type Span =
  | { readonly is: 'text'; readonly text: string }
  /** `text` is the address too. */
  | { readonly is: 'link'; readonly text: string }
  /** Holds neither spans nor links. */
  | { readonly is: 'code'; readonly mark: '`'; readonly text: string }
  | { readonly is: 'strong' | 'emphasis' | 'strike'; readonly mark: string; readonly spans: readonly Span[] }

export type Block =
  /** Lines that follow each other; no span goes from one to the next. */
  | { readonly is: 'plain'; readonly spans: readonly Span[] }
  /** `tag` stands behind the marks that open it. */
  | { readonly is: 'preformatted'; readonly tag: string; readonly text: string }
  | { readonly is: 'quote'; readonly blocks: readonly Block[] }

/** Takes time in proportion to the text, whatever it is. */
export function styled(text: string): readonly Block[] {
  return blocksOf(text.split('\n'), 0)
}

function blocksOf(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = []
  let plain: string[] = []
  const endPlain = (): void => {
    if (plain.length > 0) blocks.push({ is: 'plain', spans: linesOf(plain) })
    plain = []
  }
  for (let n = 0; n < lines.length; ) {
    const line = lines[n] ?? ''
    if (line.startsWith(fence)) {
      const closing = lines.indexOf(fence, n + 1)
      const end = closing < 0 ? lines.length : closing
      const text = lines.slice(n + 1, end).join('\n')
      // One that holds nothing would be drawn as nothing, and the other side has written something.
      if (text.trim() === '') plain.push(...lines.slice(n, end + 1))
      else {
        endPlain()
        blocks.push({ is: 'preformatted', tag: line.slice(fence.length).trim(), text })
      }
      n = end + 1
    } else if (line.startsWith('>') && depth < mostQuotes) {
      endPlain()
      let end = n + 1
      while (lines[end]?.startsWith('>')) end++
      const quoted = lines.slice(n, end).map((each) => (isSpace(each[1]) ? each.slice(2) : each.slice(1)))
      blocks.push({ is: 'quote', blocks: blocksOf(quoted, depth + 1) })
      n = end
    } else {
      plain.push(line)
      n++
    }
  }
  endPlain()
  return blocks
}

function linesOf(lines: readonly string[]): readonly Span[] {
  return lines.flatMap((line, n) => [...(n === 0 ? [] : [{ is: 'text', text: '\n' } as const]), ...spansOf(line)])
}

/** From the beginning, each as short as may be. */
function spansOf(text: string): readonly Span[] {
  const spans: Span[] = []
  /** What is closed nowhere behind some place is closed nowhere behind a later one. */
  const unclosed = new Set<string>()
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const mark = text[at] as string
    const kind = kinds[mark]
    if (kind === undefined || unclosed.has(mark)) continue
    if ((at > 0 && !isSpace(text[at - 1])) || isSpace(text[at + 1])) continue
    const end = closingOf(text, mark, at)
    if (end < 0) {
      unclosed.add(mark)
      continue
    }
    const inner = text.slice(at + 1, end)
    spans.push(...withLinks(text.slice(from, at)))
    spans.push(kind === 'code' ? { is: kind, mark: '`', text: inner } : { is: kind, mark, spans: spansOf(inner) })
    at = end
    from = end + 1
  }
  return [...spans, ...withLinks(text.slice(from))]
}

/** Where the span that opens there is closed; under 0: nowhere. Between the two there is something else than the mark. */
function closingOf(text: string, mark: string, open: number): number {
  let hasText = false
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] !== mark) hasText = true
    else if (hasText && !isSpace(text[at - 1])) return at
  }
  return -1
}

function withLinks(text: string): readonly Span[] {
  const spans: Span[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = withoutEnd(found)
    if (!isLink(link)) continue
    if (index > from) spans.push({ is: 'text', text: text.slice(from, index) })
    spans.push({ is: 'link', text: link })
    from = index + link.length
  }
  if (from < text.length) spans.push({ is: 'text', text: text.slice(from) })
  return spans
}

/** What ends a sentence is not the address’s own, nor is a bracket that was opened before it. */
function withoutEnd(address: string): string {
  let end = address.length
  let open = address.split('(').length - address.split(')').length
  for (; end > 0; end--) {
    const last = address[end - 1] as string
    if (last === ')' && open < 0) open++
    else if (!endings.includes(last)) break
  }
  return address.slice(0, end)
}

/** One that says another name before the host is made to be taken for what it is not. */
function isLink(text: string): boolean {
  if (!/^https:/i.test(text)) return /^[a-z]+:[^:]/i.test(text)
  const url = URL.parse(text)
  return url !== null && url.username === '' && url.password === ''
}

function isSpace(character: string | undefined): boolean {
  return character === undefined || /[\s\u0085\p{Z}]/u.test(character)
}

const kinds: Readonly<Record<string, 'strong' | 'emphasis' | 'strike' | 'code'>> = {
  '*': 'strong',
  _: 'emphasis',
  '~': 'strike',
  '`': 'code',
}
const fence = '```'
const mostQuotes = 8
const address = /(?<![\p{L}\p{N}_])(?:https:\/\/|mailto:|tel:|sips?:)[^\s<>"`\p{Z}\p{C}]+/giu
const endings = ".,;:!?…*_~'’”»]}"
