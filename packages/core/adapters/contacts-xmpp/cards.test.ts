// What others say of themselves, and what is made of it where it is not so.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'
import { cardOf } from './cards.ts'
import { photoIn, photos } from './photos.ts'

/** Answers by the namespace that is asked for; what is not there is an item-not-found. */
function linkWith(answers: Readonly<Record<string, Stanza>>): XmppLink {
  const ask: XmppLink['ask'] = async (_, __, child) => {
    const node = child.getChild('items')?.attrs['node'] ?? child.attrs['xmlns']
    const answer = answers[String(node)]
    if (!answer) throw new StanzaFailure('item-not-found')
    return answer
  }
  return { ask } as XmppLink
}

const items = (item: Stanza): Stanza => xml('pubsub', {}, xml('items', {}, xml('item', {}, item)))

test('an older card is read where there is no other, and one that holds nothing is none', async () => {
  // As the example of XEP-0054 §3.1 has it.
  const vcard = xml(
    'vCard',
    { xmlns: 'vcard-temp' },
    xml('FN', {}, 'Peter Saint-Andre'),
    xml('ORG', {}, xml('ORGNAME', {}, 'XMPP Standards Foundation'), xml('ORGUNIT', {})),
    xml('TITLE', {}, 'Executive Director'),
    xml('TEL', {}, xml('WORK'), xml('VOICE'), xml('NUMBER', {}, '303-308-3282')),
    xml('TEL', {}, xml('WORK'), xml('FAX'), xml('NUMBER', {})),
    xml('TEL', {}, xml('HOME'), xml('VOICE'), xml('NUMBER', {}, '303-555-1212')),
    xml('EMAIL', {}, xml('INTERNET'), xml('PREF'), xml('USERID', {}, 'stpeter@jabber.org')),
  )
  assert.deepEqual(await cardOf(linkWith({ 'vcard-temp': vcard }), 'peter@x'), {
    name: 'Peter Saint-Andre',
    organisation: 'XMPP Standards Foundation',
    title: 'Executive Director',
    numbers: [
      { number: '303-308-3282', kind: 'work' },
      { number: '303-555-1212', kind: 'home' },
    ],
    mail: ['stpeter@jabber.org'],
  })
  assert.equal(await cardOf(linkWith({ 'vcard-temp': xml('vCard', { xmlns: 'vcard-temp' }) }), 'peter@x'), undefined)
  assert.equal(await cardOf(linkWith({}), 'peter@x'), undefined)
})

test('of a card that never ends as much is taken as there is room for', async () => {
  const vcard = xml(
    'vcard',
    { xmlns: 'urn:ietf:params:xml:ns:vcard-4.0' },
    xml('fn', {}, xml('text', {}, 'x'.repeat(5000))),
    ...Array.from({ length: 1000 }, (_, n) => xml('tel', {}, xml('uri', {}, `tel:${n};ext=1`))),
  )
  const card = await cardOf(linkWith({ 'urn:xmpp:vcard4': items(vcard) }), 'a@x')
  assert.deepEqual([card?.name?.length, card?.numbers.length, card?.numbers[1]?.number], [1024, 16, '1'])
})

test('a picture is one by its bytes and its hash, whatever is said of it', async () => {
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)])
  const id = createHash('sha1').update(png).digest('hex')
  const withData = (bytes: Buffer) =>
    photos(
      linkWith({
        'urn:xmpp:avatar:data': items(xml('data', { xmlns: 'urn:xmpp:avatar:data' }, bytes.toString('base64'))),
      }),
    )
  assert.deepEqual(await withData(png).fetch('a@x', id), { type: 'image/png', content: png.toString('base64') })
  assert.equal(await withData(Buffer.concat([png, Buffer.alloc(1)])).fetch('a@x', id), undefined)
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
  assert.equal(await withData(svg).fetch('a@x', createHash('sha1').update(svg).digest('hex')), undefined)
  const huge = Buffer.concat([png, Buffer.alloc(600_000)])
  assert.equal(await withData(huge).fetch('a@x', createHash('sha1').update(huge).digest('hex')), undefined)
})

test('a picture that lies elsewhere, or has no name that could be its hash, is not shown', () => {
  const event = (info: Stanza | undefined): Stanza =>
    xml(
      'message',
      { from: 'a@x/desk' },
      xml(
        'event',
        { xmlns: 'http://jabber.org/protocol/pubsub#event' },
        xml(
          'items',
          { node: 'urn:xmpp:avatar:metadata' },
          xml('item', {}, xml('metadata', { xmlns: 'urn:xmpp:avatar:metadata' }, info)),
        ),
      ),
    )
  const id = 'a'.repeat(40)
  const told: unknown[] = []
  const take = (stanza: Stanza): boolean => photos(linkWith({})).published(stanza, (...args) => told.push(args))
  assert.ok(take(event(xml('info', { id: id.toUpperCase() }))))
  take(event(xml('info', { id, url: 'https://example.com/who-looks.png' })))
  take(event(xml('info', { id: '../../etc/passwd' })))
  take(event(undefined))
  assert.deepEqual(told, [
    ['a@x', id],
    ['a@x', undefined],
    ['a@x', undefined],
    ['a@x', undefined],
  ])
  assert.equal(take(xml('message', { from: 'a@x' })), false)
  const presence = (photo: Stanza | undefined): Stanza =>
    xml('presence', {}, xml('x', { xmlns: 'vcard-temp:x:update' }, photo))
  assert.deepEqual(
    [xml('photo', {}, id), xml('photo'), xml('photo', {}, 'x'), undefined].map((each) => photoIn(presence(each))),
    [id, '', undefined, undefined],
  )
})
