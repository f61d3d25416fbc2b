import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '@openparley/contract'
import fc from 'fast-check'
import { readPage } from './messages.ts'

/** As Cisco’s guide to CUMI shows it. */
const message = {
  Subject: 'Message from user1 (1001)',
  Read: 'true',
  Dispatch: 'false',
  Secure: 'false',
  Priority: 'Normal',
  Sensitivity: 'Normal',
  URI: '/vmrest/messages/0:b4ffbaa5-19ad-4f4f-b95a-933a32e00d64',
  MsgId: '0:b4ffbaa5-19ad-4f4f-b95a-933a32e00d64',
  From: { DisplayName: 'user1', SmtpAddress: 'connectionserver', DtmfAccessId: '1001' },
  CallerId: { CallerNumber: '1001', CallerName: 'user1' },
  ArrivalTime: '1522069679000',
  Size: '37291',
  Duration: '3340',
  IMAPUid: '22',
  FromSub: 'true',
  MsgType: 'Voice',
}

test('a message of the guide’s is read, alone or in a list, and nothing where there is none', () => {
  const kept = {
    key: '0:b4ffbaa5-19ad-4f4f-b95a-933a32e00d64',
    from: { number: '1001', name: 'user1' },
    at: '2018-03-26T13:07:59.000Z',
    lengthMs: 3340,
    bytes: 37_291,
    isNew: false,
    urgent: false,
    private: false,
    secure: false,
    dispatch: false,
    deleted: true,
  }
  assert.deepEqual(readPage({ '@total': '1', Message: message }, true), { total: 1, rows: 1, messages: [kept] })
  assert.deepEqual(readPage({ '@total': '2', Message: [message, message] }, true).messages, [kept, kept])
  assert.deepEqual(readPage({ '@total': '0' }, false), { total: 0, rows: 0, messages: [] })
})

test('what is marked is told, who is not known is nobody, and what is no voice message is left out', () => {
  const read = (change: Readonly<Record<string, unknown>>) =>
    readPage({ '@total': '1', Message: { ...message, ...change } }, false).messages[0]
  const marked = read({ Read: 'false', Priority: 'Urgent', Sensitivity: 'Personal', Secure: 'true', Dispatch: 'true' })
  assert.deepEqual(
    [marked?.isNew, marked?.urgent, marked?.private, marked?.secure, marked?.dispatch],
    [true, true, true, true, true],
  )
  const hidden = { From: { DisplayName: 'Unidentified Caller' }, CallerId: {}, FromSub: 'false' }
  assert.deepEqual(read(hidden)?.from, {})
  assert.equal(read({ MsgType: 'Email' }), undefined)
  assert.equal(read({ MsgId: '../../user' }), undefined)
})

test('whatever the service says, it is messages or an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ '@total': fc.jsonValue(), Message: fc.jsonValue() })),
      fc.dictionary(fc.constantFrom(...Object.keys(message)), fc.jsonValue()),
      (page, change) => {
        for (const each of [page, { '@total': '1', Message: { ...message, ...change } }])
          try {
            readPage(each, false)
          } catch (error) {
            if (!(error instanceof ParleyError) || error.code !== 'server-garbled') throw error
          }
      },
    ),
    { numRuns: 300 },
  )
})
