import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { listFaults } from '../faults.ts'
import { startLab } from '../lab.ts'
import type { Lab } from '../lab-types.ts'
import { element, integer, Messages, numberIn, readElements, text } from './ber.ts'
import { directoryFaults } from './faults.ts'
import { holds, readFilter, textOf } from './filter.ts'
import { readMessage, writeResult } from './messages.ts'
import { Tree } from './tree.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex')

/** As OpenLDAP's ldapsearch 2.5 sends them. */
const asked = {
  anonymous: '30 0c 02 01 01 60 07 02 01 03 04 00 80 00',
  startTls: '30 1d 02 01 01 77 18 80 16 31 2e 33 2e 36 2e 31 2e 34 2e 31 2e 31 34 36 36 2e 32 30 30 33 37',
  unbind: '30 05 02 01 03 42 00',
  search:
    '30 29 02 01 02 63 24 04 00 0a 01 00 0a 01 00 02 01 00 02 01 00 01 01 00 87 0b 6f 62 6a 65 63 74 43 6c 61 73 73 30 04 04 02 63 6e',
}

const inner = (hex: string): Buffer => new Messages().push(bytes(hex))?.[0] ?? Buffer.alloc(0)

describe('the lab’s directory', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())

  test('knows faults that begin alike and are no others’', () => {
    for (const { name } of directoryFaults) assert.match(name, /^directory-/)
    for (const { name, journey } of listFaults())
      assert.equal(name.startsWith('directory-'), journey === 'directory', name)
  })

  test('reads what other programs ask', () => {
    assert.deepEqual(readMessage(inner(asked.anonymous)), { id: 1, request: { is: 'bind', dn: '', password: '' } })
    assert.deepEqual(readMessage(inner(asked.startTls))?.request, { is: 'extended', oid: '1.3.6.1.4.1.1466.20037' })
    assert.deepEqual(readMessage(inner(asked.unbind))?.request, { is: 'unbind' })
    const search = readMessage(inner(asked.search))?.request
    assert.ok(search?.is === 'search' && search.filter && search.scope === 0)
    assert.deepEqual([textOf(search.filter), search.attributes], ['(objectClass=*)', ['cn']])
  })

  test('writes what other programs read', () => {
    assert.equal(writeResult(1, 'bind', 49).toString('hex'), '300c02010161070a013104000400')
    assert.equal(text('x'.repeat(200)).subarray(0, 3).toString('hex'), '0481c8')
    for (const value of [0, 127, 128, 255, 256, 65_535, 2 ** 31 - 1]) {
      const [read] = readElements(integer(value)) ?? []
      assert.equal(read && numberIn(read), value)
    }
  })

  test('holds filters against entries as their rules say', () => {
    const tree = new Tree()
    tree.put('uid=a', { cn: 'Ann  LEE', telephoneNumber: '+1 303-555 0100', uid: 'a', n: '5' })
    const [entry] = tree.below('uid=a', 0) ?? []
    assert.ok(entry)
    const equal = (tag: number, name: string, value: string): Buffer => element(tag, text(name), text(value))
    const parts = (name: string, ...of: Buffer[]): Buffer => element(0xa4, text(name), element(0x30, ...of))
    for (const [filter, is] of [
      [equal(0xa3, 'CN', 'ann lee'), true],
      [equal(0xa3, 'telephoneNumber', '+13035550100'), true],
      [equal(0xa3, 'cn', 'ann'), false],
      [equal(0xa5, 'n', '4'), true],
      [equal(0xa6, 'n', '4'), false],
      [parts('cn', text('an', 0x80), text('le', 0x81), text('e', 0x82)), true],
      [parts('cn', text('.*', 0x80)), false],
      [element(0xa2, equal(0xa3, 'uid', 'b')), true],
      [element(0xa0, equal(0xa3, 'uid', 'a'), equal(0xa3, 'uid', 'b')), false],
      [element(0xa1, equal(0xa3, 'uid', 'a'), equal(0xa3, 'uid', 'b')), true],
      [element(0x87, Buffer.from('uid')), true],
    ] as const) {
      const read = readFilter((readElements(filter) ?? [])[0] ?? { tag: 0, bytes: Buffer.alloc(0) })
      assert.ok(read)
      assert.equal(holds(read, entry), is, textOf(read))
    }
  })

  test('takes whatever comes, and stays', async () => {
    const port = Number(lab.addresses.directory.first.split(':')[1])
    const near = fc.tuple(fc.constantFrom(...Object.values(asked)), fc.nat(), fc.nat(255)).map(([hex, at, value]) => {
      const changed = bytes(hex)
      changed[at % changed.length] = value
      return changed
    })
    const some = fc.oneof(
      near,
      fc.uint8Array({ minLength: 1, maxLength: 60 }).map((each) => Buffer.from(each)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(some, { minLength: 1, maxLength: 5 }), async (messages) => {
        const socket = await connected(port)
        for (const each of messages) socket.write(each)
        socket.resume()
        await new Promise<void>((resolve) => {
          socket.once('close', resolve)
          socket.end(() => socket.destroy())
        })
      }),
      { numRuns: 100 },
    )
    const socket = await connected(port)
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve))
    socket.write(bytes(asked.anonymous))
    assert.equal((await answer).toString('hex'), '300c02010161070a010004000400')
    socket.destroy()
  })
})

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}
