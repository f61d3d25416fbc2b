import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recorder } from './recorder.ts'

describe('what is hidden in a report', () => {
  const shown = (text: string, ...secrets: string[]): string => {
    const record = recorder()
    for (const secret of secrets) record.hide(secret)
    return record.without(text)
  }

  test('is a code wherever it stands, by as many x', () => {
    assert.equal(shown('a 5551 b sip:5551@h', '5551'), 'a xxxx b sip:xxxx@h')
  })

  test('is a short code where it stands in what was dialled with it, and nowhere else', () => {
    const invite = 'INVITE sip:12602@10.0.0.12:5012 SIP/2.0\\r\\nTo: <sip:12602@h>\\r\\nCSeq: 12 INVITE'
    assert.equal(
      shown(invite, '12', '12602'),
      'INVITE sip:xxxxx@10.0.0.12:5012 SIP/2.0\\r\\nTo: <sip:xxxxx@h>\\r\\nCSeq: 12 INVITE',
    )
    assert.equal(shown('REFER sip:12@h, tel:12; port 12', '12'), 'REFER sip:xx@h, tel:xx; port 12')
  })

  test('is a code with a # also as an address writes it', () => {
    assert.equal(shown('sip:7%23*9602@h "7#*9602"', '7#', '7#*9602'), 'sip:xxxxxxxxx@h "xxxxxxx"')
  })
})

describe('what is kept of an engine', () => {
  const turn = (at: number, idle: boolean) => ({ at, input: at, effects: [], idle })
  const keptOf = (record: ReturnType<typeof recorder>) =>
    record.read().map(({ turns, cut }) => [turns.map(({ at }) => at), cut])

  test('is the last five minutes, in whole stretches between idle moments, with what was answered in each turn', () => {
    const record = recorder()
    const engine = record.engine('one', 'agent', {})
    engine.answer('early')
    engine.turn(turn(0, false))
    engine.turn(turn(1, true))
    engine.turn(turn(200_000, true))
    engine.answer(1)
    engine.answer(2)
    engine.turn(turn(300_000, false))
    assert.deepEqual(keptOf(record), [[[0, 1, 200_000, 300_000], false]])
    assert.deepEqual(
      record.read().map(({ turns }) => turns.map(({ answers }) => answers)),
      [[['early'], [], [], [1, 2]]],
    )
    // What began before goes as soon as what follows it began five minutes ago.
    engine.turn(turn(500_001, true))
    assert.deepEqual(keptOf(record), [[[200_000, 300_000, 500_001], false]])
  })

  test('a stretch that grows too long is given up, and told to be cut until there is a whole one again', () => {
    const record = recorder()
    const engine = record.engine('one', 'agent', {})
    for (let at = 0; at < 2001; at++) engine.turn(turn(at, false))
    assert.deepEqual(keptOf(record), [[[], true]])
    engine.turn(turn(3000, false))
    assert.deepEqual(keptOf(record), [[[3000], true]])
    engine.turn(turn(3001, true))
    assert.deepEqual(keptOf(record), [[[3000, 3001], false]])
  })
})
