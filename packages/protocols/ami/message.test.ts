// Messages of the manager interface, whole, in slices and as nobody should send them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { type AmiFault, type AmiMessage, AmiReader, fieldOf, messageOf, writeAmi } from './index.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (reader: AmiReader, ...pieces: Uint8Array[]): (AmiMessage | AmiFault)[] =>
  pieces.flatMap((piece) => reader.push(piece))
const faultIn = (text: string): string | undefined => {
  const [first] = new AmiReader({ greeted: true }).push(bytesOf(text))
  return first && 'fault' in first ? first.fault : undefined
}

describe('messages of the manager interface', () => {
  test('the greeting stands before the first message', () => {
    const reader = new AmiReader({ greeted: true })
    const [message] = reader.push(bytesOf('Asterisk Call Manager/11.0.0\r\nEvent: FullyBooted\r\nUptime: 1\r\n\r\n'))
    assert.equal(reader.greeting, '11.0.0')
    assert.deepEqual(message, [
      { name: 'Event', value: 'FullyBooted' },
      { name: 'Uptime', value: '1' },
    ])
  })

  test('values may be empty or hold colons, names repeat, and case tells nothing apart', () => {
    const [message] = read(
      new AmiReader({ greeted: false }),
      bytesOf('Exten: \r\nOutput: a: b\r\noutput: c\r\nNo field\r\n\r\n'),
    )
    assert.ok(message && !('fault' in message))
    assert.equal(fieldOf(message, 'exten'), '')
    assert.equal(fieldOf(message, 'OUTPUT'), 'a: b')
    assert.equal(fieldOf(message, 'absent'), undefined)
    assert.deepEqual(message[3], { name: '', value: 'No field' })
  })

  test('what is written reads the same in any slices, both ways', () => {
    forSeeds(200, (roll) => {
      const messages = Array.from({ length: 1 + Math.floor(roll() * 4) }, () =>
        Array.from({ length: 1 + Math.floor(roll() * 6) }, (_, at) => ({
          name: `Name-${at}`,
          value: 'ü€😀: x'.repeat(Math.floor(roll() * 5)),
        })),
      )
      const all = Uint8Array.from(messages.flatMap((message) => Array.from(writeAmi(message))))
      const pieces: Uint8Array[] = []
      for (let at = 0; at < all.length; ) {
        const length = 1 + Math.floor(roll() * 20)
        pieces.push(all.slice(at, at + length))
        at += length
      }
      assert.deepEqual(read(new AmiReader({ greeted: false }), ...pieces), messages)
    })
  })

  test('what gave the bytes may use them again', () => {
    const reader = new AmiReader({ greeted: false })
    const piece = bytesOf('Event: Ha')
    reader.push(piece)
    piece.fill(0x2e)
    assert.deepEqual(reader.push(bytesOf('ngup\r\n\r\n')), [[{ name: 'Event', value: 'Hangup' }]])
  })

  test('a field that would be two is not written', () => {
    assert.throws(() => writeAmi(messageOf({ Exten: '1\r\nAction: Originate' })), RangeError)
    assert.throws(() => writeAmi([{ name: 'A: b', value: '' }]), RangeError)
  })

  test('what is no message is told once, and nothing after it is read', () => {
    assert.match(faultIn('HTTP/1.1 400 Bad Request\r\n') ?? '', /no greeting/)
    assert.match(faultIn('x'.repeat(262_145)) ?? '', /without an end/)
    assert.match(faultIn(`Asterisk Call Manager/1.0\r\n${'A: b\r\n'.repeat(4097)}`) ?? '', /without an end/)
    const reader = new AmiReader({ greeted: true })
    assert.equal(reader.push(bytesOf('nothing\n')).length, 1)
    assert.deepEqual(reader.push(bytesOf('Event: A\r\n\r\n')), [])
  })

  test('any bytes are borne', () => {
    forSeeds(500, (roll) => {
      const bytes = Uint8Array.from({ length: Math.floor(roll() * 128) }, () =>
        roll() < 0.3 ? (roll() < 0.5 ? 0x0a : 0x3a) : Math.floor(roll() * 256),
      )
      read(new AmiReader({ greeted: roll() < 0.5 }), bytes)
    })
  })
})
