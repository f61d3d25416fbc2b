// Every message of RFC 4475 and RFC 5118, as it is and in other guises that mean the same.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { contactsOf, cseqOf, fromOf, listOf, type NameAddr, parseNameAddr, parseVia, toOf } from './header-values.ts'
import { judge, type Supports, type Verdict } from './judge.ts'
import { headerKey } from './message.ts'
import { headLength, type Malformed, parseMessage } from './parse.ts'
import type { SipMessage } from './message.ts'
import { type Read, type ReadUri, type TortureCase, tortureCases } from './torture.cases.ts'
import { isSip, parseUri, userOf } from './uri.ts'

const server: Supports = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['timer'],
  contentTypes: ['application/sdp', 'multipart/mixed', 'text/plain'],
}
const proxy: Supports = { ...server, proxy: true }
const folder = new URL('./cases/', import.meta.url)
const bytesOf = (file: string): Buffer => readFileSync(new URL(file, folder))

test('there is a case for each of the 61 messages, and a message for each case', () => {
  const files = ['rfc4475', 'rfc5118'].flatMap((name) =>
    readdirSync(new URL(`${name}/`, folder)).map((file) => `${name}/${file}`),
  )
  assert.deepEqual(tortureCases.map((each) => each.file).sort(), files.sort())
  assert.ok(tortureCases.length >= 61)
  console.log(`${tortureCases.length} torture messages`)
})

for (const each of tortureCases) {
  test(`${each.file} (${each.section}) is ${said(each.verdict)}: ${each.about}`, () => {
    judged(bytesOf(each.file), each, 'as it is')
  })
}

test('the order of header fields changes no verdict and no value', () => {
  for (const each of tortureCases) {
    for (let seed = 1; seed <= 8; seed++) judged(shuffled(bytesOf(each.file), seed), each, `shuffled, seed ${seed}`)
  }
})

test('the case of header names, and compact forms, change no verdict and no value', () => {
  const respellings: [string, (name: string) => string][] = [
    ['upper', (name) => name.toUpperCase()],
    ['lower', (name) => name.toLowerCase()],
    ['compact', (name) => shortOf[headerKey(name)] ?? name],
    ['long', (name) => headerKey(name)],
  ]
  for (const each of tortureCases) {
    for (const [how, respell] of respellings) judged(renamed(bytesOf(each.file), respell), each, `${how} names`)
  }
})

test('each number of scalar02 is judged by itself', () => {
  const status = (from: string, to: string): number | string => {
    const text = `REGISTER sip:e.com SIP/2.0\r\nVia: SIP/2.0/TCP h.e.com;branch=z9hG4bK1\r\nTo: <sip:u@e.com>\r\nFrom: <sip:u@e.com>;tag=1\r\nCSeq: 1 REGISTER\r\nCall-ID: 1\r\nMax-Forwards: 70\r\nExpires: 60\r\nContact: <sip:u@h.e.com>;expires=60\r\nContent-Length: 0\r\n\r\n`
    const verdict = judge(parseMessage(Buffer.from(text.replace(from, to))), server)
    return verdict.is === 'reject' ? verdict.status : verdict.is
  }
  assert.equal(status('', ''), 'accept')
  assert.equal(status('CSeq: 1 ', 'CSeq: 2147483647 '), 'accept')
  assert.equal(status('CSeq: 1 ', 'CSeq: 2147483648 '), 400)
  assert.equal(status('CSeq: 1 ', 'CSeq: 36893488147419103232 '), 400)
  assert.equal(status('Max-Forwards: 70', 'Max-Forwards: 255'), 'accept')
  assert.equal(status('Max-Forwards: 70', 'Max-Forwards: 256'), 400)
  assert.equal(status('Max-Forwards: 70', 'Max-Forwards: -1'), 400)
  // What is too large here means as long as there is (§20.19), and is the registrar's to cut.
  assert.equal(status('Expires: 60', `Expires: 1${'0'.repeat(100)}`), 'accept')
  assert.equal(status(';expires=60', ';expires=280297596632815'), 'accept')
})

test('each field of multi01 is refused twice, by itself', () => {
  for (const row of [
    'CSeq: 59 INVITE',
    'Call-ID: 2',
    'To: sip:o@e.net',
    'From: sip:c@e.net;tag=2',
    'Max-Forwards: 5',
  ]) {
    const text = `INVITE sip:u@e.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nCSeq: 5 INVITE\r\nCall-ID: 1\r\nFrom: sip:c@e.com;tag=1\r\nTo: sip:u@e.com\r\n`
    assert.equal(judge(parseMessage(Buffer.from(`${text}\r\n`)), server).is, 'accept')
    const verdict = judge(parseMessage(Buffer.from(`${text}${row}\r\n\r\n`)), server)
    assert.deepEqual(verdict.is === 'reject' && verdict.status, 400, row)
  }
})

test('each field of insuf is missed by itself, and nothing is answered without a Via', () => {
  const rows = [
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'CSeq: 5 INVITE',
    'Call-ID: 1',
    'From: sip:c@e.com',
    'To: sip:u@e.com',
  ]
  const verdicts = rows.map((missing) => {
    const rest = rows.filter((row) => row !== missing).join('\r\n')
    const verdict = judge(parseMessage(Buffer.from(`INVITE sip:u@e.com SIP/2.0\r\n${rest}\r\n\r\n`)), server)
    return verdict.is === 'reject' ? [verdict.status, verdict.reason] : [verdict.is]
  })
  assert.deepEqual(verdicts, [
    ['discard'],
    [400, 'CSeq is missing'],
    [400, 'Call-ID is missing'],
    [400, 'From is missing'],
    [400, 'To is missing'],
  ])
})

test('an ACK is never answered, whatever is wrong with it', () => {
  let refused = 0
  for (const each of tortureCases) {
    const text = bytesOf(each.file).toString('latin1')
    const line = /^\S+ (?=.* SIP\/[27]\.0 *\r\n)/.exec(text)
    if (!line || text.startsWith('SIP/')) continue
    const ack = `ACK ${text.slice(line[0].length)}`.replace(/^(CSeq\s*:\s*\S+\s+)\S+/im, '$1ACK')
    const verdict = judge(parseMessage(Buffer.from(ack, 'latin1')), server)
    assert.notEqual(verdict.is, 'reject', each.file)
    if (verdict.is === 'discard') refused++
  }
  assert.ok(refused > 15, `${refused}`)
})

test('an optional body of an unknown type is no reason to refuse, an encoding is', () => {
  const invite = (...rows: string[]): Verdict =>
    judge(
      parseMessage(
        Buffer.from(
          `INVITE sip:u@e.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCSeq: 5 INVITE\r\nCall-ID: 1\r\nFrom: sip:c@e.com;tag=1\r\nTo: sip:u@e.com\r\n${rows.join('\r\n')}\r\n\r\nx`,
        ),
      ),
      server,
    )
  assert.equal(invite('Content-Type: Application/SDP;charset=utf-8').is, 'accept')
  assert.equal(invite('Content-Type: image/png').is, 'reject')
  assert.equal(invite('Content-Type: image/png', 'Content-Disposition: icon; handling=optional').is, 'accept')
  const packed = invite('Content-Type: application/sdp', 'Content-Encoding: gzip')
  assert.deepEqual(packed.is === 'reject' && [packed.status, packed.headers], [415, [['Accept-Encoding', 'identity']]])
  assert.equal(invite('Accept: application/*;q=0.5, text/html').is, 'accept')
  assert.equal(invite('Accept: */*').is, 'accept')
})

test('who takes every type refuses none, and is refused by none', () => {
  const all: Supports = { ...server, contentTypes: ['*/*'] }
  for (const file of ['rfc4475/invut.dat', 'rfc4475/sdp01.dat', 'rfc4475/mpart01.dat'])
    assert.equal(judge(parseMessage(bytesOf(file)), all).is, 'accept', file)
})

test('a * as Contact stands alone and only in a REGISTER', () => {
  const is = (method: string, contact: string): string =>
    judge(
      parseMessage(
        Buffer.from(
          `${method} sip:e.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCSeq: 5 ${method}\r\nCall-ID: 1\r\nFrom: sip:c@e.com;tag=1\r\nTo: sip:u@e.com\r\nContact: ${contact}\r\n\r\n`,
        ),
      ),
      server,
    ).is
  assert.deepEqual(
    [is('REGISTER', '*'), is('REGISTER', '*, <sip:a@b>'), is('INVITE', '*'), is('INVITE', '<sip:a@b>')],
    ['accept', 'reject', 'reject', 'accept'],
  )
})

function said(verdict: TortureCase['verdict']): string {
  return verdict === 'accept' ? 'taken' : verdict === 'discard' ? 'dropped' : `refused with ${verdict}`
}

function judged(bytes: Buffer, expected: TortureCase, how: string): void {
  const message = parseMessage(bytes)
  const where = `${expected.file} ${how}`
  const verdict = judge(message, server)
  assert.equal(short(verdict), expected.verdict, `${where}: ${JSON.stringify(verdict)}`)
  assert.equal(short(judge(message, proxy)), expected.proxy ?? expected.verdict, `${where}, by a proxy`)
  for (const [name, value] of Object.entries(expected.answers ?? {})) {
    const headers = new Map(verdict.is === 'reject' ? verdict.headers : [])
    assert.equal(headers.get(name), value, `${where}: ${name} of the answer`)
  }
  check(message, expected.read ?? {}, where)
}

function short(verdict: Verdict): TortureCase['verdict'] {
  return verdict.is === 'reject' ? verdict.status : verdict.is
}

function check(message: SipMessage | Malformed, read: Read, where: string): void {
  const { headers } = message
  if ('method' in read) assert.equal(message.kind === 'response' ? undefined : message.method, read.method, where)
  if (read.status !== undefined) {
    assert.ok(message.kind === 'response', where)
    assert.deepEqual([message.status, message.reason], [read.status, read.reason ?? message.reason], where)
  }
  if (read.uri) {
    assert.ok(message.kind === 'request', where)
    same(uriParts(message.uri), read.uri, `${where}: Request-URI`)
  }
  if (read.from) same(addressParts(fromOf(headers)), read.from, `${where}: From`)
  if (read.to) same(addressParts(toOf(headers)), read.to, `${where}: To`)
  if (read.contacts) {
    const contacts = contactsOf(headers) ?? []
    assert.equal(contacts.length, read.contacts.length, `${where}: contacts`)
    for (const [i, contact] of contacts.entries()) {
      assert.ok(contact !== '*', where)
      same(addressParts(contact), read.contacts[i] as object, `${where}: Contact ${i}`)
    }
  }
  if (read.routes) {
    const routes = listOf(headers, 'Route').map(parseNameAddr)
    assert.equal(routes.length, read.routes.length, `${where}: routes`)
    for (const [i, route] of routes.entries())
      same(addressParts(route), read.routes[i] as object, `${where}: Route ${i}`)
  }
  if (read.cseq) assert.deepEqual(Object.values(cseqOf(headers) ?? {}), read.cseq, `${where}: CSeq`)
  const vias = listOf(headers, 'Via')
  if (read.viaCount !== undefined) assert.equal(vias.length, read.viaCount, `${where}: number of Vias`)
  for (const [i, via] of (read.vias ?? []).entries()) {
    const parts = parseVia(vias[i] ?? '')
    assert.ok(parts, `${where}: Via ${i}`)
    same({ port: undefined, ...parts, params: Object.fromEntries(parts.params) }, via, `${where}: Via ${i}`)
  }
  for (const [name, value] of Object.entries(read.fields ?? {}))
    assert.equal(headers.get(name), value, `${where}: ${name}`)
  if (read.bodyLength !== undefined) {
    assert.ok(message.kind !== 'malformed', where)
    assert.equal(message.body.length, read.bodyLength, `${where}: body`)
  }
}

/** Holds what is named in `expected` against what was read. */
function same(read: object, expected: object, where: string): void {
  const named = Object.fromEntries(Object.keys(expected).map((key) => [key, (read as Record<string, unknown>)[key]]))
  assert.deepEqual(named, expected, where)
}

function addressParts(address: NameAddr | undefined): object {
  assert.ok(address, 'there is an address')
  return { ...uriParts(address.uri), name: address.displayName, params: Object.fromEntries(address.params) }
}

function uriParts(text: string): ReadUri {
  const uri = parseUri(text)
  if (!uri) return { uri: text }
  if (!isSip(uri)) return { uri: text, scheme: uri.scheme }
  const { scheme, host, port, params, headers } = uri
  const parts = { uri: text, scheme, user: userOf(uri), host, port, uriParams: Object.fromEntries(params) }
  return headers === undefined ? parts : { ...parts, uriHeaders: headers }
}

/** The start line, the rows with their folded lines, and what follows; latin1, so that no byte changes. */
function taken(bytes: Buffer): { start: string; rows: string[]; rest: string } {
  const head = headLength(bytes)
  assert.ok(head)
  const text = bytes.toString('latin1', 0, head.text)
  const [start, ...rows] = text.split(/\r\n(?![ \t])/)
  return { start: start as string, rows, rest: bytes.toString('latin1', head.text) }
}

function nameIn(row: string): string {
  return row.slice(0, row.indexOf(':')).trimEnd()
}

/** Rows in another order, but those of one name among themselves in the old one. */
function shuffled(bytes: Buffer, seed: number): Buffer {
  const { start, rows, rest } = taken(bytes)
  const order = [...rows.keys()]
  let state = seed
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const j = (state >>> 8) % (i + 1)
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  const queues = new Map<string, string[]>()
  for (const row of rows) {
    const key = headerKey(nameIn(row))
    queues.set(key, [...(queues.get(key) ?? []), row])
  }
  const mixed = order.map((at) => queues.get(headerKey(nameIn(rows[at] as string)))?.shift() as string)
  assert.equal(mixed.length, rows.length)
  return Buffer.from([start, ...mixed].join('\r\n') + rest, 'latin1')
}

function renamed(bytes: Buffer, respell: (name: string) => string): Buffer {
  const { start, rows, rest } = taken(bytes)
  const changed = rows.map((row) => respell(nameIn(row)) + row.slice(nameIn(row).length))
  return Buffer.from([start, ...changed].join('\r\n') + rest, 'latin1')
}

/** RFC 3261 §7.3.3. */
const shortOf: Record<string, string> = {
  'call-id': 'i',
  contact: 'm',
  'content-encoding': 'e',
  'content-length': 'l',
  'content-type': 'c',
  from: 'f',
  subject: 's',
  supported: 'k',
  to: 't',
  via: 'v',
}
