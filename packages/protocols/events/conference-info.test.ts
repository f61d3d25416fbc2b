import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type ConferenceInfo,
  type ConferenceUser,
  ConferenceWatch,
  readConferenceInfo,
  writeConferenceInfo,
} from './conference-info.ts'

/** The basic example of RFC 4575 §6.1. */
const basic = `<?xml version="1.0" encoding="UTF-8"?>
<conference-info
  xmlns="urn:ietf:params:xml:ns:conference-info"
  entity="sips:conf233@example.com"
  state="full" version="1">
 <!-- CONFERENCE INFO -->
 <conference-description>
  <subject>Agenda: This month's goals</subject>
  <service-uris>
   <entry>
    <uri>http://sharepoint/salesgroup/</uri>
    <purpose>web-page</purpose>
   </entry>
  </service-uris>
 </conference-description>
 <!-- CONFERENCE STATE -->
 <conference-state>
  <user-count>33</user-count>
 </conference-state>
 <!-- USERS -->
 <users>
  <user entity="sip:bob@example.com" state="full">
   <display-text>Bob Hoskins</display-text>
   <endpoint entity="sip:bob@pc33.example.com">
    <display-text>Bob's Laptop</display-text>
    <status>disconnected</status>
    <disconnection-method>departed</disconnection-method>
    <disconnection-info>
     <when>2005-03-04T20:00:00Z</when>
     <reason>bad voice quality</reason>
     <by>sip:mike@example.com</by>
    </disconnection-info>
    <media id="1">
     <display-text>main audio</display-text>
     <type>audio</type>
     <label>34567</label>
     <src-id>432424</src-id>
     <status>sendrecv</status>
    </media>
   </endpoint>
  </user>
  <user entity="sip:alice@example.com" state="full">
   <display-text>Alice</display-text>
   <endpoint entity="sip:4kfk4j392jsu@example.com;grid=433kj4j3u">
    <status>connected</status>
    <joining-method>dialed-out</joining-method>
    <joining-info>
     <when>2005-03-04T20:00:00Z</when>
     <by>sip:mike@example.com</by>
    </joining-info>
    <media id="1">
     <display-text>main audio</display-text>
     <type>audio</type>
     <label>34567</label>
     <src-id>534232</src-id>
     <status>sendrecv</status>
    </media>
   </endpoint>
  </user>
 </users>
</conference-info>`

const read = (text: string): ConferenceInfo => {
  const info = readConferenceInfo(text)
  assert(info)
  return info
}
const partial = (version: number, all: readonly ConferenceUser[]): ConferenceInfo => ({
  entity: 'sips:conf233@example.com',
  version,
  state: 'partial',
  users: { state: 'partial', all },
})
const names = (watch: ConferenceWatch): string[] => watch.members.map(({ entity }) => entity)

test('the basic example of RFC 4575 §6.1 is read: what it is about, who is in it and who has left', () => {
  assert.deepEqual(read(basic), {
    entity: 'sips:conf233@example.com',
    version: 1,
    state: 'full',
    subject: "Agenda: This month's goals",
    users: {
      state: 'full',
      all: [
        {
          entity: 'sip:bob@example.com',
          state: 'full',
          displayText: 'Bob Hoskins',
          endpoints: [{ entity: 'sip:bob@pc33.example.com', state: 'full', status: 'disconnected' }],
        },
        {
          entity: 'sip:alice@example.com',
          state: 'full',
          displayText: 'Alice',
          endpoints: [{ entity: 'sip:4kfk4j392jsu@example.com;grid=433kj4j3u', state: 'full', status: 'connected' }],
        },
      ],
    },
  })
  const watch = new ConferenceWatch()
  assert.equal(watch.take(read(basic)), 'changed')
  assert.equal(watch.subject, "Agenda: This month's goals")
  assert.deepEqual(watch.members, [
    { entity: 'sip:bob@example.com', displayText: 'Bob Hoskins', status: 'disconnected' },
    { entity: 'sip:alice@example.com', displayText: 'Alice', status: 'connected' },
  ])
})

test('a partial state changes, adds and removes members, and leaves the others as they were (§4.4)', () => {
  const watch = new ConferenceWatch()
  watch.take(read(basic))
  const alice = 'sip:alice@example.com'
  const phone = 'sip:4kfk4j392jsu@example.com;grid=433kj4j3u'
  watch.take(
    partial(2, [
      {
        entity: alice,
        state: 'partial',
        endpoints: [{ entity: phone, state: 'partial', status: 'muted-via-focus' }],
      },
      { entity: 'sip:bob@example.com', state: 'deleted', endpoints: [] },
      {
        entity: 'sip:carol@example.com',
        state: 'full',
        endpoints: [{ entity: 'sip:c', state: 'full', status: 'alerting' }],
      },
    ]),
  )
  assert.deepEqual(watch.members, [
    { entity: alice, displayText: 'Alice', status: 'muted-via-focus' },
    { entity: 'sip:carol@example.com', status: 'alerting' },
  ])
  assert.equal(watch.subject, "Agenda: This month's goals")
  watch.take(partial(3, [{ entity: alice, state: 'partial', endpoints: [{ entity: phone, state: 'deleted' }] }]))
  assert.deepEqual(watch.members[0], { entity: alice, displayText: 'Alice', status: undefined })
  // All users, in a document that is partial otherwise.
  const only: ConferenceUser = { entity: 'sip:dave@example.com', state: 'full', endpoints: [] }
  watch.take({ ...partial(4, []), users: { state: 'full', all: [only] } })
  assert.deepEqual(names(watch), ['sip:dave@example.com'])
})

test('a version that came before is passed over; one that is missing makes the state incomplete; a full one begins anew', () => {
  const watch = new ConferenceWatch()
  watch.take(read(basic))
  const nobody = partial(1, [{ entity: 'sip:alice@example.com', state: 'deleted', endpoints: [] }])
  assert.equal(watch.take(nobody), 'old')
  assert.equal(watch.take({ ...nobody, version: 3 }), 'incomplete')
  assert.equal(names(watch).length, 2)
  assert.equal(watch.take({ ...nobody, version: 2 }), 'changed')
  assert.deepEqual(names(watch), ['sip:bob@example.com'])
  assert.equal(watch.take({ ...read(basic), version: 0 }), 'changed', 'a focus that began anew')
  assert.equal(names(watch).length, 2)
})

test('a conference that is deleted is over', () => {
  const watch = new ConferenceWatch()
  watch.take(read(basic))
  const deleted = '<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sip:x" state="deleted"/>'
  assert.equal(watch.take(read(deleted)), 'over')
  assert.deepEqual(watch.members, [])
})

test('who left with one telephone and talks on another is connected', () => {
  const watch = new ConferenceWatch()
  const endpoints = [
    { entity: 'sip:a@1', state: 'full', status: 'disconnected' },
    { entity: 'sip:a@2', state: 'full', status: 'connected' },
  ] as const
  watch.take({
    ...partial(0, []),
    state: 'full',
    users: { state: 'full', all: [{ entity: 'a', state: 'full', endpoints }] },
  })
  assert.equal(watch.members[0]?.status, 'connected')
})

test('what is no such document says nothing, and what nobody knows in one is left out', () => {
  for (const bad of [
    '',
    '<a/>',
    basic.replace('version="1">', 'version="x">'),
    basic.replace('version="1">', '>'),
    basic.replace('state="full" version', 'state="half" version'),
    basic.replace('entity="sips:conf233@example.com"', ''),
    basic.slice(0, 400),
  ])
    assert.equal(readConferenceInfo(bad), undefined)
  const dancing = read(basic.replace('>connected<', '>dancing<'))
  assert.deepEqual(dancing.users?.all[1]?.endpoints, [
    { entity: 'sip:4kfk4j392jsu@example.com;grid=433kj4j3u', state: 'full' },
  ])
})

test('what is written of a conference is read again', () => {
  const record = <T>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
    fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((each) => `x${each.trim()}`)
  const state = fc.constantFrom('full' as const, 'partial' as const, 'deleted' as const)
  const endpoint = record({ entity: text, state, status: fc.constantFrom('connected' as const, 'on-hold' as const) })
  const user = record({ entity: text, state, displayText: text, endpoints: fc.array(endpoint, { maxLength: 3 }) })
  const info = record({
    entity: text,
    version: fc.nat(),
    state,
    subject: text,
    users: record({ state, all: fc.array(user, { maxLength: 4 }) }),
  })
  fc.assert(
    fc.property(info, (each) => assert.deepEqual(readConferenceInfo(writeConferenceInfo(each)), each)),
    { seed: 1 },
  )
})
