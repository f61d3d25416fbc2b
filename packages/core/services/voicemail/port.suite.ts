// What any mailbox must show, whatever is behind it: run on the lab and on real mail stores.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { House } from './port-house.suite.ts'
import type { Kept } from './port.ts'

/** The server of a mailbox, as the suite acts upon it. */
export interface Server {
  /** Whether sound and messages lie there with these bytes: somebody calls and leaves them. */
  leave(left: LeftHere): Promise<void>
  /** What is in the mailbox, in all its folders, by the store itself: subjects or marks are of no interest, only how many. */
  count(): Promise<{ readonly there: number; readonly deleted: number; readonly unseen: number }>
  /** Another client marks all messages as heard. */
  hearAll(): Promise<void>
  /** Another client removes all messages for good. */
  empty(): Promise<void>
  /** The server is killed, at once. */
  kill(): Promise<void>
  comeBack(): Promise<void>
}

export interface LeftHere {
  readonly number: string
  readonly name?: string
  readonly seconds: number
  readonly urgent?: boolean
  readonly private?: boolean
  readonly secure?: boolean
  readonly manner?: 'unity' | 'vpim' | 'asterisk'
}

export interface Place {
  readonly name: string
  readonly server: () => Server
  /** A mailbox there. Every test begins with an empty one. */
  readonly open: () => House
  /** How its sound begins. */
  readonly soundBegins: string
  /** Secure messages are heard there, too. */
  readonly givesSecure?: true
}

export function voicemailSuite({ name, server, open, soundBegins, givesSecure }: Place): void {
  const there = (kept: readonly Kept[]): readonly Kept[] => kept.filter(({ deleted }) => !deleted)
  const signedIn = async (count: number): Promise<House> => {
    const house = open()
    house.port.start()
    await house.until(`${count} messages`, (kept, { is }) => is === 'ready' && kept.length === count)
    return house
  }
  const fill = async (count: number, seconds = 1): Promise<void> => {
    await server().empty()
    for (let n = 0; n < count; n++) await server().leave({ number: `20${n}`, seconds })
  }
  const soundOf = async (house: House, key: string): Promise<Buffer> => {
    const { pieces } = await house.port.sound(key, AbortSignal.timeout(20_000))
    const all: Uint8Array[] = []
    for await (const piece of pieces) all.push(piece)
    return Buffer.concat(all)
  }
  const keysOf = (kept: readonly Kept[]): string[] => kept.map(({ key }) => key)

  describe(`a mailbox at ${name}`, () => {
    test('lists its messages with who left them, when, how long they are and how they are marked', async () => {
      await server().empty()
      await server().leave({ number: '201', name: 'Łucja Müller', seconds: 2, urgent: true, manner: 'unity' })
      await server().leave({ number: '+4930123', seconds: 3, private: true, manner: 'vpim' })
      await server().leave({ number: '203', name: 'Dora', seconds: 1, urgent: true, manner: 'asterisk' })
      const house = await signedIn(3)
      const seen = house
        .kept()
        .map(({ from, lengthMs, urgent, private: isPrivate, isNew, deleted, secure }) => [
          ...[from.number, from.name, lengthMs, urgent, isPrivate, isNew, deleted, secure],
        ])
        .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
      assert.deepEqual(seen, [
        ['+4930123', undefined, 3000, false, true, true, false, false],
        ['201', 'Łucja Müller', 2000, true, false, true, false, false],
        ['203', 'Dora', 1000, true, false, true, false, false],
      ])
      await house.port.stop()
    })

    test('tells a message that comes while it is looked at', async () => {
      await fill(1)
      const house = await signedIn(1)
      await server().leave({ number: '207', seconds: 1 })
      await house.until('the new one', (kept) => kept.some(({ from }) => from.number === '207'))
      await house.port.stop()
    })

    test('gives the sound of a message whole, in pieces, and that of a secure one only where it is given out', async () => {
      await server().empty()
      await server().leave({ number: '201', seconds: 30 })
      await server().leave({ number: '202', seconds: 1, secure: true })
      const house = await signedIn(2)
      const [spoken] = house.kept().filter(({ secure }) => !secure)
      const [secret] = house.kept().filter(({ secure }) => secure)
      const sound = await soundOf(house, spoken?.key ?? '')
      assert.equal(sound.toString('latin1', 0, 4), soundBegins)
      assert.equal(sound.length, sound.readUInt32LE(4) + 8)
      const secretSound = soundOf(house, secret?.key ?? '')
      if (givesSecure) assert.equal((await secretSound).toString('latin1', 0, 4), soundBegins)
      else await assert.rejects(secretSound, { code: 'voicemail-sound-unusable' })
      assert.ok(
        house.kept().every(({ isNew }) => isNew),
        'to fetch it is not to have heard it',
      )
      await house.port.stop()
    })

    test('is marked, at the store as well, and back', async () => {
      await fill(3)
      const house = await signedIn(3)
      const keys = keysOf(house.kept())
      await house.port.mark(keys.slice(0, 2), true)
      assert.equal(house.kept().filter(({ isNew }) => isNew).length, 1)
      assert.equal((await server().count()).unseen, 1)
      await house.port.mark(keys, false)
      assert.equal((await server().count()).unseen, 3)
      await house.port.stop()
    })

    test('tells what another client has marked', async () => {
      await fill(2)
      const house = await signedIn(2)
      await server().hearAll()
      await house.until('both heard', (kept) => kept.every(({ isNew }) => !isNew))
      await house.port.stop()
    })

    test('loses nothing when messages are deleted and brought back, and they are the same as before', async () => {
      await fill(3)
      const house = await signedIn(3)
      const before = keysOf(house.kept())
      await house.port.delete(before.slice(0, 2))
      assert.equal(there(house.kept()).length, 1)
      assert.deepEqual(await server().count(), { there: 1, deleted: 2, unseen: 3 })
      await house.port.undelete(before.slice(0, 2))
      assert.deepEqual(await server().count(), { there: 3, deleted: 0, unseen: 3 })
      assert.deepEqual(keysOf(house.kept()).toSorted(), before.toSorted())
      assert.ok(house.counts().every((count) => count === 3))
      await house.port.stop()
    })

    test('removes for good what is erased, and nothing else', async () => {
      await fill(4)
      const house = await signedIn(4)
      const keys = keysOf(house.kept())
      await house.port.delete(keys.slice(0, 3))
      await house.port.erase(keys.slice(0, 1))
      assert.deepEqual(await server().count(), { there: 1, deleted: 2, unseen: 3 })
      assert.deepEqual(keysOf(house.kept()).toSorted(), keys.slice(1).toSorted())
      await house.port.stop()
    })

    test('knows nothing of a message that is not there', async () => {
      await fill(1)
      const house = await signedIn(1)
      await assert.rejects(house.port.mark(['no such key'], true), { code: 'voicemail-unknown' })
      await house.port.stop()
    })

    test('has the same keys after a restart', async () => {
      await fill(2)
      const first = await signedIn(2)
      const keys = keysOf(first.kept())
      await first.port.stop()
      const second = await signedIn(2)
      assert.deepEqual(keysOf(second.kept()).toSorted(), keys.toSorted())
      await second.port.stop()
    })

    test('has lost and doubled nothing when its server is killed while twenty messages are deleted', async () => {
      await fill(20)
      const house = await signedIn(20)
      const keys = keysOf(house.kept())
      const deleting = house.port.delete(keys).then(
        () => 'done',
        (error: { readonly code: string }) => error.code,
      )
      await server().kill()
      await house.until('the cause', (_, { error }) => error?.code.startsWith('server-') === true)
      await server().comeBack()
      const outcome = await deleting
      await house.until('a connection again', (_, { is }) => is === 'ready')
      assert.ok(outcome === 'done' || outcome === 'voicemail-unavailable', outcome)
      if (outcome === 'done') assert.equal(there(house.kept()).length, 0)
      assert.deepEqual(keysOf(house.kept()).toSorted(), keys.toSorted())
      const { there: kept, deleted } = await server().count()
      assert.equal(kept + deleted, 20)
      await house.port.stop()
    })

    test('says so when its server is killed in the middle of a sound, and gives it whole when it is back', async () => {
      await server().empty()
      await server().leave({ number: '201', seconds: 120 })
      const house = await signedIn(1)
      const [key = ''] = keysOf(house.kept())
      const { pieces } = await house.port.sound(key, AbortSignal.timeout(20_000))
      const reading = (async () => {
        let isFirst = true
        for await (const piece of pieces) {
          assert.ok(piece.length > 0)
          if (isFirst) await server().kill()
          isFirst = false
        }
      })()
      await assert.rejects(reading, { code: 'voicemail-unavailable' })
      await house.until('the cause', (_, { error }) => error?.code.startsWith('server-') === true)
      await server().comeBack()
      await house.until('a connection again', (_, { is }) => is === 'ready')
      const sound = await soundOf(house, key)
      assert.equal(sound.length, sound.readUInt32LE(4) + 8)
      await house.port.stop()
    })
  })
}
