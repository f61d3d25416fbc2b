// Bodies of several parts (RFC 2046 §5.1), as SIP carries them (RFC 5621).
export interface BodyPart {
  /** As it stands in Content-Type, with its parameters. */
  readonly contentType: string
  /** Its Content-ID, without brackets: what another part calls it by (RFC 2392). */
  readonly id?: string
  readonly body: string
}

/** The parts of a body: itself alone where it is no multipart. What is malformed, or has more than `most`, has none. */
export function partsOf(contentType: string, body: string, most: number = mostParts): BodyPart[] {
  if (!/^multipart\//i.test(contentType)) return [{ contentType, body }]
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? token
  if (boundary === undefined) return []
  const parts: BodyPart[] = []
  // What stands before the first delimiter and behind the last is nobody's.
  for (const piece of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1)) {
    if (piece.startsWith('--')) return parts
    if (parts.length >= most) return []
    const end = piece.indexOf('\r\n\r\n')
    const head = end < 0 ? '' : piece.slice(0, end)
    const [, type = 'text/plain'] = /^content-type[ \t]*:[ \t]*([^\r\n]*?)[ \t]*$/im.exec(head) ?? []
    const [, id] = /^content-id[ \t]*:[ \t]*<?([^\r\n<>]*?)>?[ \t]*$/im.exec(head) ?? []
    if (end < 0) continue
    parts.push({ contentType: type, ...(id === undefined ? {} : { id }), body: piece.slice(end + 4) })
  }
  // Without its last delimiter it was cut off.
  return []
}

/** The whole body; `boundary` stands in no part. */
export function writeParts(parts: readonly BodyPart[], boundary: string): string {
  const written = parts.map(
    ({ contentType, id, body }) =>
      `--${boundary}\r\nContent-Type: ${contentType}\r\n${id === undefined ? '' : `Content-ID: <${id}>\r\n`}\r\n${body}\r\n`,
  )
  return `${written.join('')}--${boundary}--\r\n`
}

const mostParts = 32
