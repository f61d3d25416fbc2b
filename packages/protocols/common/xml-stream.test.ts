import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { writeXmlWithin, type XmlStreamEvent, XmlStreamReader } from './xml-stream.ts'

const head = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='a'>`
const stanzas = `<message to='b'><body>Wherefore &amp; “why”?</body><x xmlns='urn:x' xmlns:y='urn:y' y:z='1'><y:q/></x></message>
<presence/> </stream:stream>`

const read = (text: string | Buffer, size = 1_000_000, limits = {}): XmlStreamEvent[] => {
  const reader = new XmlStreamReader(limits)
  const bytes = Buffer.from(text as string)
  const events: XmlStreamEvent[] = []
  for (let at = 0; at < bytes.length; at += size) events.push(...reader.push(bytes.subarray(at, at + size)))
  return events
}

test('a stream is its root, its elements and its end, however the bytes are cut', () => {
  const whole = read(head + stanzas)
  assert.deepEqual(
    whole.map(({ is }) => is),
    ['open', 'element', 'element', 'close'],
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
      assert.deepEqual(simple(read(head + stanzas, size)), simple(whole))
    }),
  )
})

test('what was read is written again with its namespaces and no prefix of an outer element', () => {
  const [, first] = read(head + stanzas)
  assert.equal(
    first?.is === 'element' && writeXmlWithin('jabber:client', first.element),
    '<message to="b"><body>Wherefore &amp; “why”?</body><x xmlns="urn:x" xmlns:y="urn:y" y:z="1"><q xmlns="urn:y"/></x></message>',
  )
})

test('what a stream may not have ends the reading, and nothing after it is read', () => {
  const cases: [string, string][] = [
    ['<!-- c --><presence/>', 'restricted'],
    ['<?pi x?><presence/>', 'restricted'],
    ['<message><body>&lol;</body></message>', 'restricted'],
    ['<message></presence>', 'not-well-formed'],
    ['text <presence/>', 'not-well-formed'],
    ['<a>'.repeat(80), 'too-deep'],
    [`<message><body>${'x'.repeat(300_000)}`, 'too-large'],
  ]
  for (const [text, cause] of cases) {
    const last = read(head + text, 1000).at(-1)
    assert.equal(last?.is === 'fault' && last.cause, cause, text.slice(0, 40))
  }
  assert.equal(read('<!DOCTYPE x [<!ENTITY a "b">]><x>').at(-1)?.is, 'fault')
  const invalid = read(Buffer.concat([Buffer.from(`${head}<a>`), Buffer.from([0xc3, 0x28])])).at(-1)
  assert.equal(invalid?.is === 'fault' && invalid.cause, 'not-well-formed')
})

test('no input throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void new XmlStreamReader().push(bytes)))
})

/** Neighbouring pieces of text joined, for where bytes were cut. */
function simple(events: readonly XmlStreamEvent[]): string[] {
  return events.map((event) => (event.is === 'element' ? writeXmlWithin('', event.element) : event.is))
}
