// When a call looks for ways: where that is offered, in every call, or never.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SoundPolicy, wantsWays } from './side.ts'

test('ways are looked for in calls that ask for it, and in all where that is set', () => {
  const policy = (ice: SoundPolicy['ice']): SoundPolicy => ({ codecs: ['PCMU'], srtp: 'off', suites: [], ice })
  const plain = 'v=0\r\nm=audio 4000 RTP/AVP 0\r\n'
  const offered = `${plain}a=ice-ufrag:abcd\r\na=ice-pwd:1234567890123456789012\r\n`
  const rows: [SoundPolicy['ice'], string | undefined, boolean][] = [
    ['off', undefined, false],
    ['off', offered, false],
    ['answer', undefined, false],
    ['answer', plain, false],
    ['answer', offered, true],
    ['offer', undefined, true],
    ['offer', plain, false],
    ['offer', offered, true],
  ]
  for (const [ice, text, wanted] of rows) assert.equal(wantsWays(policy(ice), text), wanted, `${ice} ${text}`)
})
