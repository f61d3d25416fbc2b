import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type PresenceDocument, readPidf, writePidf } from './pidf.ts'

test('the examples of RFC 3863 §4.3 are read, with prefixes and with extensions of others', () => {
  const prefixed = `<?xml version="1.0" encoding="UTF-8"?>
<impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" entity="pres:someone@example.com">
  <impp:tuple id="sg89ae">
    <impp:status>
      <impp:basic>open</impp:basic>
    </impp:status>
    <impp:contact priority="0.8">tel:+09012345678</impp:contact>
  </impp:tuple>
</impp:presence>`
  assert.deepEqual(readPidf(prefixed), {
    entity: 'pres:someone@example.com',
    tuples: [{ id: 'sg89ae', basic: 'open', contact: 'tel:+09012345678' }],
    persons: [],
  })
  assert.deepEqual(readPidf(extended), {
    entity: 'pres:someone@example.com',
    tuples: [
      {
        id: 'bs35r9',
        basic: 'open',
        contact: 'im:someone@mobilecarrier.net',
        note: "Don't Disturb Please!",
        timestamp: '2001-10-27T16:49:29Z',
      },
      { id: 'eg92n8', basic: 'open', contact: 'mailto:someone@example.com' },
    ],
    persons: [],
    note: "I'll be in Tokyo next week",
  })
})

test('a person of RFC 4479 is read with the activities and the idle time of RFC 4480', () => {
  assert.deepEqual(readPidf(rich), {
    entity: 'pres:someone@example.com',
    tuples: [{ id: 'bs35r9', basic: 'open', contact: 'im:someone@mobile.example.net' }],
    persons: [
      {
        id: 'p1',
        activities: ['away'],
        note: 'Scoobydoo',
        userInput: { is: 'idle', lastInput: '2004-10-21T13:20:00-05:00' },
        timestamp: '2005-05-30T16:09:44+05:00',
      },
      { id: 'p2', activities: ['on-the-phone', 'busy'], other: 'dancing', note: 'Far away' },
    ],
  })
})

test('what is no such document says nothing', () => {
  for (const bad of [
    '',
    '<presence/>',
    '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>',
    extended.replace('ns:pidf"', 'ns:pdif"'),
    extended.slice(0, 300),
    `<!DOCTYPE x [<!ENTITY a "b">]>${extended}`,
    ' '.repeat(70_000),
  ])
    assert.equal(readPidf(bad), undefined)
  assert.equal('basic' in (readPidf(extended.replace('>open<', '>ajar<'))?.tuples[0] ?? {}), false)
})

test('what is written of a person is read again, whatever the words', () => {
  const words = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).map((text) => `<${text}&>`.normalize())
  const maybe = <Name extends string>(name: Name) =>
    fc.option(words, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }))
  fc.assert(
    fc.property(
      maybe('note'),
      maybe('other'),
      maybe('contact'),
      fc.subarray(['busy', 'on-the-phone', 'meeting']),
      fc.boolean(),
      (note, other, contact, activities, idle) => {
        const document: PresenceDocument = {
          entity: 'sip:alice@example.com',
          tuples: [{ id: 't1', basic: 'open', ...contact, ...note, timestamp: '2026-01-01T00:00:00Z' }],
          persons: [
            {
              id: 'p1',
              activities,
              ...other,
              ...note,
              ...(idle ? { userInput: { is: 'idle', lastInput: '2026-01-01T00:00:00Z' } } : {}),
            },
          ],
          ...note,
        }
        assert.deepEqual(readPidf(writePidf(document)), document)
      },
    ),
    { seed: 1 },
  )
})

test('garbled documents are read within bounds or not at all', () => {
  fc.assert(
    fc.property(fc.nat(rich.length), fc.nat(60), fc.string({ maxLength: 20 }), (at, cut, put) => {
      const read = readPidf(rich.slice(0, at) + put + rich.slice(at + cut))
      assert.ok(read === undefined || read.tuples.length <= 32)
    }),
    { seed: 2, numRuns: 2000 },
  )
  const many = readPidf(extended.replace('<note>', `${'<tuple id="x"><status/></tuple>'.repeat(500)}<note>`))
  assert.equal(many?.tuples.length, 32)
  assert.equal(readPidf(extended.replace('Tokyo', 'x'.repeat(5000)))?.note?.length, 1024)
})

const extended = `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf"
    xmlns:im="urn:ietf:params:xml:ns:pidf:im"
    xmlns:myex="http://id.example.com/presence/"
    entity="pres:someone@example.com">
  <tuple id="bs35r9">
    <status>
      <basic>open</basic>
      <im:im>busy</im:im>
      <myex:location>home</myex:location>
    </status>
    <contact priority="0.8">im:someone@mobilecarrier.net</contact>
    <note xml:lang="en">Don't Disturb Please!</note>
    <note xml:lang="fr">Ne derangez pas, s'il vous plait</note>
    <timestamp>2001-10-27T16:49:29Z</timestamp>
  </tuple>
  <tuple id="eg92n8">
    <status>
      <basic>open</basic>
    </status>
    <contact priority="1.0">mailto:someone@example.com</contact>
  </tuple>
  <note>I'll be in Tokyo next week</note>
</presence>`

/** In the form of RFC 4480 §5. */
const rich = `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf"
    xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
    xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"
    entity="pres:someone@example.com">
  <tuple id="bs35r9">
    <status><basic>open</basic></status>
    <dm:deviceID>urn:device:0003ba4811e3</dm:deviceID>
    <rpid:relationship><rpid:self/></rpid:relationship>
    <contact priority="0.8">im:someone@mobile.example.net</contact>
  </tuple>
  <dm:person id="p1">
    <rpid:activities from="2005-05-30T12:00:00+05:00" until="2005-05-30T17:00:00+05:00">
      <rpid:note>Far away</rpid:note>
      <rpid:away/>
    </rpid:activities>
    <rpid:mood><rpid:angry/></rpid:mood>
    <rpid:user-input idle-threshold="600" last-input="2004-10-21T13:20:00-05:00">idle</rpid:user-input>
    <dm:note>Scoobydoo</dm:note>
    <dm:timestamp>2005-05-30T16:09:44+05:00</dm:timestamp>
  </dm:person>
  <dm:person id="p2">
    <rpid:activities><rpid:note>Far away</rpid:note><rpid:on-the-phone/><rpid:busy/><rpid:other>dancing</rpid:other></rpid:activities>
  </dm:person>
</presence>`
