// Requests as call managers send them to phones, after what is publicly known of them; and standing by.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import fc from 'fast-check'
import { isXml, partsOf, readXml, writeParts } from '../common/index.ts'
import {
  readCallInfo,
  readRemoteRequests,
  registerParts,
  remoteRequestType,
  Standby,
  writeRemoteRequest,
} from './index.ts'

const asked = (inner: string): string =>
  `<?xml version="1.0"?>\r\n<x-cisco-remotecc-request>${inner}</x-cisco-remotecc-request>`
const read = (inner: string): unknown => readRemoteRequests(remoteRequestType, asked(inner))

describe('remote call control', () => {
  test('a call to make, to answer, to take back', () => {
    assert.deepEqual(
      read('<initiatecallreq><dialstring>2002</dialstring><linenumber>1</linenumber></initiatecallreq>'),
      [{ is: 'dial', number: '2002', line: 1 }],
    )
    const dialog = '<dialogid><callid>a@b</callid><localtag>l</localtag><remotetag>r</remotetag></dialogid>'
    const named = { callId: 'a@b', localTag: 'l', remoteTag: 'r' }
    assert.deepEqual(read(`<answercallreq>${dialog}</answercallreq>`), [{ is: 'answer', dialog: named }])
    assert.deepEqual(read(`<holdretrievereq>${dialog}</holdretrievereq>`), [{ is: 'resume', dialog: named }])
    assert.deepEqual(read('<initiatecallreq/>'), [])
  })

  test('what a phone is asked is read as it was written', () => {
    const dialog = { callId: 'a@b', localTag: '<l>', remoteTag: 'r' }
    for (const request of [
      { is: 'dial', number: '"0" & <1>', line: 2 },
      { is: 'answer', dialog },
      { is: 'answer', dialog: undefined },
      { is: 'resume', dialog },
    ] as const)
      assert.deepEqual(readRemoteRequests(remoteRequestType, writeRemoteRequest(request)), [request])
    const named = writeRemoteRequest({ is: 'answer', dialog: undefined }, { answer: 'offhookreq' })
    assert.deepEqual(readRemoteRequests(remoteRequestType, named), [{ is: 'other', name: 'offhookreq' }])
  })

  test('messages, forwarding, do not disturb and what to show, for the lines that they are of', () => {
    assert.deepEqual(
      read(
        '<bulkupdate><contact line="1"><mwi>yes</mwi><emwi><voice-msg new="2" old="5"/></emwi><cfwdallupdate><fwdaddress></fwdaddress><tovoicemail>off</tovoicemail></cfwdallupdate></contact><contact line="2"><mwi>no</mwi></contact></bulkupdate>',
      ),
      [
        { is: 'line', line: 1, what: { messages: { waiting: true, fresh: 2, old: 5 }, forwardedTo: null } },
        { is: 'line', line: 2, what: { messages: { waiting: false } } },
      ],
    )
    assert.deepEqual(
      read(
        '<cfwdallupdate><linenumber>1</linenumber><fwdaddress>2009</fwdaddress><tovoicemail>off</tovoicemail></cfwdallupdate>',
      ),
      [{ is: 'line', line: 1, what: { forwardedTo: '2009' } }],
    )
    assert.deepEqual(read('<dndupdate><state>enable</state><option>ringeroff</option></dndupdate>'), [
      { is: 'do-not-disturb', enabled: true },
    ])
    assert.deepEqual(
      read(
        '<statuslineupdatereq><action>notify_display</action><statustext>Lunch</statustext><displaytimeout>10</displaytimeout></statuslineupdatereq>',
      ),
      [{ is: 'display', text: 'Lunch', forMs: 10_000 }],
    )
    assert.deepEqual(read('<playtonereq><tonetype>DtZipZip</tonetype></playtonereq>'), [
      { is: 'other', name: 'playtonereq' },
    ])
  })

  test('several in one body are all read; other parts are not', () => {
    const body = writeParts(
      [
        { contentType: remoteRequestType, body: asked('<dndupdate><state>disable</state></dndupdate>') },
        { contentType: 'text/plain', body: 'no' },
        { contentType: remoteRequestType, body: asked('<hlogupdate><status>on</status></hlogupdate>') },
      ],
      'uniqueBoundary',
    )
    assert.deepEqual(readRemoteRequests('multipart/mixed;boundary=uniqueBoundary', body), [
      { is: 'do-not-disturb', enabled: false },
      { is: 'other', name: 'hlogupdate' },
    ])
    assert.deepEqual(readRemoteRequests('multipart/mixed;boundary=uniqueBoundary', body.slice(0, -6)), [])
    assert.deepEqual(readRemoteRequests('multipart/mixed', body), [])
  })

  test('what is not well-formed is no request, whatever it is', () => {
    for (const bad of ['', '<', '<x-cisco-remotecc-response/>', `<!DOCTYPE a>${asked('')}`])
      assert.deepEqual(readRemoteRequests(remoteRequestType, bad), [])
    fc.assert(
      fc.property(fc.string(), fc.string(), (type, body) => {
        readRemoteRequests(type, body)
        readRemoteRequests(remoteRequestType, asked(body))
        readCallInfo([type, body])
      }),
    )
  })

  test('the parts of a REGISTER are documents of that type, and come back as they were written', () => {
    const parts = registerParts()
    assert.equal(parts.length, 2)
    for (const { body } of parts) assert(isXml(readXml(body)))
    assert.deepEqual(partsOf('multipart/mixed; boundary="uniqueBoundary"', writeParts(parts, 'uniqueBoundary')), parts)
  })
})

describe('Call-Info', () => {
  test('says how safe a call is, how urgent, and its name in the cluster', () => {
    assert.deepEqual(
      readCallInfo([
        '<http://example.com/icon.png>;purpose=icon',
        '<urn:x-cisco-remotecc:callinfo>;orientation=from;security=NotAuthenticated;call-instance=1;gci=1-4711;priority=urgent',
      ]),
      { security: 'not-authenticated', globalId: '1-4711', priority: 'urgent' },
    )
    assert.deepEqual(readCallInfo(['<urn:x-cisco-remotecc:callinfo>; security=Encrypted']), {
      security: 'encrypted',
      globalId: undefined,
      priority: undefined,
    })
    assert.equal(readCallInfo(['<sip:a@b>']), undefined)
  })
})

describe('standing by', () => {
  const options = { servers: 3, keepAliveMs: 1000, steadyMs: 2500 }
  const types = (effects: readonly { type: string; server: number }[]): string[] =>
    effects.map(({ type, server }) => `${type} ${server}`)

  test('the second server is kept warm while the first is used', () => {
    const standby = new Standby(options)
    standby.handle({ type: 'registered', server: 0 }, 0)
    assert.equal(standby.deadline, 1000)
    assert.deepEqual(types(standby.wake(1000)), ['keep-alive 1'])
    assert.equal(standby.deadline, undefined)
    standby.handle({ type: 'answered', ok: true }, 1100)
    for (let at = 2100; at < 60_000; at += 1000) {
      assert.deepEqual(types(standby.wake(at)), ['keep-alive 1'])
      standby.handle({ type: 'answered', ok: true }, at)
    }
  })

  test('a better server that answers for long enough is asked for a token, and used when it grants one', () => {
    const standby = new Standby(options)
    standby.handle({ type: 'registered', server: 1 }, 0)
    assert.deepEqual(types(standby.wake(1000)), ['keep-alive 0'])
    standby.handle({ type: 'answered', ok: true }, 1000)
    assert.deepEqual(types(standby.wake(2000)), ['keep-alive 0'])
    // Once silent: it counts from the next answer on.
    standby.handle({ type: 'answered', ok: false }, 2000)
    standby.wake(3000)
    standby.handle({ type: 'answered', ok: true }, 3000)
    standby.wake(4000)
    standby.handle({ type: 'answered', ok: true }, 4000)
    standby.wake(5000)
    standby.handle({ type: 'answered', ok: true }, 5000)
    assert.deepEqual(types(standby.wake(6000)), ['ask-token 0'])
    assert.deepEqual(types(standby.handle({ type: 'answered', ok: true }, 6000)), ['use 0'])
  })

  test('whatever comes, it waits for one thing at a time: an answer, or its time', () => {
    forSeeds(200, (roll) => {
      const standby = new Standby(options)
      let now = 0
      let owed = 0
      for (let step = 0; step < 100; step++) {
        now += Math.floor(roll() * 1500)
        const dice = roll()
        if (dice < 0.1) {
          standby.handle({ type: 'registered', server: roll() < 0.2 ? undefined : Math.floor(roll() * 3) }, now)
          owed = 0
        } else if (dice < 0.5 && owed > 0) {
          owed = 0
          standby.handle({ type: 'answered', ok: roll() < 0.7 }, now)
        } else for (const { type } of standby.wake(now)) if (type !== 'use') owed++
        assert(owed <= 1)
        assert.equal(standby.deadline !== undefined, standby.state === 'waiting')
      }
    })
  })
})
