// Text to a session description and back, RFC 8866 §5 and §9.
import type { Attribute, Connection, MediaSection, SessionDescription } from './description.ts'

export interface SdpMalformed {
  readonly malformed: string
}

/** Tolerates bare line feeds and missing s= and t=; refuses what cannot be understood. Never throws. */
export function parseSdp(text: string): SessionDescription | SdpMalformed {
  if (text.length > longest) return { malformed: 'the description is too long' }
  const lines = text.split(/\r\n|\n|\r/)
  while (lines.at(-1) === '') lines.pop()
  if (lines[0] !== 'v=0') return { malformed: 'it does not begin with v=0' }
  let origin: SessionDescription['origin'] | undefined
  let connection: Connection | undefined
  let name = '-'
  const others: string[] = []
  const attributes: Attribute[] = []
  const media: MediaSection[] = []
  for (const line of lines.slice(1)) {
    if (line[1] !== '=') return { malformed: `no such line: ${line.slice(0, 20)}` }
    const type = line[0] as string
    const value = line.slice(2)
    const section = media.at(-1)
    switch (type) {
      case 'm': {
        const read = parseMedia(value)
        if (!read) return { malformed: 'an m= line' }
        if (media.length >= mostMedia) return { malformed: 'too many media' }
        media.push(read)
        break
      }
      case 'c': {
        const read = parseConnection(value)
        if (!read) return { malformed: 'a c= line' }
        if (!section) connection = read
        // RFC 8866 allows several for multicast layers; the first is the one that counts.
        else section.connection ??= read
        break
      }
      case 'a': {
        const colon = value.indexOf(':')
        const attribute = colon < 0 ? { name: value } : { name: value.slice(0, colon), value: value.slice(colon + 1) }
        ;(section?.attributes ?? attributes).push(attribute)
        break
      }
      case 'o': {
        const [username, sessionId, sessionVersion, net, family, address, ...rest] = value.split(' ')
        if (
          !username ||
          !sessionId ||
          !sessionVersion ||
          net !== 'IN' ||
          !isFamily(family) ||
          !address ||
          rest.length > 0
        ) {
          return { malformed: 'the o= line' }
        }
        origin = { username, sessionId, sessionVersion, family, address }
        break
      }
      case 's':
        name = value
        break
      case 'b':
        if (section) section.bandwidth.push(value)
        else others.push(line)
        break
      case 'i':
        if (section) section.title = value
        else others.push(line)
        break
      default:
        if (!section) others.push(line)
    }
  }
  if (!origin) return { malformed: 'there is no o= line' }
  return { version: 0, origin, name, lines: others, attributes, media, ...(connection ? { connection } : {}) }
}

export function writeSdp(description: SessionDescription): string {
  const { origin: o, connection } = description
  const lines = [
    'v=0',
    `o=${o.username} ${o.sessionId} ${o.sessionVersion} IN ${o.family} ${o.address}`,
    `s=${description.name}`,
  ]
  const before = description.lines.filter((line) => /^[iuep]=/.test(line))
  const after = description.lines.filter((line) => !/^[iuep]=/.test(line))
  lines.push(...before)
  if (connection) lines.push(writeConnection(connection))
  lines.push(...after)
  if (!after.some((line) => line.startsWith('t='))) lines.push('t=0 0')
  for (const attribute of description.attributes) lines.push(writeAttribute(attribute))
  for (const section of description.media) {
    const count = section.portCount === undefined ? '' : `/${section.portCount}`
    lines.push(`m=${section.kind} ${section.port}${count} ${section.protocol} ${section.formats.join(' ')}`)
    if (section.title !== undefined) lines.push(`i=${section.title}`)
    if (section.connection) lines.push(writeConnection(section.connection))
    for (const bandwidth of section.bandwidth) lines.push(`b=${bandwidth}`)
    for (const attribute of section.attributes) lines.push(writeAttribute(attribute))
  }
  return `${lines.join('\r\n')}\r\n`
}

function parseMedia(text: string): MediaSection | undefined {
  const [kind, ports, protocol, ...formats] = text.split(/ +/)
  const match = /^(\d{1,5})(?:\/(\d{1,3}))?$/.exec(ports ?? '')
  if (!kind || !match || !protocol || formats.length === 0 || formats.length > mostFormats) return undefined
  const port = Number(match[1])
  if (port > 65_535) return undefined
  const section: MediaSection = {
    kind,
    port,
    protocol,
    formats: formats.filter((format) => format !== ''),
    bandwidth: [],
    attributes: [],
  }
  return match[2] === undefined ? section : { ...section, portCount: Number(match[2]) }
}

function parseConnection(text: string): Connection | undefined {
  const [net, family, address, ...rest] = text.split(' ')
  return net === 'IN' && isFamily(family) && address && rest.length === 0 ? { family, address } : undefined
}

function isFamily(text: string | undefined): text is 'IP4' | 'IP6' {
  return text === 'IP4' || text === 'IP6'
}

function writeConnection({ family, address }: Connection): string {
  return `c=IN ${family} ${address}`
}

function writeAttribute({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`
}

const longest = 65_536
const mostMedia = 32
const mostFormats = 64
