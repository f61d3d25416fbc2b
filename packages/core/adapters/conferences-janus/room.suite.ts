// People in a room, as its server tells of them: run in the lab’s room and in that of a real Janus, by the same code.
import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, afterEach, before, describe, test } from 'node:test'
import { type ConferenceMember, type ParleyError, readSettings } from '@openparley/contract'
import { pageReceiving, pageSending } from '@openparley/lab'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { followed } from '@openparley/testkit'
import type { World } from '../../runtime/world.ts'
import type { Presence, Room, RoomEvent } from '../../services/conferences/port.ts'
import { conferencePortSuite } from '../../services/conferences/port.suite.ts'
import { type JanusPort, type JanusState, janusConferences } from './index.ts'

const world: World = { clock: realClock, dice: realDice, wall: () => new Date().toISOString() }

export interface Person {
  readonly port: JanusPort
  readonly states: readonly JanusState[]
}

export function person(settings: Readonly<Record<string, unknown>>): Person {
  const states: JanusState[] = []
  const port = janusConferences({
    world,
    settings: readSettings(settings),
    dns: () => dnsResolver(),
    tell: (state) => states.push(state),
  })
  assert.ok(port)
  return { port, states }
}

export interface Somebody {
  readonly presence: Presence
  readonly events: readonly RoomEvent[]
  members(): readonly ConferenceMember[]
  /** Resolves when the room has told so. */
  until<T>(what: string, is: () => T | undefined | false): Promise<T>
  offered(what: 'camera' | 'screen'): Promise<Extract<RoomEvent, { type: 'offered' }>>
}

export async function inside(port: JanusPort, room: Room, name: string): Promise<Somebody> {
  const told = followed<RoomEvent>()
  let count = 0
  assert.ok(port.enter)
  const presence = await port.enter(room, name, () => `${name}-${++count}`, told.tell)
  const members = (): readonly ConferenceMember[] =>
    told.all.findLast((event) => event.type === 'members')?.members ?? []
  const until: Somebody['until'] = (what, is) => told.until(`${name}: ${what}`, is)
  return {
    presence,
    events: told.all,
    members,
    until,
    offered: (what) =>
      told.first(
        (event): event is Extract<RoomEvent, { type: 'offered' }> => event.type === 'offered' && event.what === what,
      ),
  }
}

const named = (who: Somebody, name: string): ConferenceMember | undefined =>
  who.members().find((each) => each.name === name)

export interface JanusPlace {
  readonly settings: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

export function roomSuite(
  where: string,
  options: { readonly skip: string | false },
  open: () => Promise<JanusPlace>,
): void {
  conferencePortSuite(where, options, async () => {
    const place = await open()
    return { port: () => person(place.settings).port, close: () => place.close() }
  })

  describe(`people in a room at ${where}`, options, () => {
    let place: JanusPlace
    let alice: Person
    let bob: Person
    let room: Room
    const closing: (() => void)[] = []
    before(async () => {
      place = await open()
      alice = person(place.settings)
      bob = person(place.settings)
    })
    afterEach(async () => {
      for (const close of closing.splice(0)) close()
      await alice.port.end?.(room).catch(() => undefined)
    })
    after(async () => {
      await alice?.port.close()
      await bob?.port.close()
      await place?.close()
    })
    const meet = async (): Promise<[Somebody, Somebody]> => {
      room = await alice.port.create('Plans', 'Alice')
      const one = await inside(alice.port, room, 'Alice')
      return [one, await inside(bob.port, await bob.port.find(room.invitation), 'Bob')]
    }
    const publish = async (who: Somebody, what: 'camera' | 'screen', says: string): Promise<string> => {
      const page = await pageSending()
      closing.push(() => page.close())
      const connection = `own-${what}`
      await page.accept(await who.presence.publish(connection, what, page.offer))
      page.say(says)
      return connection
    }

    test('who comes and goes is told, and who is host', async () => {
      const [one, other] = await meet()
      await one.until('bob is there', () => named(one, 'Bob'))
      await other.until('alice is there', () => named(other, 'Alice'))
      assert.deepEqual(
        one.members().map(({ name, self, host, muted, camera }) => [name, self, host, muted, camera]),
        [
          ['Alice', true, true, true, false],
          ['Bob', false, false, true, false],
        ],
      )
      assert.equal(named(other, 'Bob')?.host, false)
      await other.presence.leave()
      await one.until('bob has gone', () => one.members().length === 1)
    })

    test('what one shows reaches the other, byte for byte; what they say of it is told; and it is withdrawn', async () => {
      const [one, other] = await meet()
      const own = await publish(one, 'camera', 'alice speaks')
      const { connection, member, offer } = await other.offered('camera')
      assert.equal(member, named(other, 'Alice')?.member)
      const page = await pageReceiving(offer)
      closing.push(() => page.close())
      await other.presence.answer(connection, page.answer)
      await page.hears('alice speaks')
      await other.until('she is heard and seen', () => named(other, 'Alice')?.camera && !named(other, 'Alice')?.muted)
      await one.presence.show({ muted: true, camera: false })
      await other.until('she is neither', () => named(other, 'Alice')?.muted && !named(other, 'Alice')?.camera)
      await one.presence.show({ muted: false, camera: true })
      await other.until('she is both', () => !named(other, 'Alice')?.muted && named(other, 'Alice')?.camera)
      await one.presence.unpublish(own)
      await other.until('it is withdrawn', () =>
        other.events.some((event) => event.type === 'withdrawn' && event.connection === connection),
      )
      await other.until('she shows nothing', () => named(other, 'Alice')?.muted)
    })

    test('a screen is its owner’s, beside their camera, and no member of its own', async () => {
      const [one, other] = await meet()
      await publish(one, 'camera', 'face')
      const screen = await publish(one, 'screen', 'screen')
      const { connection, member, offer } = await other.offered('screen')
      assert.equal(member, named(other, 'Alice')?.member)
      const page = await pageReceiving(offer)
      closing.push(() => page.close())
      await other.presence.answer(connection, page.answer)
      await page.hears('screen')
      await other.until('two members', () => other.members().length === 2 && named(other, 'Alice')?.screen)
      await one.until('she sees it of herself', () => named(one, 'Alice')?.screen)
      assert.ok(!one.events.some((event) => event.type === 'offered'), 'one’s own screen is not offered')
      await one.presence.unpublish(screen)
      await other.until('it is gone', () => !named(other, 'Alice')?.screen)
    })

    test('the host mutes somebody: the server lets nobody hear them, until it is taken back', async () => {
      const [one, other] = await meet()
      await publish(other, 'camera', 'bob speaks')
      const { connection, offer, member } = await one.offered('camera')
      const page = await pageReceiving(offer)
      closing.push(() => page.close())
      await one.presence.answer(connection, page.answer)
      await page.hears('bob speaks')
      await alice.port.mute?.(room, member, true)
      await other.until('bob is told', () => named(other, 'Bob')?.muted)
      await one.until('alice, too', () => named(one, 'Bob')?.muted)
      // What was on its way has come when pictures, which go on, have.
      await page.hears('bob speaks', ['video'])
      const before = page.sounds()
      for (let n = 0; n < 10; n++) await page.hears('bob speaks', ['video'])
      assert.ok(page.sounds() - before <= 1, `${page.sounds() - before} packets after it was muted`)
      await alice.port.mute?.(room, member, false)
      await one.until('he is heard again', () => named(one, 'Bob') && !named(one, 'Bob')?.muted)
      await page.hears('bob speaks')
      await assert.rejects(
        async () => bob.port.mute?.(await bob.port.find(room.invitation), member, true),
        ({ code }: ParleyError) => code === 'conference-not-possible',
      )
    })

    test('who is removed is told so, and an end is one for all', async () => {
      const [one, other] = await meet()
      const { member } = await one.until('bob is there', () => named(one, 'Bob'))
      await alice.port.drop?.(room, member)
      await other.until('he is out', () =>
        other.events.some((event) => event.type === 'over' && event.for === 'person'),
      )
      await one.until('alice sees it', () => one.members().length === 1)
      const again = await inside(bob.port, room, 'Bob')
      await alice.port.end?.(room)
      for (const each of [one, again])
        await each.until('it is over', () => each.events.some((event) => event.type === 'over' && event.for === 'all'))
    })

    test('without the word of the invitation nobody comes in, nor into a room that is not there', async () => {
      room = await alice.port.create('', 'Alice')
      const wrong = { ...room, invitation: room.invitation.replace(/pin=.*/, 'pin=wrong') }
      await assert.rejects(inside(bob.port, wrong, 'Bob'), ({ code, peer }: ParleyError) => {
        assert.deepEqual([code, peer?.status], ['conference-refused-by-server', 433])
        return true
      })
      const nowhere = { ...room, invitation: room.invitation.replace(/room=\d+/, 'room=1') }
      await assert.rejects(inside(bob.port, nowhere, 'Bob'), ({ code }: ParleyError) => code === 'conference-unknown')
    })

    test('a connection that is lost is made again, and what happened meanwhile is told', async () => {
      const between = await cuttable(place.settings)
      const carol = person(between.settings)
      try {
        room = await carol.port.create('', 'Carol')
        const one = await inside(carol.port, room, 'Carol')
        const direct = { ...room, invitation: room.invitation.replace(/^[^#]+/, placeIn(place.settings)) }
        const first = await inside(alice.port, direct, 'Alice')
        await one.until('alice is there', () => named(one, 'Alice'))
        between.cut()
        await first.presence.leave()
        await inside(bob.port, direct, 'Bob')
        await one.until('bob is there, and she is not', () => named(one, 'Bob') && !named(one, 'Alice'))
        await one.presence.show({ muted: true })
        assert.ok(!one.events.some(({ type }) => type === 'over'))
      } finally {
        await carol.port.end?.(room).catch(() => undefined)
        await carol.port.close()
        await between.close()
      }
    })

    test('a wrong secret is told as that, and is not given again', async () => {
      const { port, states } = person({ ...place.settings, 'conferences.janus.secret': 'wrong' })
      for (let n = 0; n < 2; n++)
        await assert.rejects(port.create('', 'Eve'), ({ code }: ParleyError) => code === 'credentials-rejected')
      assert.deepEqual(
        states.map(({ is, error }) => [is, error?.code]),
        [['failed', 'credentials-rejected']],
      )
      await port.close()
    })
  })
}

const serverIn = (settings: Readonly<Record<string, unknown>>): string =>
  String([settings['conferences.janus.servers']].flat()[0])

/** What invitations to that server begin with. */
function placeIn(settings: Readonly<Record<string, unknown>>): string {
  return `parley-room:${serverIn(settings).replace(/^wss?:/, '')}${new URL(serverIn(settings)).pathname === '/' ? '/' : ''}`
}

/** The same server, by a way that can be cut. */
async function cuttable(settings: Readonly<Record<string, unknown>>): Promise<{
  readonly settings: Readonly<Record<string, unknown>>
  cut(): void
  close(): Promise<void>
}> {
  const url = new URL(serverIn(settings))
  const { port: real, hostname } = url
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(Number(real), hostname)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => {})
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  url.port = String(typeof at === 'object' && at ? at.port : 0)
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    settings: { ...settings, 'conferences.janus.servers': [url.href] },
    cut,
    close: async () => {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
