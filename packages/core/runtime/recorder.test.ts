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
