// One INVITE with SDP, from bytes to judged values and from a message to bytes: ours beside three other libraries.
// Each does what its user agent does with a datagram: bytes in, all mandatory header fields read; for writing, bytes out.
import {
  contactsOf,
  cseqOf,
  fromOf,
  judge,
  parseMessage,
  parseUri,
  type Supports,
  toOf,
  topVia,
  writeMessage,
} from '../packages/protocols/sip/index.ts'

const body =
  'v=0\r\no=- 3940123456 3940123456 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 40012 RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n'
const fields: readonly (readonly [name: string, value: string])[] = [
  ['Via', 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1-8f3ac21d;rport'],
  ['Max-Forwards', '70'],
  ['From', '"Alice Example" <sip:alice@example.com>;tag=9fxced76sl'],
  ['To', '<sip:bob@example.com>'],
  ['Call-ID', '3848276298220188511@192.0.2.10'],
  ['CSeq', '314159 INVITE'],
  ['Contact', '<sip:alice@192.0.2.10:5060;transport=udp>'],
  ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, REFER, SUBSCRIBE, PRACK'],
  ['Supported', 'timer, replaces'],
  ['Session-Expires', '1800;refresher=uac'],
  ['Min-SE', '90'],
  ['P-Preferred-Identity', '<sip:alice@example.com>'],
  ['User-Agent', 'Example/1.0'],
  ['Content-Type', 'application/sdp'],
]
const text = `INVITE sip:bob@example.com SIP/2.0\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n${body}`
const bytes = Buffer.from(text)

const supports: Supports = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['timer', 'replaces'],
  contentTypes: ['application/sdp'],
}

interface Rival {
  /** The tag of From, so that nobody is measured who did not read. */
  read(): string | undefined
  write(): Buffer
}

/** Microseconds for each, and how many times as long as ours each other one takes. One round; run.ts takes the median. */
export async function parse(): Promise<Record<string, number>> {
  const figures: Record<string, number> = { bytes: bytes.length }
  const names = Object.keys(rivals)
  for (const name of names) {
    const rival = (made[name] ??= await (rivals[name] as () => Promise<Rival>)())
    const tag = rival.read()
    if (tag !== '9fxced76sl') throw new Error(`${name} has read the tag ${tag}`)
    const written = rival.write()
    if (!written.includes('\r\n\r\nv=0')) throw new Error(`${name} has written no INVITE`)
    figures[`${name}ReadUs`] = microseconds(() => rival.read())
    figures[`${name}WriteUs`] = microseconds(() => rival.write())
  }
  for (const name of names.slice(1)) {
    figures[`${name}ReadRatio`] = round((figures[`${name}ReadUs`] as number) / (figures['parleyReadUs'] as number))
    figures[`${name}WriteRatio`] = round((figures[`${name}WriteUs`] as number) / (figures['parleyWriteUs'] as number))
  }
  return figures
}

/** The mean over 0.2 s, after 0.2 s to get warm. */
function microseconds(act: () => unknown): number {
  for (const until = performance.now() + 200; performance.now() < until; ) act()
  let times = 0
  const began = performance.now()
  let passed = 0
  for (; passed < 200; passed = performance.now() - began) for (let i = 0; i < 20; i++, times++) act()
  return round((passed * 1000) / times)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

const made: Record<string, Rival> = {}
/** The types of these libraries are not part of the workspace. */
const load = async (name: string): Promise<any> => {
  const loaded = (await import(name)) as { default?: unknown }
  return loaded.default ?? loaded
}

const rivals: Record<string, () => Promise<Rival>> = {
  parley: async () => {
    const parsed = parseMessage(bytes)
    if (parsed.kind !== 'request') throw new Error('the INVITE cannot be read')
    return {
      read: () => {
        const message = parseMessage(bytes)
        if (message.kind !== 'request' || judge(message, supports).is !== 'accept') return undefined
        const { headers } = message
        const contacts = contactsOf(headers)
        const read = [parseUri(message.uri), topVia(headers), toOf(headers), cseqOf(headers), contacts]
        if (read.includes(undefined) || !headers.get('Call-ID') || !headers.get('Max-Forwards')) return undefined
        return fromOf(headers)?.params.get('tag')
      },
      write: () => writeMessage(parsed),
    }
  },

  sip: async () => {
    const { parse: read, parseUri: uriOf, stringify } = await load('sip/sip.js')
    const parsed = read(bytes)
    return {
      read: () => {
        const message = read(bytes)
        uriOf(message.uri)
        return message.headers.from.params.tag
      },
      write: () => Buffer.from(stringify(parsed)),
    }
  },

  jssip: async () => {
    const { parseMessage: read } = await load('jssip/lib/Parser.js')
    const { OutgoingRequest } = await load('jssip/lib/SIPMessage.js')
    const { parse: uriOf } = await load('jssip/lib/URI.js')
    const agent = { configuration: { session_timers: true }, contact: {} }
    const request = new OutgoingRequest(
      'INVITE',
      uriOf('sip:bob@example.com'),
      agent,
      {
        from_uri: uriOf('sip:alice@example.com'),
        from_display_name: 'Alice Example',
        from_tag: '9fxced76sl',
        call_id: '1',
      },
      extra,
      body,
    )
    return {
      read: () => read(bytes.toString(), agent)?.from_tag,
      write: () => Buffer.from(request.toString()),
    }
  },

  sipJs: async () => {
    const { Parser } = await load('sip.js/lib/core/messages/parser.js')
    const { OutgoingRequestMessage } = await load('sip.js/lib/core/messages/outgoing-request-message.js')
    const { Grammar } = await load('sip.js/lib/grammar/grammar.js')
    const uri = Grammar.URIParse('sip:bob@example.com')
    const log = { warn: silent, error: silent }
    const options = { fromTag: '9fxced76sl', fromDisplayName: 'Alice Example', callId: '1' }
    const content = { content: body, contentType: 'application/sdp' }
    const request = new OutgoingRequestMessage('INVITE', uri, uri, uri, options, extra, content)
    return {
      read: () => Parser.parseMessage(bytes.toString(), log)?.fromTag,
      write: () => Buffer.from(request.toString()),
    }
  },
}

/** What these libraries do not write of themselves. */
const extra = fields
  .filter(([name]) => /^(?:Contact|Allow|Content-Type)$/.test(name))
  .map(([name, value]) => `${name}: ${value}`)

function silent(): void {}
