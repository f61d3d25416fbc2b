import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Folder, Known, type Mail } from './known.ts'

const flags = (isSeen: boolean): ReadonlySet<string> => new Set(isSeen ? ['\\Seen'] : [])

test('the places of a message are those that a look through the whole folder finds, whatever came and went', () => {
  const uid = fc.integer({ min: 1, max: 6 })
  const key = fc.constantFrom('a', 'b', undefined)
  const act = fc.oneof(
    fc.record({ put: uid, key, isSeen: fc.boolean() }),
    fc.record({ drop: uid }),
    fc.constant({ empty: true }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const folder = new Folder()
      const plain = new Map<number, Mail>()
      for (const each of acts) {
        if ('put' in each) {
          const mail = { key: each.key, flags: flags(each.isSeen) }
          folder.put(each.put, mail)
          plain.set(each.put, mail)
        } else if ('drop' in each) {
          folder.drop(each.drop)
          plain.delete(each.drop)
        } else {
          folder.empty()
          plain.clear()
        }
      }
      assert.deepEqual(new Map(folder.mails), plain)
      const there = new Set([...plain.values()].flatMap((mail) => mail.key ?? []))
      assert.deepEqual(new Set(folder.keys), there)
      for (const which of ['a', 'b']) {
        const uids = [...plain].flatMap(([number, mail]) => (mail.key === which ? [number] : []))
        assert.deepEqual(new Set(folder.uidsOf(which)), new Set(uids))
      }
    }),
  )
})

test('a message that lies twice is listed once, and what lies nowhere is forgotten', () => {
  const known = new Known()
  const facts = (key: string) => ({
    key,
    from: {},
    at: '2026-03-10T10:00:00Z',
    urgent: false,
    private: false,
    dispatch: false,
    secure: false,
    sound: undefined,
  })
  for (const key of ['a', 'b', 'c']) known.facts.set(key, facts(key))
  known.folders.inbox.put(1, { key: 'a', flags: flags(false) })
  known.folders.trash.put(7, { key: 'a', flags: flags(true) })
  known.folders.trash.put(8, { key: 'b', flags: flags(true) })
  known.folders.inbox.put(2, { key: undefined, flags: flags(false) })
  assert.deepEqual(
    known.list().map(({ key, isNew, deleted }) => [key, isNew, deleted]),
    [
      ['a', true, false],
      ['b', false, true],
    ],
  )
  assert.deepEqual([...known.facts.keys()], ['a', 'b'])
  assert.deepEqual(
    known.places('a').map(({ where, uid }) => [where, uid]),
    [
      ['inbox', 1],
      ['trash', 7],
    ],
  )
})
