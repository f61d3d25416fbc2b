import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DialogInfo, LineWatch, readDialogInfo, writeDialogInfo } from './dialog-info.ts'
import { readMessageSummary, writeMessageSummary } from './message-summary.ts'

test('the examples of RFC 3842 §5.2 and §6 are read', () => {
  const whole = `Messages-Waiting: yes
Message-Account: sip:alice@vmail.example.com
Voice-Message: 2/8 (0/2)`
  assert.deepEqual(readMessageSummary(whole), {
    waiting: true,
    account: 'sip:alice@vmail.example.com',
    fresh: 2,
    old: 8,
    urgentFresh: 0,
    urgentOld: 2,
  })
  assert.deepEqual(readMessageSummary('Messages-Waiting: no\r\n'), { waiting: false })
  // Asterisk writes it in lower case, and no account at times.
  assert.deepEqual(readMessageSummary('messages-waiting:YES\r\nvoice-message:1/0\r\n'), {
    waiting: true,
    fresh: 1,
    old: 0,
  })
  for (const bad of ['', 'Messages-Waiting: perhaps', 'Voice-Message: 1/0', '\u0000'.repeat(300)])
    assert.equal(readMessageSummary(bad), undefined)
})

test('what is written of a mailbox is read again', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(1000), fc.nat(1000), (waiting, fresh, old) => {
      assert.deepEqual(readMessageSummary(writeMessageSummary({ waiting, fresh, old })), { waiting, fresh, old })
    }),
    { seed: 1 },
  )
})

/** In the form of RFC 4235 §4.1. */
const early = `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:alice@example.com">
  <dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" direction="initiator">
    <state event="provisional">early</state>
  </dialog>
</dialog-info>`

test('a document is read; who calls is busy, who is called rings, who talks is busy', () => {
  const info = readDialogInfo(early) as DialogInfo
  assert.deepEqual(info, {
    version: 1,
    state: 'full',
    entity: 'sip:alice@example.com',
    dialogs: [
      { id: 'as7d900as8', state: 'early', direction: 'initiator', callId: 'a84b4c76e66710', localTag: '1928301774' },
    ],
  })
  const line = new LineWatch()
  assert.equal(line.take(info)?.is, 'busy')
  const partial = (version: number, state: 'early' | 'confirmed' | 'terminated', id = 'x'): DialogInfo => ({
    version,
    state: 'partial',
    entity: '',
    dialogs: [{ id, state, direction: 'recipient' }],
  })
  assert.equal(line.take(partial(2, 'terminated', 'as7d900as8'))?.is, 'idle')
  assert.equal(line.take(partial(3, 'early'))?.is, 'ringing')
  assert.equal(line.ringing?.id, 'x')
  assert.equal(line.take(partial(3, 'confirmed')), undefined, 'one that came twice')
  assert.equal(line.take(partial(4, 'confirmed'))?.is, 'busy')
  assert.equal(line.take({ ...info, version: 0, dialogs: [] })?.is, 'idle', 'a server that began anew')
})

test('what is no such document says nothing', () => {
  for (const bad of [
    '',
    '<a/>',
    early.replace('version="1"', 'version="x"'),
    early.replace('full', 'half'),
    early.slice(0, 200),
  ])
    assert.equal(readDialogInfo(bad), undefined)
  assert.deepEqual(readDialogInfo(early.replace('>early<', '>dancing<'))?.dialogs, [])
})

test('what is written of a line is read again', () => {
  const info: DialogInfo = {
    version: 7,
    state: 'partial',
    entity: 'sip:bob@x',
    dialogs: [
      {
        id: '1',
        state: 'early',
        direction: 'recipient',
        callId: 'c@d',
        localTag: 'l',
        remoteTag: 'r',
        remote: { uri: 'sip:alice@x', displayName: 'Alice & "Co" <x>' },
        remoteTarget: 'sip:alice@10.0.0.1:5060',
      },
      { id: '2', state: 'terminated' },
    ],
  }
  assert.deepEqual(readDialogInfo(writeDialogInfo(info)), info)
})
