import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contact } from '@openparley/sdk/browser'
import { type GroupBy, groupsOf, rowsOf } from './people-rows.ts'

function contact(name: string, more: Partial<Contact> = {}): Contact {
  return {
    address: `${name.toLowerCase()}@example.com`,
    name,
    groups: [],
    favourite: false,
    sees: 'both',
    blocked: false,
    presence: { availability: 'offline' },
    ...more,
  }
}

const everybody = [
  contact('Zoe', { presence: { availability: 'available' } }),
  contact('Adam', { groups: ['Work', 'Choir'] }),
  contact('Bob', { favourite: true, groups: ['Work'] }),
  contact('Friend 10'),
  contact('Friend 9'),
]

function told(filter: string, by: GroupBy): string[] {
  return rowsOf(everybody, filter, by).map((row) =>
    row.is === 'head' ? `# ${row.group}` : `${row.place} ${row.contact.name}`,
  )
}

test('favourites come first, then whoever can be reached; numbers in names count as numbers', () => {
  assert.deepEqual(told('', 'availability'), [
    '# Favourites',
    '1 Bob',
    '# Available',
    '2 Zoe',
    '# Offline',
    '3 Adam',
    '4 Friend 9',
    '5 Friend 10',
  ])
})

test('by group everybody is there once, and who is in none comes last', () => {
  assert.deepEqual(told('', 'group'), [
    '# Favourites',
    '1 Bob',
    '# Work',
    '2 Adam',
    '# No group',
    '3 Friend 9',
    '4 Friend 10',
    '5 Zoe',
  ])
})

test('all words are looked for in names, addresses and groups', () => {
  assert.deepEqual(told('CHOIR adam', 'group'), ['# Work', '1 Adam'])
  assert.deepEqual(told('zoe@', 'availability'), ['# Available', '1 Zoe'])
  assert.deepEqual(told('nobody', 'availability'), [])
})

test('the groups that there are come once, in writing’s order', () => {
  assert.deepEqual(groupsOf(everybody), ['Choir', 'Work'])
})
