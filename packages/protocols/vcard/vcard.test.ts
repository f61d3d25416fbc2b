// Cards of all versions, as RFCs and programs write them, and cards that mean harm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Vcard, type VcardRead, VcardReader, writeVcard } from './index.ts'

const read = (text: string | Uint8Array): VcardRead[] => {
  const reader = new VcardReader()
  const found = reader.push(typeof text === 'string' ? Buffer.from(text) : text)
  return [...found, ...reader.end()]
}
const only = (text: string | Uint8Array): Vcard => {
  const [first, ...others] = read(text)
  assert.ok(first && first !== 'unreadable' && others.length === 0, JSON.stringify([first, ...others]))
  return first
}
const card = (...lines: readonly string[]): string => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n')

test('the card of RFC 6350’s author is read', () => {
  // RFC 6350 §8.
  const text = card(
    'VERSION:4.0',
    'FN:Simon Perreault',
    'N:Perreault;Simon;;;ing. jr,M.Sc.',
    'BDAY:--0203',
    'GENDER:M',
    'LANG;PREF=1:fr',
    'ORG;TYPE=work:Viagenie',
    'ADR;TYPE=work:;Suite D2-630;2875 Laurier;',
    ' Quebec;QC;G1V 2M2;Canada',
    'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102',
    'TEL;VALUE=uri;TYPE="work,cell,voice,video,text":tel:+1-418-262-6501',
    'EMAIL;TYPE=work:simon.perreault@viagenie.ca',
    'GEO;TYPE=work:geo:46.772673,-71.282945',
    'KEY;TYPE=work;VALUE=uri:',
    ' http://www.viagenie.ca/simon.perreault/simon.asc',
    'TZ:-0500',
    'URL;TYPE=home:http://nomis80.org',
  )
  assert.deepEqual(only(text), {
    name: 'Simon Perreault',
    family: 'Perreault',
    given: 'Simon',
    organisation: 'Viagenie',
    location: 'Quebec',
    mail: ['simon.perreault@viagenie.ca'],
    numbers: [
      { number: '+1-418-656-9254', kind: 'work' },
      { number: '+1-418-262-6501', kind: 'mobile' },
    ],
  })
})

test('a card of version 2.1 is read: bare types, quoted-printable over several lines, charsets, base64 that ends at an empty line', () => {
  const text = Buffer.from(
    card(
      'VERSION:2.1',
      'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6r=',
      'g',
      'TEL;HOME;VOICE:+49 30 1234',
      'TEL;WORK;FAX:+49 30 1235',
      'TEL;CELL;PREF:+49 170 1234',
      'TITLE;CHARSET=windows-1252:Gr\u00f6\u00dfe \u0080',
      'NOTE:folded where',
      ' a blank is',
      'PHOTO;JPEG;ENCODING=BASE64:',
      ' /9j/4AAQ',
      ' SkZJRg==',
      '',
    ),
    'latin1',
  )
  const { photo, ...rest } = only(text)
  assert.deepEqual(rest, {
    name: 'Jörg Müller',
    given: 'Jörg',
    family: 'Müller',
    title: 'Größe €',
    mail: [],
    numbers: [
      { number: '+49 170 1234', kind: 'mobile' },
      { number: '+49 30 1234', kind: 'home' },
    ],
  })
  assert.equal(photo?.base64.replaceAll(/\s/g, ''), '/9j/4AAQSkZJRg==')
})

test('a card of version 3.0 as a phone of Apple’s writes it is read: groups, escapes, a preferred number first', () => {
  const text = card(
    'VERSION:3.0',
    'N:Doe;Jane;Q;Dr.;',
    'FN:Jane\\, Dr. Doe\\; MD',
    'ORG:ACME\\; Inc.;Research',
    'item1.TEL;type=HOME;type=VOICE:(030) 123',
    'item1.X-ABLabel:_$!<Other>!$_',
    'TEL;type=WORK;type=pref:110',
    'item2.EMAIL;type=INTERNET:jane@example.com',
    'IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:Jane@example.com/phone',
    'X-JABBER:other@example.com',
  )
  assert.deepEqual(only(text), {
    name: 'Jane, Dr. Doe; MD',
    given: 'Jane',
    family: 'Doe',
    organisation: 'ACME; Inc.',
    department: 'Research',
    address: 'jane@example.com',
    mail: ['jane@example.com'],
    numbers: [
      { number: '110', kind: 'work' },
      { number: '(030) 123', kind: 'home' },
    ],
  })
})

test('files in UTF-8 with a mark, in UTF-16, and in what Windows once wrote are the same', () => {
  const text = card('VERSION:3.0', 'FN:Zoë Čapek')
  const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), swapped])
    assert.equal(only(bytes).name, 'Zoë Čapek')
  assert.equal(only(Buffer.from(card('FN:Zo\u00eb'), 'latin1')).name, 'Zoë')
  assert.equal(only(Buffer.from(card('FN;CHARSET=nobody-knows-it:Zoë'))).name, 'Zoë')
  assert.equal(only(card('FN:with line feeds alone').replaceAll('\r', '')).name, 'with line feeds alone')
})

test('lists and cards of nobody are no cards, and cost only themselves', () => {
  const good = card('FN:Good')
  for (const bad of [
    card('KIND:group', 'FN:All of us'),
    card('X-ADDRESSBOOKSERVER-KIND:group', 'FN:All of us'),
    card('VERSION:4.0'),
    card('nonsense', ';;;:', ':', 'FN'),
    'BEGIN:VCARD\r\nFN:Never ends\r\n',
  ])
    assert.deepEqual(
      read(bad + good).map((each) => (each === 'unreadable' ? each : each.name)),
      ['unreadable', 'Good'],
      bad,
    )
  assert.deepEqual(read(`${good}BEGIN:VCARD\r\nFN:Cut of`).at(-1), 'unreadable')
  assert.deepEqual(read(''), [])
})

test('a card that is huge is not held, and what follows is read', () => {
  const huge = card(`NOTE:${'x'.repeat(5_000_000)}`, 'FN:Huge')
  assert.deepEqual(read(huge + card('FN:Good')).length, 2)
  assert.equal(read(huge)[0], 'unreadable')
  const many = card(Array.from({ length: 150_000 }, (_, n) => `TEL:${n}`).join('\r\n'))
  assert.equal(read(many)[0], 'unreadable')
})

test('a line that is folded without end is not held, and takes no longer than its length', () => {
  const folding = card(`NOTE:${'a\r\n '.repeat(500_000)}`, 'FN:Folded')
  assert.deepEqual(read(folding + card('FN:Good')).length, 2)
})

test('of a card inside a card the inner one is read', () => {
  assert.deepEqual(read(card('FN:Outer', card('FN:Inner').trim(), 'FN:Outer still')), [
    'unreadable',
    { name: 'Inner', mail: [], numbers: [] },
  ])
})

test('a picture that lies at an address is none, and one that is no base64 is left to who looks at it', () => {
  assert.equal(only(card('FN:A', 'PHOTO;VALUE=URI:https://evil.example/track.gif')).photo, undefined)
  assert.equal(only(card('FN:A', 'PHOTO:data:image/png;base64,iVBORw0KGgo=')).photo?.base64, 'iVBORw0KGgo=')
  assert.equal(only(card('FN:A', 'PHOTO:data:image/png\\;base64\\,iVBORw0KGgo=')).photo?.base64, 'iVBORw0KGgo=')
  assert.equal(only(card('FN:A', 'PHOTO;ENCODING=b:%%%')).photo?.base64, '%%%')
})

test('however bytes are cut, the cards are the same', () => {
  const bytes = Buffer.from(
    card('VERSION:3.0', 'FN:Zoë', 'TEL;TYPE=CELL:1', 'EMAIL:a@', ' b') + card('FN;ENCODING=QUOTED-PRINTABLE:A=', 'B'),
  )
  const whole = read(bytes)
  for (const encoded of [bytes, Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le')]) {
    const reader = new VcardReader()
    const found: VcardRead[] = []
    for (const byte of encoded) found.push(...reader.push(new Uint8Array([byte])))
    assert.deepEqual([...found, ...reader.end()], whole)
  }
})

test('whatever comes, the reader answers', () => {
  const pieces = [
    'BEGIN:VCARD\r\n',
    'END:VCARD\r\n',
    'FN:',
    'PHOTO;ENCODING=b:',
    '\r\n ',
    '=\r\n',
    '"',
    ';',
    ':',
    '\\',
    'VERSION:2.1\r\n',
    '__proto__:',
    'TEL;PREF=x:1',
  ]
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }), (parts) => {
      for (const each of read(parts.join(''))) if (each !== 'unreadable') assert.equal(typeof each.name, 'string')
    }),
  )
})

test('what is written is read as it was, in lines of 75 octets', () => {
  const text = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    .map((each) => `x${each.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]/g, '')}`)
  fc.assert(
    fc.property(text, text, text, (name, title, organisation) => {
      const written = writeVcard({
        uid: '1',
        name,
        title,
        organisation,
        mail: ['a@b'],
        numbers: [{ number: '+1', kind: 'mobile' }],
      })
      for (const line of written.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75)
      assert.deepEqual(only(written), {
        uid: '1',
        name,
        title,
        organisation,
        mail: ['a@b'],
        numbers: [{ number: '+1', kind: 'mobile' }],
      })
    }),
  )
})
