// Bytes to messages and back: nothing throws, nothing is lost, nothing takes long, whatever comes and however it is cut.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  contactsOf,
  cseqOf,
  fromOf,
  listOf,
  parseAuth,
  parseNameAddr,
  parseParams,
  parseVia,
  splitList,
  toOf,
  topVia,
} from './header-values.ts'
import { judge, type Supports } from './judge.ts'
import type { SipMessage } from './message.ts'
import { type Malformed, parseMessage } from './parse.ts'
import { messageStream, type StreamItem } from './stream.ts'
import { parseUri, writeUri } from './uri.ts'
import { writeMessage } from './write.ts'

const supports: Supports = {
  methods: ['INVITE', 'OPTIONS', 'REGISTER'],
  schemes: ['sip'],
  extensions: [],
  contentTypes: ['application/sdp'],
}

const messages: readonly Buffer[] = ['rfc4475', 'rfc5118'].flatMap((name) => {
  const folder = new URL(`./cases/${name}/`, import.meta.url)
  return readdirSync(folder).map((file) => readFileSync(new URL(file, folder)))
})
const readable = messages.filter((bytes) => parseMessage(bytes).kind !== 'malformed')
/** Pieces of what matters to some reader, so that chance finds the corners. */
const piece = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '"',
    '\\',
    '<',
    '>',
    '@',
    '=',
    '?',
    '%',
    '%4',
    '[',
    ']',
    '::',
    '*',
    '\0',
  ],
  ...[
    'SIP/2.0',
    'INVITE',
    'sip:',
    'a',
    '1',
    '999',
    'Via',
    'To',
    'Content-Length',
    'l',
    'Contact',
    'CSeq',
    'é',
    '\ud800',
    '4294967296',
  ],
)
const pieces = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''))

/** Every reader there is, on one message. */
function readAll(bytes: Uint8Array): SipMessage | Malformed {
  const message = parseMessage(bytes)
  const { headers } = message
  for (const { value } of headers) readText(value)
  for (const read of [topVia, cseqOf, fromOf, toOf, contactsOf]) read(headers)
  if (message.kind === 'request') parseUri(message.uri)
  assert.ok(['accept', 'reject', 'discard'].includes(judge(message, supports).is))
  judge(message, { ...supports, proxy: true })
  return message
}

function readText(text: string): void {
  for (const read of [splitList, parseParams, parseNameAddr, parseVia, parseAuth, parseUri]) read(text)
}

test('random bytes and random pieces never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readAll(bytes)),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(pieces, (text) => {
      readAll(Buffer.from(text))
      readAll(Buffer.from(`INVITE ${text} SIP/2.0\r\nTo: ${text}\r\nContact: ${text}\r\n\r\n`))
      readText(text)
    }),
    { numRuns: 3000 },
  )
})

test('messages with bytes changed, cut out, put in or doubled never throw', () => {
  const changes = fc.array(
    fc.record({
      at: fc.nat(4000),
      cut: fc.nat(20),
      put: fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })),
    }),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...messages), changes, (bytes, edits) => {
      let changed = bytes
      for (const { at, cut, put } of edits) {
        const place = at % (changed.length + 1)
        changed = Buffer.concat([changed.subarray(0, place), Buffer.from(put), changed.subarray(place + cut)])
      }
      const message = readAll(changed)
      if (message.kind !== 'malformed') sameMeaning(parseMessage(writeMessage(message)), message)
    }),
    { numRuns: 3000 },
  )
})

test('a message that was written is read with the same meaning', () => {
  assert.ok(readable.length > 45)
  for (const bytes of readable) {
    const message = parseMessage(bytes)
    assert.ok(message.kind !== 'malformed')
    sameMeaning(parseMessage(writeMessage(message)), message)
  }
})

test('a URI that was written is read with the same meaning', () => {
  let uris = 0
  for (const bytes of messages) {
    const { headers } = parseMessage(bytes)
    for (const text of ['From', 'To', 'Contact', 'Route'].flatMap((name) => listOf(headers, name))) {
      const uri = parseUri(parseNameAddr(text)?.uri ?? '')
      if (!uri) continue
      assert.deepEqual(parseUri(writeUri(uri)), uri)
      uris++
    }
  }
  assert.ok(uris > 120, `${uris}`)
})

test('a stream gives the same however it is cut', () => {
  // Behind one that cannot be followed the stream is lost, so each goes alone, between keep-alives and a good one.
  const good = Buffer.from(
    'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nContent-Length:\r\n 3\r\n\r\nabcSIP/2.0 200 OK\r\nl: 0\r\n\r\n',
  )
  for (const bytes of messages) {
    const whole = Buffer.concat([
      Buffer.from('\r\n\r\n\r\n'),
      good,
      bytes,
      Buffer.from('\r\n'),
      good,
      Buffer.from('\r\n'),
    ])
    const atOnce = shown(messageStream().push(whole))
    assert.deepEqual(shown(sliced(whole, () => 1)), atOnce)
    for (let seed = 1; seed <= 3; seed++) {
      let state = seed
      const sizes = (): number => 1 + (((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8) % 97)
      assert.deepEqual(shown(sliced(whole, sizes)), atOnce, `seed ${seed}`)
    }
    assert.deepEqual(
      atOnce.slice(0, 5).map((item) => item['kind']),
      ['pong', 'ping', 'pong', 'request', 'response'],
    )
  }
})

test('a message that was taken out of a stream does not change when more comes', () => {
  const stream = messageStream()
  const one = (body: string): Buffer => Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\nl: 3\r\n\r\n${body}`)
  const [first] = [...one('abc')].flatMap((byte) => stream.push(Uint8Array.of(byte)))
  const rest = [...Buffer.concat([one('def'), one('ghi')])].flatMap((byte) => stream.push(Uint8Array.of(byte)))
  const bodies = [first, ...rest].map((item) => (item && 'body' in item ? Buffer.from(item.body).toString() : item))
  assert.deepEqual(bodies, ['abc', 'def', 'ghi'])
})

test('keep-alives are told at once: CRLF as a pong, the second of two as a ping', () => {
  const stream = messageStream()
  const kinds = (text: string): string[] => stream.push(Buffer.from(text)).map((item) => item.kind)
  assert.deepEqual(kinds('\r\n'), ['pong'])
  assert.deepEqual(kinds('OPTIONS sip:a@b SIP/2.0\r\nl: 0\r\n\r\n'), ['request'])
  assert.deepEqual(kinds('\r\n\r\n'), ['pong', 'ping'])
  assert.deepEqual(kinds('\r'), [])
  assert.deepEqual(kinds('\n\r\n'), ['pong', 'ping'])
})

test('a stream that cannot be followed is lost and takes nothing more', () => {
  const last = (text: string, largest?: number): unknown[] => {
    const stream = messageStream(largest)
    const items = stream.push(Buffer.from(text))
    assert.deepEqual(stream.push(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nl: 0\r\n\r\n')), [])
    return items.map((item) => (item.kind === 'lost' ? item.reason : item.kind))
  }
  assert.deepEqual(last('OPTIONS sip:a@b SIP/2.0\r\nl: -1\r\n\r\n'), ['malformed', 'Content-Length is no number'])
  assert.deepEqual(last('OPTIONS sip:a@b SIP/2.0\r\nl: 3\r\nl: 4\r\n\r\nabcd'), [
    'malformed',
    'Content-Length is told twice',
  ])
  assert.deepEqual(last('OPTIONS sip:a@b SIP/2.0\r\nl: 80\r\n\r\n', 100), ['malformed', 'the message is too large'])
  assert.deepEqual(last(`OPTIONS sip:a@b SIP/2.0\r\nX: ${'x'.repeat(100)}`, 100), ['the header is too long'])
  assert.deepEqual(last(`OPTIONS sip:a@b SIP/2.0\r\nX: ${'x'.repeat(100)}\r\n\r\n`, 100), ['the header is too long'])
})

test('where a message ends does not depend on who reads Content-Length', () => {
  // A carriage return alone ends no line: were it one for the stream alone, a second message could be hidden.
  const text = 'OPTIONS sip:a@b SIP/2.0\r\nX: a\rl: 4\r\n\r\n\r\nab'
  assert.equal(parseMessage(Buffer.from(text)).headers.has('Content-Length'), false)
  const [first] = messageStream().push(Buffer.from(text))
  assert.ok(first?.kind === 'request')
  assert.equal(first.body.length, 0)
})

test('what is too much is refused: header fields, length of the header', () => {
  const rows = (count: number): Buffer => Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\n${'X: 1\r\n'.repeat(count)}\r\n`)
  assert.equal(parseMessage(rows(256)).kind, 'request')
  const many = parseMessage(rows(257))
  assert.deepEqual([many.kind, many.headers.size], ['malformed', 256])
  const long = (length: number): Buffer => Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\nX: ${'x'.repeat(length)}\r\n\r\n`)
  assert.equal(parseMessage(long(65_000)).kind, 'request')
  assert.equal(parseMessage(long(66_000)).kind, 'malformed')
})

test('a quote that is escaped does not end a quoted string', () => {
  assert.equal(parseNameAddr('"a\\" <sip:a@b>'), undefined)
  assert.equal(parseParams(';x="a\\"'), undefined)
  assert.equal(parseParams(';x="'), undefined)
  assert.equal(parseParams(';x="a\\\\"')?.get('x'), 'a\\')
})

test('60 kB of one character, or of a pair, cost no more than their length', () => {
  const hostile = [
    ...[
      ',',
      '"',
      ';',
      '<',
      '>',
      '@',
      ':',
      '\\',
      '%',
      ' ',
      '\t',
      '[',
      '.',
      'a',
      '1',
      '?',
      '=',
      '*',
      '/',
      '&',
      '-',
      '\0',
      'é',
    ],
    ...[
      ',"',
      '";',
      '<,',
      ';a',
      ';a=',
      ';a=b',
      'a,',
      '\r\n ',
      '\r\n',
      '\n ',
      '\n',
      '\r',
      '\\"',
      '::',
      '%4',
      'a.',
      'a-',
      'a ',
      'a:\r\n',
      'l:1\r\n',
      '> <',
      'sip:',
      ' ;',
      'a=b,',
    ],
  ].map((unit) => unit.repeat(Math.floor(60_000 / unit.length)))
  for (const text of hostile) {
    const unit = JSON.stringify(text.slice(0, 6))
    const forms: [string, () => void][] = [
      ['as a message', () => void readAll(Buffer.from(text))],
      [
        'as fields',
        () => void readAll(Buffer.from(`INVITE sip:a@b SIP/2.0\r\nVia: ${text}\r\nTo: ${text}\r\nRequire: 1\r\n\r\n`)),
      ],
      [
        'as Contact',
        () => void readAll(Buffer.from(`INVITE sip:${text} SIP/2.0\r\nVia: SIP/2.0/UDP a;b=${text}\r\n\r\n`)),
      ],
      ['as CSeq', () => void cseqOf(parseMessage(Buffer.from(`A b SIP/2.0\r\nCSeq: 1${text}!\r\n\r\n`)).headers)],
      ['as values', () => (readText(text), readText(`a@${text}`), readText(`<sip:a@b>${text}`), readText(`"${text}`))],
      ['as a value', () => readText(`SIP/2.0/UDP ${text}!`)],
      ['in a stream', () => void messageStream().push(Buffer.from(text))],
      ['in the head of a stream', () => void messageStream().push(Buffer.from(`A b SIP/2.0\r\nX: ${text}!\r\n\r\n`))],
    ]
    for (const [form, read] of forms) {
      // The best of three: the machine may be busy with other things.
      let best = Number.POSITIVE_INFINITY
      for (let i = 0; i < 3 && best > 50; i++) {
        const began = performance.now()
        read()
        best = Math.min(best, performance.now() - began)
      }
      assert.ok(best < 50, `${unit} ${form} took ${best.toFixed(0)} ms`)
    }
  }
})

test('a stream byte by byte costs no more than its length', () => {
  const body = 'x'.repeat(50_000)
  const text = Buffer.from(
    `OPTIONS sip:a@b SIP/2.0\r\nX: ${'y'.repeat(10_000)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3 && best > 100; i++) {
    const began = performance.now()
    const items = sliced(text, () => 1)
    best = Math.min(best, performance.now() - began)
    assert.deepEqual(
      items.map((item) => item.kind),
      ['request'],
    )
  }
  assert.ok(best < 100, `${best.toFixed(0)} ms`)
})

function sameMeaning(read: SipMessage | Malformed, meant: SipMessage): void {
  assert.ok(read.kind !== 'malformed', read.kind === 'malformed' ? read.reason : '')
  const plain = (message: SipMessage): unknown => ({
    ...message,
    headers: [...message.headers].filter(({ name }) => !/^(?:content-length|l)$/i.test(name)),
    body: Buffer.from(message.body).toString('latin1'),
  })
  assert.deepEqual(plain(read), plain(meant))
}

function sliced(bytes: Uint8Array, size: () => number): StreamItem[] {
  const stream = messageStream()
  const items: StreamItem[] = []
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + size())
    items.push(...stream.push(bytes.subarray(at, to)))
    at = to
  }
  return items
}

function shown(items: StreamItem[]): Record<string, unknown>[] {
  return items.map((item) => ({
    ...item,
    ...('headers' in item ? { headers: [...item.headers] } : {}),
    ...('body' in item ? { body: Buffer.from(item.body).toString('latin1') } : {}),
  }))
}
