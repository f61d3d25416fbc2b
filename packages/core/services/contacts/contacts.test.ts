// Contacts: what a list, several sources and strangers make of the people that are known.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Contact,
  type DirectoryEntry,
  type Presence,
  readSettings,
  type SettingsInput,
} from '@openparley/contract'
import fc from 'fast-check'
import { seededDice } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { contacts } from './contacts.ts'
import { merged } from './merged.ts'
import type { ContactsEvent, ContactsPort, Listed } from './port.ts'

const listed = (address: string, more: Partial<Listed> = {}): Listed => ({
  address,
  name: undefined,
  groups: [],
  sees: 'both',
  ...more,
})

const picture = { type: 'image/png', content: 'iVBORw0KGgo=' } as const

const presence = (address: string, source: string, availability?: Presence['availability']): ContactsEvent => ({
  type: 'presence',
  address,
  source,
  presence: availability === undefined ? undefined : { availability },
})

function house(port: ContactsPort | undefined = recording().port, given: SettingsInput = {}) {
  const service = contacts('epoch', {
    port: () => port,
    settings: () => readSettings(given),
    own: () => 'alice@x',
    directoryPhoto: async (entry) => (entry === 'vcard:bob' ? picture : undefined),
  })
  const told: string[] = []
  service.state.follow((change) => told.push(change.type))
  const find = (address: string): Contact | undefined =>
    service.state.read().state.contacts.find((each) => each.address === address)
  const caller = {} as Caller
  return { service, told, find, caller, how: (address: string) => find(address)?.presence.availability }
}

function recording() {
  const acts: unknown[][] = []
  const act =
    (name: string) =>
    async (...given: unknown[]): Promise<void> => {
      acts.push([name, ...given])
    }
  const names = ['put', 'remove', 'ask', 'accept', 'decline', 'block', 'unblock'] as const
  return { acts, port: Object.fromEntries(names.map((name) => [name, act(name)])) as unknown as ContactsPort }
}

test('what several sources know of one person is one availability, by what counts most, and each can leave', () => {
  const { service, how } = house()
  service.take({ type: 'list', contacts: [listed('bob@x')] })
  assert.equal(how('bob@x'), 'unknown')
  service.take(presence('bob@x', 'xmpp/desk', 'away'))
  service.take(presence('bob@x', 'xmpp/phone', 'available'))
  assert.equal(how('bob@x'), 'available')
  service.take(presence('bob@x', 'lamp', 'on-the-phone'))
  assert.equal(how('bob@x'), 'on-the-phone')
  service.take(presence('bob@x', 'xmpp/desk', 'do-not-disturb'))
  assert.equal(how('bob@x'), 'do-not-disturb')
  service.take(presence('bob@x', 'xmpp/desk'))
  service.take(presence('bob@x', 'lamp'))
  assert.equal(how('bob@x'), 'available')
  service.take({ type: 'away', source: 'xmpp' })
  assert.equal(how('bob@x'), 'unknown')
  assert.equal(service.state.read().state.current, false)
})

test('the order in which sources tell makes no difference', () => {
  const some = fc.record({
    availability: fc.constantFrom('do-not-disturb', 'busy', 'available', 'away', 'offline', 'unknown'),
  })
  fc.assert(
    fc.property(fc.array(some, { maxLength: 6 }), fc.integer(), (all, seed) => {
      const dice = seededDice(seed)
      const shuffled = all.toSorted(() => dice.roll() - 0.5)
      assert.equal(merged(all as Presence[]).availability, merged(shuffled as Presence[]).availability)
    }),
  )
})

test('of a stranger nothing is kept, and nobody is told', () => {
  const { service, told, find } = house()
  service.take({ type: 'list', contacts: [] })
  told.length = 0
  service.take(presence('mallory@x', 'xmpp/a', 'available'))
  assert.equal(find('mallory@x'), undefined)
  assert.deepEqual(told, [])
})

test('a list that comes again tells what is different, and of whom it has no more', () => {
  const { service, told } = house()
  service.take({ type: 'list', contacts: [listed('a@x'), listed('b@x'), listed('c@x')] })
  assert.deepEqual(told.splice(0), ['contact', 'contact', 'contact', 'current'])
  service.take({ type: 'list', contacts: [listed('a@x'), listed('b@x', { name: 'B' })] })
  assert.deepEqual(told, ['removed', 'contact'])
})

test('a favourite is a member of a group that is not shown among the groups', async () => {
  const { acts, port } = recording()
  const { service, find, caller } = house(port)
  service.take({ type: 'list', contacts: [listed('a@x', { groups: ['Work', 'Favourites'], name: 'A' })] })
  assert.deepEqual([find('a@x')?.groups, find('a@x')?.favourite], [['Work'], true])
  await service.handlers.update({ address: 'A@x', favourite: false }, caller)
  await service.handlers.update({ address: 'a@x', groups: ['Home'], name: 'B' }, caller)
  assert.deepEqual(acts, [
    ['put', { address: 'a@x', name: 'A', groups: ['Work'] }],
    ['put', { address: 'a@x', name: 'B', groups: ['Home', 'Favourites'] }],
  ])
})

test('who asked is answered once; nobody else can be; and to be let is to ask back where one does not see them yet', async () => {
  const { acts, port } = recording()
  const { service, told, caller } = house(port)
  service.take({ type: 'list', contacts: [] })
  service.take({ type: 'request', request: { from: 'bob@x' } })
  told.length = 0
  await service.handlers.accept({ address: 'bob@x' }, caller)
  assert.deepEqual(acts, [
    ['accept', 'bob@x'],
    ['ask', 'bob@x'],
  ])
  assert.deepEqual(told, ['requestOver'])
  await assert.rejects(async () => service.handlers.accept({ address: 'bob@x' }, caller), { code: 'contact-unknown' })
  service.take({ type: 'blocked', addresses: ['mallory@x'] })
  service.take({ type: 'request', request: { from: 'mallory@x' } })
  assert.deepEqual(service.state.read().state.requests, [])
})

test('without a server that keeps the list nothing is changed, and it is said so', async () => {
  const { service, caller } = house()
  const without = contacts('epoch', {
    port: () => undefined,
    settings: () => readSettings({}),
    own: () => undefined,
    directoryPhoto: async () => undefined,
  })
  await assert.rejects(async () => without.handlers.add({ address: 'a@x' }, caller), { code: 'contacts-unavailable' })
  await assert.rejects(async () => service.handlers.remove({ address: 'a@x' }, caller), { code: 'contact-unknown' })
})

test('a contact is called in the way that is set, and whoever calls is found in the same way', () => {
  const people: ContactsEvent = { type: 'list', contacts: [listed('bob@x'), listed('carol@elsewhere')] }
  const at = (given: SettingsInput) => {
    const { service } = house(undefined, given)
    service.take(people)
    return service
  }
  const byAddress = at({})
  assert.equal(byAddress.reach('Bob@X'), 'sip:bob@x')
  assert.equal(byAddress.reach('mallory@x'), undefined)
  assert.equal(byAddress.personAt({ number: '204', uri: 'sip:BOB@x;user=phone' }), 'bob@x')
  assert.equal(byAddress.personAt({ number: 'bob', uri: 'sip:bob@127.0.0.1:5060' }), undefined)
  const byUser = at({ 'contacts.reach': 'user' })
  assert.equal(byUser.reach('bob@x'), 'bob')
  assert.throws(() => byUser.reach('carol@elsewhere'), { code: 'contact-no-number' })
  assert.equal(byUser.personAt({ number: 'Bob', uri: 'sip:bob@127.0.0.1:5060' }), 'bob@x')
  assert.equal(byUser.personAt({ number: 'carol' }), undefined)
  assert.throws(() => at({ 'contacts.reach': 'none' }).reach('bob@x'), { code: 'contact-no-number' })
})

test('whom the person asked to see may see them without a question, unless that is not wanted or the server does not take it', async () => {
  const asks: ContactsEvent = { type: 'request', request: { from: 'bob@x' } }
  const asked = async (port: ContactsPort, given: SettingsInput = {}, sees: Listed['sees'] = 'asked') => {
    const { service } = house(port, given)
    service.take({ type: 'list', contacts: [listed('bob@x', { sees })] })
    service.take(asks)
    await new Promise(setImmediate)
    return service.state.read().state.requests.map(({ from }) => from)
  }
  const { acts, port } = recording()
  assert.deepEqual(await asked(port), [])
  assert.deepEqual(await asked(port, {}, 'to'), [])
  assert.deepEqual(acts, [
    ['accept', 'bob@x'],
    ['accept', 'bob@x'],
  ])
  assert.deepEqual(await asked(port, { 'contacts.seeBack': false }), ['bob@x'])
  assert.deepEqual(await asked(port, {}, 'from'), ['bob@x'])
  assert.deepEqual(await asked({ ...port, accept: async () => Promise.reject(new Error('away')) }), ['bob@x'])
})

const inDirectory = (name: string, more: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  id: `vcard:${name}`,
  source: 'vcard',
  name,
  mail: [],
  numbers: [],
  hasPhoto: false,
  ...more,
})
const number = (written: string, e164: string) => ({ number: written, kind: 'work' as const, e164 })

test('what a directory has of a contact stands beside what the list says, and goes with it', () => {
  const { service, find, told } = house()
  service.take({ type: 'list', contacts: [listed('bob@x'), listed('ann@x', { name: 'Annie' })] })
  told.length = 0
  const entry = inDirectory('bob', {
    name: 'Bob Baker',
    title: 'Baker',
    mail: ['b@x'],
    numbers: [number('(303) 555-0100', '+13035550100')],
  })
  service.take({ type: 'known', address: 'bob@x', entry })
  service.take({ type: 'known', address: 'bob@x', entry: structuredClone(entry) })
  service.take({ type: 'known', address: 'ann@x', entry: inDirectory('ann') })
  service.take({ type: 'known', address: 'stranger@x', entry })
  assert.deepEqual(told, ['contact', 'contact'])
  const bob = find('bob@x')
  assert.deepEqual([bob?.name, bob?.title, bob?.mail, find('ann@x')?.name], ['Bob Baker', 'Baker', ['b@x'], 'Annie'])
  assert.deepEqual(bob?.numbers, [{ ...number('(303) 555-0100', '+13035550100'), from: 'directory' }])
  service.take({ type: 'known', address: 'bob@x', entry: undefined })
  assert.deepEqual([find('bob@x')?.numbers, find('bob@x')?.title, find('bob@x')?.name], [undefined, undefined, 'bob@x'])
})

test('a number that was called is a contact’s, where the directory does not have it already, also before the list is there', () => {
  const { service, find } = house()
  const called = (text: string): ContactsEvent => ({
    type: 'called',
    address: 'bob@x',
    number: { number: text, kind: 'other', from: 'history' },
  })
  for (const text of ['+1 303 555 0100', '2044', '2044']) service.take(called(text))
  service.take({ type: 'list', contacts: [listed('bob@x')] })
  const numbers = (): string[] => (find('bob@x')?.numbers ?? []).map((each) => `${each.from} ${each.number}`)
  assert.deepEqual(numbers(), ['history 2044', 'history +1 303 555 0100'])
  service.take({
    type: 'known',
    address: 'bob@x',
    entry: inDirectory('bob', { numbers: [number('(303) 555-0100', '+13035550100')] }),
  })
  assert.deepEqual(numbers(), ['directory (303) 555-0100', 'history 2044'])
  for (let n = 0; n < 100; n++) service.take(called(`5${n}00`))
  assert.equal(numbers().length, 32)
})

test('whoever calls from a contact’s number is that contact, unless several have it', () => {
  const { service } = house()
  service.take({ type: 'list', contacts: [listed('bob@x'), listed('ann@x')] })
  const house1 = number('+1 303 555 0199', '+13035550199')
  service.take({
    type: 'known',
    address: 'bob@x',
    entry: inDirectory('bob', { numbers: [number('(303) 555-0100', '+13035550100'), house1] }),
  })
  service.take({ type: 'known', address: 'ann@x', entry: inDirectory('ann', { numbers: [house1] }) })
  const who = (text: string) => service.personAt({ number: text })
  assert.deepEqual(
    [who('+1 303-555-0100'), who('3035550100'), who('+13035550199'), who('+13035550101'), who('10')],
    ['bob@x', 'bob@x', undefined, undefined, undefined],
  )
  service.take({ type: 'unlisted', address: 'bob@x' })
  assert.equal(who('+13035550100'), undefined)
})

test('the picture of a contact who shows none is the directory’s', async () => {
  const { service, find, caller } = house()
  service.take({ type: 'list', contacts: [listed('bob@x'), listed('ann@x')] })
  service.take({ type: 'known', address: 'bob@x', entry: inDirectory('bob', { hasPhoto: true }) })
  service.take({ type: 'known', address: 'ann@x', entry: inDirectory('ann', { hasPhoto: true }) })
  assert.equal(find('bob@x')?.photo, 'vcard:bob')
  assert.deepEqual((await service.handlers.photo({ address: 'bob@x' }, caller)).photo, picture)
  await assert.rejects(async () => service.handlers.photo({ address: 'ann@x' }, caller), { code: 'contact-no-photo' })
})
