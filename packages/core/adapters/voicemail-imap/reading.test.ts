// What a message says of itself, whoever wrote it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decoderOf, wavLengthMs } from './decoding.ts'
import { aboutOf, readHeaders } from './headers.ts'
import { isDeleted, type Place } from './known.ts'
import { type Goal, planOf } from './plan.ts'
import { soundIn } from './structure.ts'

const came = new Date('2026-03-10T09:00:00Z')
const about = (...lines: string[]): ReturnType<typeof aboutOf> =>
  aboutOf(readHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)), 100, came)

// RFC 3801 appendix B, its first example.
const vpim = [
  'To: +19725551212@vm1.mycompany.com',
  'To: +19725551213@vm1.mycompany.com',
  'From: "Parsons, Glenn" <12145551234@vm2.mycompany.com>',
  'Date: Mon, 26 Aug 93 10:20:20 -0700 (CDT)',
  'MIME-Version: 1.0  (Voice 2.0)',
  'Content-type: Multipart/Voice-Message; Version=2.0;',
  '   Boundary="MessageBoundary"',
  'Content-Transfer-Encoding: 7bit',
  'Message-ID: 123456789@vm2.mycompany.com',
  'Sensitivity: Private',
  'Importance: High',
]

test('the example of VPIM is who it is from, when, urgent and private', () => {
  const { says, from, at, urgent, private: isPrivate } = about(...vpim)
  assert.deepEqual(
    [says, from, at, urgent, isPrivate],
    ['voice', { number: '12145551234', name: 'Parsons, Glenn' }, '1993-08-26T17:20:20.000Z', true, true],
  )
})

test('what Asterisk writes says who called, when and how long, whoever sent the mail', () => {
  // As app_voicemail of Asterisk 16 writes it into an IMAP store.
  const { from, at, lengthMs, says, urgent } = about(
    'Date: Tue, 10 Mar 2026 08:59:00 +0000',
    'From: "Asterisk PBX" <asterisk@pbx>',
    'Message-ID: <Asterisk-1-1804289383-102-4711@pbx>',
    'X-Asterisk-VM-Message-Num: 1',
    'X-Asterisk-VM-Extension: 102',
    'X-Asterisk-VM-Caller-ID-Num: 101',
    'X-Asterisk-VM-Caller-ID-Name: Alice',
    'X-Asterisk-VM-Duration: 7',
    'X-Asterisk-VM-Orig-time: 1773133140',
    'X-Asterisk-VM-Flag: Urgent',
  )
  assert.deepEqual(
    [from, at, lengthMs, says, urgent],
    [{ number: '101', name: 'Alice' }, '2026-03-10T08:59:00.000Z', 7000, 'voice', true],
  )
})

test('who hid their number has none, and is not called as the system is', () => {
  assert.deepEqual(about('From: unityconnection@cuc.example').from, {})
  assert.deepEqual(about('From: "Unknown caller" <unityconnection@cuc.example>').from, {})
  assert.deepEqual(about('X-Asterisk-VM-Caller-ID-Num: Unknown', 'X-Asterisk-VM-Caller-ID-Name: Anonymous').from, {})
  assert.deepEqual(about('From: "201" <201@cuc.example>').from, { number: '201' })
})

test('a fax, or any other kind of message, is no voice message', () => {
  assert.equal(about('Message-Context: fax-message').says, 'other')
  assert.equal(about('Subject: Lunch?').says, 'nothing')
  assert.equal(about('Message-Context: Voice-Message').says, 'voice')
})

test('a name in another alphabet is read, and nothing in it turns or moves what stands beside it', () => {
  assert.equal(about('From: =?utf-8?B?xYF1Y2ph?= <201@x.example>').from.name, 'Łucja')
  assert.equal(about('From: "a\u202Eb\u0007c" <201@x.example>').from.name, 'a bc')
  assert.equal(about('From: =?x-unknown-charset?Q?J=FCrgen?= <201@x.example>').from.number, '201')
  assert.equal(about(`From: "${'n'.repeat(5000)}" <201@x.example>`).from.name?.length ?? 0, 200)
})

test('a message is known by its Message-ID and by what tells apart those of a system that gives all the same', () => {
  const one = about('Message-ID: <1@x>', 'From: 201@x.example', 'Date: Tue, 10 Mar 2026 08:59:00 +0000')
  const same = about('Date: Tue, 10 Mar 2026 08:59:00 +0000', 'From: 201@x.example', 'Message-ID: <1@x>')
  const other = about('Message-ID: <1@x>', 'From: 202@x.example', 'Date: Tue, 10 Mar 2026 08:59:00 +0000')
  assert.equal(one.key, same.key)
  assert.notEqual(one.key, other.key)
  assert.equal(about('Subject: a').key.length, 43)
})

test('a time that was never set, or that is none, is when the store got it', () => {
  assert.equal(about('Date: Thu, 01 Jan 1970 00:00:00 +0000').at, came.toISOString())
  assert.equal(about('Date: yesterday').at, came.toISOString())
  assert.equal(aboutOf(readHeaders(Buffer.from('')), 0, new Date(Number.NaN)).at, '1970-01-01T00:00:00.000Z')
})

test('whatever stands in the headers, what comes out is short and plain', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      fc.array(fc.tuple(fc.constantFrom('From', 'Date', 'Message-ID', 'Content-Duration', 'X-Priority'), fc.string())),
      (bytes, lines) => {
        const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const { from, at, lengthMs } = aboutOf(readHeaders(Buffer.concat([Buffer.from(text), bytes])), 1, came)
        assert.ok((from.name?.length ?? 0) <= 200 && (from.number?.length ?? 0) <= 200)
        assert.ok(!Number.isNaN(Date.parse(at)))
        assert.ok(lengthMs === undefined || (lengthMs >= 0 && lengthMs <= 86_400_000))
      },
    ),
  )
})

test('the sound of a message is its first audio part, or a WAV file that is called something else', () => {
  const text = { part: '1', type: 'text/plain' }
  const wav = { part: '2', type: 'audio/x-wav', encoding: 'BASE64', size: 780 }
  assert.deepEqual(soundIn({ type: 'multipart/mixed', childNodes: [text, wav] }), {
    part: '2',
    type: 'audio/x-wav',
    encoding: 'base64',
    bytes: 780,
  })
  const file = { part: '2', type: 'application/octet-stream', dispositionParameters: { filename: 'msg.WAV' } }
  assert.equal(soundIn({ type: 'multipart/mixed', childNodes: [text, file] })?.type, 'audio/wav')
  assert.equal(soundIn({ type: 'audio/wav', size: 5 })?.part, '1')
  assert.equal(soundIn({ type: 'multipart/mixed', childNodes: [text] }), undefined)
  assert.equal(soundIn({ type: 'audio/<script>' })?.type, 'application/octet-stream')
  assert.equal(soundIn(undefined), undefined)
})

test('a message that is nested a thousand deep, or has a hundred thousand parts, is looked into no further', () => {
  let deep: Parameters<typeof soundIn>[0] = { type: 'audio/wav' }
  for (let at = 0; at < 1000; at++) deep = { type: 'multipart/mixed', childNodes: [deep as NonNullable<typeof deep>] }
  assert.equal(soundIn(deep), undefined)
  const many = Array.from({ length: 100_000 }, () => ({ type: 'text/plain' }))
  assert.equal(soundIn({ type: 'multipart/mixed', childNodes: [...many, { type: 'audio/wav' }] }), undefined)
})

test('an encoded part is the same bytes, however it is cut and whatever stands between', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 90 }), (bytes, size) => {
      const base64 = (
        Buffer.from(bytes)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\r\n')
      const quoted = [...bytes]
        .map((byte) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`)
        .join('')
        .replace(/(.{75})/g, '$1=\r\n')
      for (const [encoding, text] of [
        ['base64', base64],
        ['quoted-printable', quotedWhole(quoted)],
      ] as const) {
        const decode = decoderOf(encoding)
        const all: Uint8Array[] = []
        for (let at = 0; at < text.length || at === 0; at += size)
          all.push(decode(Buffer.from(text.slice(at, at + size), 'latin1'), at + size >= text.length))
        assert.deepEqual(Buffer.concat(all), Buffer.from(bytes), encoding)
      }
    }),
  )
})

/** A soft line break stands between two codes, not in one. */
function quotedWhole(text: string): string {
  return text.replace(/=\r\n/g, '').replace(/((?:=[0-9A-F]{2}){25})/g, '$1=\r\n')
}

test('how long a WAV file plays is by its rate, and by the bytes that are there where its head lies', () => {
  const head = (rate: number, size: number): Buffer => {
    const bytes = Buffer.alloc(44)
    bytes.write('RIFF\0\0\0\0WAVEfmt ', 'latin1')
    bytes.writeUInt32LE(16, 16)
    bytes.writeUInt32LE(rate, 28)
    bytes.write('data', 36, 'latin1')
    bytes.writeUInt32LE(size, 40)
    return bytes
  }
  assert.equal(wavLengthMs(head(8000, 16_000), 16_044), 2000)
  assert.equal(wavLengthMs(head(16_000, 0xffffffff), 16_044), 1000)
  assert.equal(wavLengthMs(head(8000, 0), 8044), 1000)
  assert.equal(wavLengthMs(head(0, 8000), 8044), undefined)
  assert.equal(wavLengthMs(Buffer.from('no sound at all'), 100), undefined)
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      (bytes) => void wavLengthMs(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), bytes]), 1000),
    ),
  )
})

test('whatever was cut off, carrying out what is left brings every message where it is wanted, once', () => {
  const place = fc.record({
    where: fc.constantFrom('inbox' as const, 'trash' as const),
    flags: fc.subarray(['\\Seen', '\\Deleted']).map((flags) => new Set(flags)),
  })
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<Goal>('heard', 'new', 'deleted', 'back', 'erased'),
      fc.boolean(),
      (given, goal, hasTrash) => {
        let places: Place[] = given.map(
          (each, uid): Place => ({ ...each, uid, where: hasTrash ? each.where : 'inbox' }),
        )
        let next = 100
        for (let round = 0; round < 5; round++) {
          for (const step of planOf(goal, places, hasTrash)) {
            const at = places.find(({ where, uid }) => where === step.where && uid === step.uid) as Place
            const others = places.filter((each) => each !== at)
            const flags = new Set(at.flags)
            if (step.do === 'see') flags.add('\\Seen')
            if (step.do === 'unsee') flags.delete('\\Seen')
            if (step.do === 'flag-deleted') flags.add('\\Deleted')
            if (step.do === 'unflag-deleted') flags.delete('\\Deleted')
            const moved = { where: at.where === 'inbox' ? ('trash' as const) : ('inbox' as const), uid: next++, flags }
            places = step.do === 'remove' ? others : [...others, step.do === 'move' ? moved : { ...at, flags }]
          }
        }
        assert.deepEqual(planOf(goal, places, hasTrash), [], 'nothing is left to do')
        const there = places.filter((each) => !isDeleted(each)).length
        if (goal === 'erased') assert.equal(places.length, 0)
        else assert.ok(places.length > 0, 'it is not lost')
        if (goal === 'deleted') assert.equal(there, 0)
        if (goal === 'back') assert.ok(there > 0)
      },
    ),
  )
})
