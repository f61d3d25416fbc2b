// What becomes of a line’s calls, as documents of its dialogs tell it (RFC 4235).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DialogInfo, type LineDialog, readDialogInfo, writeDialogInfo } from './dialog-info.ts'
import { LineCalls, type LineTold } from './line-calls.ts'

const remote = { uri: 'sip:bob@example.com' }

/** Each document crosses as its text. */
function line() {
  const calls = new LineCalls()
  let version = 0
  const take = (state: DialogInfo['state'], dialogs: readonly LineDialog[], as = version++) => {
    const text = writeDialogInfo({ version: as, state, entity: 'sip:desk@example.com', dialogs })
    return calls.take(readDialogInfo(text) as DialogInfo)
  }
  const told = (...dialogs: readonly LineDialog[]): unknown[] => take('full', dialogs).told.map(wordOf)
  return { calls, take, told }
}

function wordOf(told: LineTold): unknown {
  if (told.type === 'begun') return `begun ${told.direction}`
  if (told.type === 'ended') return `ended ${told.by ?? '?'} ${told.status ?? ''}`.trim()
  return 'by' in told ? `${told.type} ${told.by}` : told.type
}

const out: LineDialog = { id: 'one', callId: 'c1', direction: 'initiator', state: 'trying', remote }

test('a call that goes out rings, is up, is held by each side, and ends by whoever hangs up', () => {
  const { told } = line()
  assert.deepEqual(told(), [])
  assert.deepEqual(told(out), ['begun out'])
  assert.deepEqual(told({ ...out, state: 'early', remoteTag: 'b' }), ['alerting'])
  const up: LineDialog = { ...out, state: 'confirmed', remoteTag: 'b' }
  assert.deepEqual(told(up), ['connected'])
  assert.deepEqual(told({ ...up, held: 'local' }), ['held local'])
  assert.deepEqual(told({ ...up, held: 'both' }), ['held remote'])
  assert.deepEqual(told({ ...up, held: 'remote' }), ['resumed local'])
  assert.deepEqual(told(up), ['resumed remote'])
  assert.deepEqual(told({ ...up, state: 'terminated', event: 'remote-bye' }), ['ended remote'])
})

test('a refused call says with what; one that goes without a word just ends', () => {
  const { told } = line()
  told(out)
  assert.deepEqual(told({ ...out, state: 'terminated', event: 'rejected', code: 486 }), ['ended remote 486'])
  told(out)
  assert.deepEqual(told(), ['ended ?'])
})

test('a call that comes in begins once, and ends by who gave up or declined', () => {
  const { told } = line()
  const into: LineDialog = { ...out, direction: 'recipient', state: 'early' }
  assert.deepEqual(told(into), ['begun in'])
  assert.deepEqual(told(into), [])
  assert.deepEqual(told({ ...into, state: 'terminated', event: 'cancelled' }), ['ended remote'])
  told(into)
  assert.deepEqual(told({ ...into, state: 'terminated', event: 'rejected', code: 603 }), ['ended local'])
})

test('a call that forks is one, and goes on with who answered', () => {
  const { told, take, calls } = line()
  told(out)
  const [one, other]: [LineDialog, LineDialog] = [
    { ...out, id: 'one', state: 'early', remoteTag: 'b' },
    { ...out, id: 'two', state: 'early', remoteTag: 'c' },
  ]
  assert.deepEqual(told(one, other), ['alerting'])
  const answered: LineDialog = { ...other, state: 'confirmed' }
  assert.deepEqual(take('partial', [{ ...one, state: 'terminated', event: 'cancelled' }, answered]).told.map(wordOf), [
    'connected',
  ])
  assert.equal(calls.dialogOf('c1')?.remoteTag, 'c')
})

test('a partial document after a lost one wants everything anew, and an old one is nothing', () => {
  const { take, calls } = line()
  assert.equal(take('full', [], 4).missed, false)
  assert.equal(take('partial', [out], 6).missed, true)
  assert.deepEqual(take('partial', [{ ...out, state: 'terminated' }], 5).told, [])
  calls.anew()
  // Who subscribes anew is told from the beginning, and what is gone has ended once.
  assert.deepEqual(take('full', [], 0).told.map(wordOf), ['ended ?'])
})

test('a call that has no Call-ID yet is the same when it has one', () => {
  const { told } = line()
  const { callId: _, ...nameless } = out
  assert.deepEqual(told(nameless), ['begun out'])
  assert.deepEqual(told({ ...out, state: 'early', remoteTag: 'b' }), ['alerting'])
  assert.deepEqual(told({ ...out, state: 'confirmed', remoteTag: 'b' }), ['connected'])
  assert.deepEqual(told({ ...out, state: 'terminated', event: 'local-bye' }), ['ended local'])
})
