import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { contactsOf, cseqOf, fromOf, listOf, parseVia, toOf } from './header-values.ts'
import { judge, type Verdict } from './judge.ts'
import { parseMessage } from './parse.ts'
import { type TortureCase, tortureCases } from './torture.cases.ts'
import { isSip, parseUri } from './uri.ts'

const supports = { extensions: ['timer'], contentTypes: ['application/sdp', 'multipart/mixed'] }
const bytesOf = ({ rfc, name }: TortureCase): Buffer => readFileSync(new URL(`./cases/${rfc}/${name}`, import.meta.url))

function expected({ verdict }: TortureCase): Verdict['is'] | number {
  return 'reject' in verdict ? verdict.reject : 'accept' in verdict ? 'accept' : 'discard'
}

function seen(bytes: Uint8Array): Verdict['is'] | number {
  const verdict = judge(parseMessage(bytes), supports)
  return verdict.is === 'reject' ? verdict.status : verdict.is
}

test('all 49 messages of RFC 4475 and 12 of RFC 5118 are here', () => {
  assert.equal(new Set(tortureCases.map(({ rfc, name }) => `${rfc}/${name}`)).size, 61)
})

for (const each of tortureCases) {
  test(`${each.rfc} §${each.section} ${each.name}: ${expected(each)}`, () => {
    const bytes = bytesOf(each)
    assert.equal(seen(bytes), expected(each))
    // The same message with its fields in another order, and with their names in another case.
    for (const variant of variants(bytes)) assert.equal(seen(variant.bytes), expected(each), variant.what)
    if (!each.read) return
    for (const text of [bytes, ...variants(bytes).map((variant) => variant.bytes)]) {
      const message = parseMessage(text)
      assert.ok(message.kind !== 'malformed')
      assert.equal(message.headers.get('Call-ID'), each.read.callId)
      assert.equal(cseqOf(message.headers)?.number, each.read.cseq)
      if (message.kind === 'request') assert.deepEqual([message.method, message.uri], [each.read.method, each.read.uri])
      else assert.equal(message.status, each.read.status)
    }
  })
}

test('RFC 4475 §3.1.1.1: what is folded, escaped and spread is read as the RFC explains it', () => {
  const message = parseMessage(bytesOf(named('wsinv.dat')))
  assert.ok(message.kind === 'request')
  const { headers } = message
  assert.equal(toOf(headers)?.params.get('tag'), '1918181833n')
  assert.equal(fromOf(headers)?.displayName, 'J Rosenberg \\"')
  assert.deepEqual(
    listOf(headers, 'Via').map((text) => parseVia(text)?.params.get('branch')),
    ['390skdjuw', 'z9hG4bK9ikj8', 'z9hG4bK30239'],
  )
  assert.equal(headers.get('Subject'), '')
  assert.equal(headers.get('NewFangledHeader'), 'newfangled value continued newfangled value')
  assert.deepEqual(listOf(headers, 'Contact').length, 1)
})

test('RFC 4475 §3.1.1.3: an escaped sips: in the user part is a user', () => {
  const uri = parseUri('sip:sips%3Auser%40example.com@example.net')
  assert.ok(isSip(uri))
  assert.deepEqual([uri.user, uri.host], ['sips%3Auser%40example.com', 'example.net'])
})

test('RFC 4475 §3.1.1.9 and §3.3.12: semicolons belong to the user, and parameters of a bare Contact to the header', () => {
  const uri = parseUri('sip:user;par=u%40example.net@example.com')
  assert.ok(isSip(uri) && uri.user === 'user;par=u%40example.net')
  const message = parseMessage(bytesOf(named('cparam01.dat')))
  assert.ok(message.kind === 'request')
  const [contact] = contactsOf(message.headers) ?? []
  assert.ok(contact && contact !== '*')
  assert.deepEqual([contact.uri, [...contact.params.keys()]], ['sip:+19725552222@gw1.example.net', ['unknownparam']])
})

test('RFC 5118 §4.3 and §4.4: where a port stands outside of the brackets it is the port', () => {
  const [inside, outside] = ['sip:[2001:db8::10:5070]', 'sip:[2001:db8::10]:5070'].map(parseUri)
  assert.ok(isSip(inside) && inside.port === undefined && inside.host === '[2001:db8::10:5070]')
  assert.ok(isSip(outside) && outside.port === 5070 && outside.host === '[2001:db8::10]')
})

function named(name: string): TortureCase {
  return tortureCases.find((each) => each.name === name) as TortureCase
}

function variants(bytes: Buffer): { what: string; bytes: Buffer }[] {
  const text = bytes.toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)
  if (!end) return []
  const [first = '', ...rest] = text.slice(0, end.index).split(/\r?\n/)
  const fields: string[][] = []
  for (const line of rest) {
    if (/^[ \t]/.test(line) && fields.length > 0) fields.at(-1)?.push(line)
    else fields.push([line])
  }
  const build = (lines: string[][]): Buffer =>
    Buffer.from(`${[first, ...lines.flat()].join('\r\n')}\r\n\r\n${text.slice(end.index + end[0].length)}`, 'latin1')
  const recased = (change: (name: string) => string): string[][] =>
    fields.map(([head = '', ...more]) => [head.replace(/^[^:\s]+/, change), ...more])
  return [
    ...[1, 2, 3].map((seed) => ({ what: `shuffled, seed ${seed}`, bytes: build(shuffled(fields, seed)) })),
    { what: 'names in upper case', bytes: build(recased((name) => name.toUpperCase())) },
    { what: 'names in lower case', bytes: build(recased((name) => name.toLowerCase())) },
  ]
}

/** Another order, in which fields of one name keep theirs. */
function shuffled(fields: string[][], seed: number): string[][] {
  let state = seed * 2_654_435_761
  const roll = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const short: Record<string, string> = {
    v: 'via',
    f: 'from',
    t: 'to',
    i: 'call-id',
    m: 'contact',
    l: 'content-length',
    c: 'content-type',
  }
  const nameOf = ([head = '']: string[]): string => {
    const name = (head.split(':')[0] as string).trim().toLowerCase()
    return short[name] ?? name
  }
  const order = fields
    .map(nameOf)
    .map((name) => ({ name, at: roll() }))
    .sort((a, b) => a.at - b.at)
  const left = [...fields]
  return order.map(
    ({ name }) =>
      left.splice(
        left.findIndex((field) => nameOf(field) === name),
        1,
      )[0] as string[],
  )
}
