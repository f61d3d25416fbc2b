// The directory as a service: searches that end one another, sources side by side, who has a number, and what others write into entries.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError, readSettings, type SettingsInput } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { type DirectoryNeeds, directory } from './directory.ts'
import type { DirectoryPort, Listed } from './port.ts'

const listed = (name: string, more: Partial<Listed> = {}): Listed => ({
  id: name,
  name,
  mail: [],
  numbers: [],
  hasPhoto: false,
  ...more,
})
const work = (number: string) => ({ number, kind: 'work' as const })

/** A source that answers when it is let. */
function source(kind: DirectoryPort['kind'], isHere: boolean, all: readonly Listed[] = []) {
  const asked: string[] = []
  const waiting: { resolve: () => void; fail: (error: Error) => void }[] = []
  let isHeld = false
  const answer = async <T>(what: string, result: T, signal: AbortSignal): Promise<T> => {
    asked.push(what)
    if (!isHeld) return result
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.push({ resolve, fail: reject })
    signal.addEventListener('abort', () => reject(new Error('ended')))
    await promise
    return result
  }
  const port: DirectoryPort = {
    kind,
    isHere,
    start: () => {},
    stop: async () => {},
    search: ({ text, limit }, signal) =>
      answer(`search ${text}`, all.filter(({ name }) => name.toLowerCase().includes(text)).slice(0, limit), signal),
    byNumber: (forms, signal) =>
      answer(
        `number ${forms.join(' ')}`,
        all.filter(({ numbers }) => numbers.length > 0),
        signal,
      ),
    byAddress: (address, signal) =>
      answer(
        `address ${address}`,
        all.find((each) => each.address === address),
        signal,
      ),
    entry: (id, signal) =>
      answer(
        `entry ${id}`,
        all.find((each) => each.id === id),
        signal,
      ),
    photo: (id, signal) =>
      answer(
        `photo ${id}`,
        all.find((each) => each.id === id)?.hasPhoto
          ? { type: 'image/gif' as const, content: pictures[id] ?? '' }
          : undefined,
        signal,
      ),
  }
  return { port, asked, hold: () => (isHeld = true), waiting }
}

const pictures: Readonly<Record<string, string>> = {
  png: Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64'),
  html: Buffer.from('<script>alert(1)</script>').toString('base64'),
  huge: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(600_000)]).toString('base64'),
}

function house(sources: readonly DirectoryPort[], given: SettingsInput = {}, more: Partial<DirectoryNeeds> = {}) {
  const clock = virtualClock()
  const service = directory({ clock, dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' }, 'epoch', {
    sources: () => sources,
    settings: () => readSettings({ 'directory.leastCharacters': 0, ...given }),
    toLookUp: (number) => number,
    standing: () => undefined,
    ...more,
  })
  const found: string[][] = []
  service.state.follow((change) => {
    if (change.type === 'found') found.push(change.entries.map(({ name }) => name))
  })
  const by = (application = 'application_a'): Caller =>
    ({ application, signal: new AbortController().signal }) as Caller
  const search = async (text: string, box = '', application?: string): Promise<string[]> =>
    (await service.handlers.search({ text, box, limit: 25 }, by(application))).entries.map(({ name }) => name)
  return { clock, service, search, found, by }
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 3; n++) await new Promise(setImmediate)
}

test('a server is asked when typing has paused, and what is here at once; a further search ends the one before', async () => {
  const [here, server] = [source('vcard', true, [listed('Alice')]), source('ldap', false, [listed('Alina')])]
  const { clock, search, found } = house([server.port, here.port])
  const first = assert.rejects(search('a'), { code: 'cancelled' })
  await turns()
  assert.deepEqual([here.asked, server.asked, found], [['search a'], [], [['Alice']]])
  clock.pass(100)
  const second = assert.rejects(search('al'), { code: 'cancelled' })
  await turns()
  clock.pass(100)
  const third = search('ali')
  await Promise.all([first, second])
  await turns()
  clock.pass(200)
  assert.deepEqual(await third, ['Alice', 'Alina'])
  assert.deepEqual(server.asked, ['search ali'])
  assert.equal(clock.pending, 0)
})

test('other boxes and other applications search by themselves, and who leaves waits for nothing', async () => {
  const server = source('ldap', false, [listed('Alice')])
  const { clock, service, search } = house([server.port])
  const all = [search('a', 'one'), search('a', 'two'), search('a', 'one', 'application_b')]
  const left = assert.rejects(search('a', 'one', 'application_c'), { code: 'cancelled' })
  await turns()
  service.released('application_c')
  clock.pass(200)
  assert.deepEqual(await Promise.all(all), [['Alice'], ['Alice'], ['Alice']])
  await left
})

test('fewer characters than it takes ask nobody', async () => {
  const here = source('vcard', true)
  const { search } = house([here.port], { 'directory.leastCharacters': 3 })
  assert.deepEqual(await search(' al '), [])
  assert.deepEqual(here.asked, [])
})

test('a source that does not answer in time is missing and why, and the others’ entries are told meanwhile', async () => {
  const [fast, slow] = [source('uds', false, [listed('Bob')]), source('ldap', false)]
  slow.hold()
  const { clock, service, by, found } = house([slow.port, fast.port], { 'directory.pauseMs': 0 })
  const searching = service.handlers.search({ text: 'b', box: '', limit: 5 }, by())
  await turns()
  assert.deepEqual(found, [['Bob']])
  clock.pass(5000)
  const { entries, missing } = await searching
  assert.deepEqual(
    entries.map(({ id }) => id),
    ['uds:Bob'],
  )
  assert.deepEqual(
    missing.map(({ source: each, error }) => [each, error?.code]),
    [['ldap', 'server-silent']],
  )
  assert.equal(clock.pending, 0)
})

test('where nobody can be asked it is said so, and with it why', async () => {
  const broken = source('ldap', false)
  broken.port.search = async () => Promise.reject(new ParleyError('directory-refused', 'no such base'))
  const { search } = house([broken.port], { 'directory.pauseMs': 0 })
  await assert.rejects(search('a'), { code: 'directory-unavailable', detail: 'no such base' })
  await assert.rejects(house([]).search('a'), { code: 'directory-unavailable' })
})

test('one person of two sources stands once with what both know, and a number of a whole house joins nobody', async () => {
  const ldap = source('ldap', true, [
    listed('Ann Lee', { mail: ['ann@x'], numbers: [work('+1 303 555 0100')], title: 'Chief' }),
    listed('Ann Other', { numbers: [work('+1 303 555 0100')] }),
  ])
  const card = source('vcard', true, [
    listed('Lee, Ann', {
      mail: ['ANN@x', 'ann@home'],
      numbers: [work('(303) 555-0100'), work('+1 720 555 0101')],
      location: 'Denver',
    }),
    listed('ANN OTHER', { numbers: [work('+13035550100')] }),
  ])
  const { service, by } = house([ldap.port, card.port], { 'directory.country': 'US' })
  const { entries } = await service.handlers.search({ text: 'ann', box: '', limit: 9 }, by())
  assert.deepEqual(
    entries.map(({ id, mail, numbers, title, location }) => [id, mail, numbers.length, title, location]),
    [
      ['ldap:Ann Lee', ['ann@x', 'ann@home'], 2, 'Chief', 'Denver'],
      ['ldap:Ann Other', [], 1, undefined, undefined],
    ],
  )
})

test('who is found stands by how they fit, then by what they are to the person', async () => {
  const all = ['Joanna Smith', 'Anna Zorn', 'Annabel Fox', 'Anna Bloom', 'Hannah Gray', 'Anna Weber']
  const here = source(
    'vcard',
    true,
    all.map((name) => listed(name, { address: `${name.split(' ')[1]}@x` })),
  )
  const standings: Readonly<Record<string, 'favourite' | 'contact'>> = { 'Weber@x': 'favourite', 'Zorn@x': 'contact' }
  const { search } = house([here.port], {}, { standing: ({ address }) => standings[address ?? ''] })
  assert.deepEqual(await search('anna'), [
    'Anna Weber',
    'Anna Zorn',
    'Anna Bloom',
    'Annabel Fox',
    'Hannah Gray',
    'Joanna Smith',
  ])
})

test('a number is looked up as the rules have it, as it came, whole, and as masks write it; who has another one is nobody', async () => {
  const here = source('ldap', true, [
    listed('Ann', { numbers: [work('+1 (303) 555-0100')] }),
    listed('Ben', { numbers: [work('+1 303 555 0199')] }),
  ])
  const { service, by } = house(
    [here.port],
    { 'directory.country': 'US', 'directory.phoneNumberMasks': '+1303|+# (###) ###-####|+1|+###########' },
    {
      toLookUp: (number) => number.replace(/^9/, '+1'),
    },
  )
  const { entry } = await service.handlers.lookUp({ number: '9 303 555 0100' }, by())
  assert.deepEqual(
    [entry?.name, entry?.numbers],
    ['Ann', [{ number: '+1 (303) 555-0100', kind: 'work', e164: '+13035550100' }]],
  )
  const [asked = ''] = here.asked
  assert.ok(asked.startsWith('number +1 303 555 0100 93035550100 9 303 555 0100 +13035550100 +1 (303) 555-0100'), asked)
  assert.equal((await service.handlers.lookUp({ number: '+1 303 555 0198' }, by())).entry, undefined)
})

test('what was found of a number is known for a while, that nobody has it for a tenth, and what could not be asked not at all', async () => {
  const here = source('ldap', true, [listed('Ann', { numbers: [work('2244')] })])
  const { service, by, clock } = house([here.port], { 'directory.cacheS': 100 })
  const lookUp = async (number: string): Promise<string | undefined> =>
    (await service.handlers.lookUp({ number }, by())).entry?.name
  assert.deepEqual(
    await Promise.all([lookUp('2244'), lookUp('22 44'), service.known('2244').then((one) => one?.name)]),
    ['Ann', 'Ann', 'Ann'],
  )
  assert.equal(await lookUp('99'), undefined)
  assert.equal(here.asked.length, 2)
  clock.pass(50_000)
  await lookUp('2244')
  assert.equal(here.asked.length, 2)
  await lookUp('99')
  assert.equal(here.asked.length, 3)
  clock.pass(50_000)
  await lookUp('2244')
  assert.equal(here.asked.length, 4)
  service.told('ldap', { is: 'ready' })
  here.port.byNumber = async () => Promise.reject(new ParleyError('server-refused'))
  await assert.rejects(lookUp('2244'), { code: 'directory-unavailable' })
  assert.equal(await service.known('2244'), undefined)
})

test('a mistake of ours is nobody who has no number', async () => {
  const toLookUp = (): never => {
    throw new TypeError('a mistake')
  }
  const { service } = house([source('ldap', true).port], {}, { toLookUp })
  await assert.rejects(service.known('2244'), TypeError)
})

test('ten thousand numbers are known and no more', async () => {
  const here = source('vcard', true, [listed('Ann', { numbers: [work('1')] })])
  const { service } = house([here.port])
  for (let n = 0; n < 10_001; n++) await service.known(`5${n}`)
  const before = here.asked.length
  await service.known('510000')
  assert.equal(here.asked.length, before)
  await service.known('50')
  assert.equal(here.asked.length, before + 1)
})

test('text that others wrote cannot turn the page around, fill it, or be an id that nobody can name', async () => {
  const evil = listed('x', {
    id: 'evil',
    name: `A\u202Edna\u0000\u001b[31m\r\n${'y'.repeat(5000)}`,
    title: '\u2066\u200f',
    mail: Array.from({ length: 99 }, (_, n) => `${n}@x`),
    numbers: Array.from({ length: 99 }, (_, n) => work(`+1${'0'.repeat(n * 9)}`)),
  })
  const here = source('vcard', true, [evil, listed('long', { id: 'z'.repeat(5000) })])
  const { service, by } = house([here.port])
  const { entry } = await service.handlers.entry({ id: 'vcard:evil' }, by())
  assert.deepEqual([entry.name.startsWith('Adna[31m yyy'), entry.name.length <= 1000], [true, true])
  assert.deepEqual([entry.title, entry.mail.length, entry.numbers.length], [undefined, 16, 32])
  assert.ok(entry.numbers.every(({ number }) => number.length <= 256))
  await assert.rejects(async () => service.handlers.entry({ id: `vcard:${'z'.repeat(5000)}` }, by()), {
    code: 'directory-entry-unknown',
  })
})

test('a picture is what it is, whatever it is said to be, or none', async () => {
  const here = source(
    'vcard',
    true,
    ['png', 'html', 'huge'].map((id) => listed(id, { hasPhoto: true })),
  )
  const { service, by } = house([here.port])
  const photo = async (id: string): Promise<string> => (await service.handlers.photo({ id }, by())).photo.type
  assert.equal(await photo('vcard:png'), 'image/png')
  for (const id of ['html', 'huge']) await assert.rejects(photo(`vcard:${id}`), { code: 'directory-no-photo' })
  for (const id of ['vcard:nobody', 'ldap:png', 'png', ''])
    await assert.rejects(photo(id), { code: 'directory-entry-unknown' })
})
