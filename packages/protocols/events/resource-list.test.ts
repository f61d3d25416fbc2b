// Lists of resources (RFC 4662): bodies as the RFC's §5.5 and §6 describe them, as servers send them, and what follows from several.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ListWatch, type ResourceList, readResourceList, writeResourceList } from './resource-list.ts'

/** A list of three, two of whom are told of, the way that the RFC's first NOTIFY is built (§6). */
const contentType =
  'multipart/related;type="application/rlmi+xml";start="<nXYxAE@pres.example.com>";boundary="50UBfW7LSCVLtggUPe5z"'
const body = [
  '--50UBfW7LSCVLtggUPe5z',
  'Content-Transfer-Encoding: binary',
  'Content-ID: <nXYxAE@pres.example.com>',
  'Content-Type: application/rlmi+xml;charset="UTF-8"',
  '',
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:adam-friends@pres.example.com" version="1" fullState="true">',
  '  <name xml:lang="en">Buddy List</name>',
  '  <resource uri="sip:bob@example.com"><name>Bob Smith</name>',
  '    <instance id="juwigmtboe" state="active" cid="bUZBsM@pres.example.com"/></resource>',
  '  <resource uri="sip:dave@example.com"><name>Dave Jones</name>',
  '    <instance id="hqzsuxtfyq" state="active" cid="ZvSvkz@pres.example.com"/></resource>',
  '  <resource uri="sip:ed@example.net"><name>Ed</name></resource>',
  '</list>',
  '--50UBfW7LSCVLtggUPe5z',
  'Content-Transfer-Encoding: binary',
  'Content-ID: <bUZBsM@pres.example.com>',
  'Content-Type: application/pidf+xml;charset="UTF-8"',
  '',
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.com"/>',
  '--50UBfW7LSCVLtggUPe5z',
  'Content-ID: <ZvSvkz@pres.example.com>',
  'Content-Type: application/pidf+xml;charset="UTF-8"',
  '',
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:dave@example.com"/>',
  '--50UBfW7LSCVLtggUPe5z--',
].join('\r\n')

const list = (version: number, isFull: boolean, ...uris: string[]): ResourceList => ({
  uri: 'sip:friends@x',
  version,
  isFull,
  resources: uris.map((uri) => ({ uri, instances: [{ id: '1', state: 'active' }] })),
  lists: [],
})

test('a list names its resources, and the parts that tell of them by their Content-ID', () => {
  const read = readResourceList(contentType, body)
  assert.ok(read)
  assert.deepEqual(
    [read.uri, read.version, read.isFull, read.lists],
    ['sip:adam-friends@pres.example.com', 1, true, []],
  )
  assert.deepEqual(
    read.resources.map(({ uri, name, instances }) => [uri, name, instances.map(({ state }) => state)]),
    [
      ['sip:bob@example.com', 'Bob Smith', ['active']],
      ['sip:dave@example.com', 'Dave Jones', ['active']],
      ['sip:ed@example.net', 'Ed', []],
    ],
  )
  assert.match(read.resources[1]?.instances[0]?.document?.body ?? '', /entity="sip:dave@example.com"/)
})

test('a list may be a resource of a list, and has a version of its own (§5.6)', () => {
  const inner = writeResourceList({ ...list(7, false, 'sip:bob@x'), uri: 'sip:inner@x' }, 'inner')
  const outer: ResourceList = {
    ...list(1, true),
    resources: [
      { uri: 'sip:inner@x', instances: [{ id: '1', state: 'active', document: { ...inner, id: 'c1' } }] },
      { uri: 'sip:carol@x', instances: [] },
    ],
  }
  const { contentType: type, body: whole } = writeResourceList(outer, 'outer')
  const read = readResourceList(type, whole)
  assert.deepEqual(
    [read?.resources.map(({ uri }) => uri), read?.lists.map(({ uri, version }) => [uri, version])],
    [['sip:carol@x'], [['sip:inner@x', 7]]],
  )
})

test('what is no list is none: another type, another document, no part, a version that is no number, one cut off', () => {
  assert.equal(readResourceList('application/pidf+xml', body), undefined)
  assert.equal(readResourceList(contentType, body.replaceAll('ns:rlmi', 'ns:other')), undefined)
  assert.equal(readResourceList(contentType, body.replace('version="1"', 'version="first"')), undefined)
  assert.equal(readResourceList(contentType, body.slice(0, -30)), undefined)
  assert.equal(readResourceList(contentType, ''), undefined)
})

test('what is told after all was told is what has changed; who is not in all any more is gone', () => {
  const watch = new ListWatch()
  assert.equal(watch.take(list(4, false, 'sip:a@x')), 'incomplete')
  assert.deepEqual(watch.take(list(4, true, 'sip:a@x', 'sip:b@x')), {
    told: list(4, true, 'sip:a@x', 'sip:b@x').resources,
    gone: [],
  })
  assert.equal(watch.take(list(4, true, 'sip:c@x')), 'old')
  assert.equal(watch.take(list(3, false, 'sip:c@x')), 'old')
  assert.deepEqual(watch.take(list(5, false, 'sip:b@x')), { told: list(5, false, 'sip:b@x').resources, gone: [] })
  assert.equal(watch.take(list(7, false, 'sip:b@x')), 'incomplete')
  assert.deepEqual(watch.take(list(6, true, 'sip:b@x')), {
    told: list(6, true, 'sip:b@x').resources,
    gone: ['sip:a@x'],
  })
})

test('whatever a body holds, it is read or refused, never thrown, and what is written is read back', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(body.length), (type, text, at) => {
      readResourceList(type, text)
      readResourceList(contentType, body.slice(0, at) + text + body.slice(at))
    }),
  )
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), fc.array(name, { maxLength: 5 }), (version, isFull, names) => {
      const written: ResourceList = {
        ...{ uri: 'sip:l@x', version, isFull, lists: [] },
        resources: names.map((each, n) => ({
          uri: `sip:${each}@x`,
          name: each,
          instances: [
            { id: `${n}`, state: 'active', document: { contentType: 'text/plain', id: `c${n}`, body: each } },
            { id: 'b', state: 'terminated', reason: 'noresource' },
          ],
        })),
      }
      const { contentType: type, body: whole } = writeResourceList(written, 'b')
      assert.deepEqual(readResourceList(type, whole), written)
    }),
  )
})
