// The service on a server that the test plays, on a clock that stands.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConferenceEntry, type ConferenceMember, ParleyError, type WebConference } from '@openparley/contract'
import { seededDice, type VirtualClock, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import {
  type ConferencePort,
  type ConferencesService,
  conferences,
  type Presence,
  type Room,
  type RoomEvent,
} from './index.ts'
import { step, table } from './state.ts'

const member = (name: string, more: Partial<ConferenceMember> = {}): ConferenceMember => ({
  member: name,
  name,
  self: false,
  host: false,
  muted: false,
  talking: false,
  camera: false,
  screen: false,
  ...more,
})

interface House {
  readonly service: ConferencesService
  readonly clock: VirtualClock
  readonly asked: string[]
  readonly recorded: ConferenceEntry[]
  readonly changes: string[]
  tell(event: RoomEvent): void
  only(): WebConference
  refuse: ParleyError | undefined
  as(application: string): Caller
}

function house(where: ConferencePort['where'] = 'inside'): House {
  const clock = virtualClock()
  const asked: string[] = []
  const recorded: ConferenceEntry[] = []
  const changes: string[] = []
  let tell: (event: RoomEvent) => void = () => {}
  const does = async <T>(what: string, result: T): Promise<T> => {
    asked.push(what)
    if (made.refuse) throw made.refuse
    return result
  }
  const presence: Presence = {
    publish: (_, what, offer) => does(`publish ${what} ${offer}`, 'answer'),
    unpublish: () => does('unpublish', undefined),
    answer: (_, answer) => does(`answer ${answer}`, undefined),
    show: (is) => does(`show ${JSON.stringify(is)}`, undefined),
    leave: () => does('leave', undefined),
  }
  const room: Room = {
    invitation: 'parley-room://a/1',
    isHost: true,
    can: ['join', 'invite', 'mute-others', 'drop', 'end'],
  }
  const port: ConferencePort = {
    kind: 'janus',
    where,
    reads: (invitation) => invitation.startsWith('parley-room://a/'),
    create: (subject, name) => does(`create ${subject} ${name}`, room),
    find: (invitation) =>
      does(`find ${invitation}`, { ...room, invitation, isHost: false, can: ['join', 'invite'], subject: 'Theirs' }),
    ...(where === 'inside'
      ? {
          enter: async (_room, name, _new, to) => {
            tell = to
            return does(`enter ${name}`, presence)
          },
        }
      : {
          open: (_room, name) => does(`open ${name}`, 'https://a/own'),
          members: () => does('members', [member('Bob')]),
        }),
    mute: (_, who, muted) => does(`mute ${who} ${muted}`, undefined),
    drop: (_, who) => does(`drop ${who}`, undefined),
    end: () => does('end', undefined),
    close: async () => {},
  }
  const service = conferences(
    { clock, dice: seededDice(1), wall: () => new Date(Date.UTC(2026, 2, 1) + clock.now()).toISOString() },
    'epoch',
    {
      ports: () => [port],
      name: () => 'Alice',
      record: (entry) => recorded.push(entry),
      invite: (to) => does(`invite ${to.join()}`, undefined),
      uninvite: (id) => asked.push(`uninvite ${id.split('_')[0]}`),
      otherSide: () => 'bob@example.com',
    },
  )
  service.state.follow((change) => changes.push(change.type === 'conference' ? change.conference.state : change.type))
  const made: House = {
    service,
    clock,
    asked,
    recorded,
    changes,
    refuse: undefined,
    tell: (event) => tell(event),
    only: () => {
      const [one] = service.state.read().state.conferences
      assert.ok(one)
      return one
    },
    as: (application) =>
      ({
        application,
        name: application,
        role: 'approve',
        mayNamePaths: false,
        signal: new AbortController().signal,
      }) as const,
  }
  return made
}

const code = (thrown: unknown): string => (thrown as ParleyError).code
const rejects = (code: string) => (thrown: unknown) => (thrown as ParleyError).code === code
const create = { subject: 'Lunch', invite: [], requestId: '1' }

test('each state of the table reaches the end, and nothing follows it', () => {
  const ends = (state: WebConference['state'], seen: readonly string[] = []): boolean =>
    state === 'ended' ||
    (!seen.includes(state) && Object.values(table[state]).some((next) => ends(next, [...seen, state])))
  for (const state of Object.keys(table) as WebConference['state'][]) assert.ok(ends(state), state)
  const ended = { ...house().service, state: 'ended' } as unknown as WebConference
  assert.equal(step(ended, { type: 'joined' }), ended)
})

test('one that is made can be joined by one application, which hears of its members; and the person leaves with it', async () => {
  const { service, as, only, asked, tell, recorded, clock } = house()
  const { conference } = await service.handlers.create({ ...create, call: 'call' }, as('one'))
  assert.deepEqual([only().state, only().subject, only().can.length], ['ready', 'Lunch', 5])
  await service.handlers.join({ conference, requestId: '2' }, as('one'))
  await assert.rejects(
    async () => service.handlers.join({ conference, requestId: '3' }, as('two')),
    rejects('conference-elsewhere'),
  )
  tell({ type: 'members', members: [member('1', { self: true, name: 'Alice' }), member('2', { name: 'Bob\u202E\n' })] })
  assert.deepEqual(
    only().members.map(({ name }) => name),
    ['Alice', 'Bob'],
  )
  await assert.rejects(
    async () => service.handlers.publish({ conference, what: 'camera', offer: 'o' }, as('two')),
    rejects('conference-not-joined'),
  )
  const { connection } = await service.handlers.publish({ conference, what: 'camera', offer: 'o' }, as('one'))
  const again = await service.handlers.publish({ conference, what: 'camera', offer: 'p' }, as('one'))
  assert.equal(again.connection, connection)
  clock.pass(60_000)
  service.released('two')
  assert.equal(only().state, 'joined')
  service.released('one')
  assert.deepEqual([only().state, only().members], ['left', []])
  assert.deepEqual(
    recorded.map(({ members, startedAt, endedAt }) => [members, Date.parse(endedAt) - Date.parse(startedAt)]),
    [[['Bob'], 60_000]],
  )
  assert.deepEqual(asked, [
    'create Lunch Alice',
    'invite bob@example.com',
    'enter Alice',
    'publish camera o',
    'publish camera p',
    'leave',
  ])
  clock.pass(600_000)
  assert.deepEqual(service.state.read().state.conferences, [])
  await service.close()
  assert.equal(clock.pending, 0)
})

test('what is offered goes to whoever joined, and an answer to what was withdrawn is nobody’s', async () => {
  const { service, as, asked, tell, changes } = house()
  const { conference } = await service.handlers.create(create, as('one'))
  await service.handlers.join({ conference, requestId: '2' }, as('one'))
  const connection = 'connection_1'
  tell({ type: 'offered', connection, member: '2', what: 'screen', offer: 'sdp' })
  await service.handlers.answer({ conference, connection, answer: 'a' }, as('one'))
  tell({ type: 'withdrawn', connection })
  await service.handlers.answer({ conference, connection, answer: 'b' }, as('one'))
  assert.deepEqual(changes.slice(-2), ['offered', 'withdrawn'])
  assert.deepEqual(asked.slice(2), ['answer a'])
  await service.close()
})

test('what the server ends is over, for the person or for all, and says why', async () => {
  const { service, as, only, tell, recorded } = house()
  const { conference } = await service.handlers.create(create, as('one'))
  await service.handlers.join({ conference, requestId: '2' }, as('one'))
  tell({ type: 'over', for: 'person' })
  assert.equal(only().state, 'left')
  await service.handlers.join({ conference, requestId: '3' }, as('one'))
  tell({ type: 'over', for: 'all' })
  assert.deepEqual([only().state, only().can, recorded.length], ['ended', [], 2])
  await assert.rejects(
    async () => service.handlers.join({ conference, requestId: '4' }, as('one')),
    rejects('conference-unknown'),
  )
  await service.close()
})

test('an invitation of others is ready to be joined, once; one that leads elsewhere is refused', async () => {
  const { service, as, only, asked } = house()
  const invitation = 'parley-room://a/9'
  const id = service.asked({ invitation, from: 'bob@example.com', subject: 'Now' })
  assert.equal(service.asked({ invitation, from: 'eve@example.com' }), id)
  assert.deepEqual([only().from, only().state, only().can, asked], ['bob@example.com', 'ready', ['join'], []])
  const joined = await service.handlers.join({ invitation, name: 'A.', requestId: '1' }, as('one'))
  assert.equal(joined.conference, id)
  assert.deepEqual([only().subject, only().can, asked], ['Now', ['join', 'invite'], [`find ${invitation}`, 'enter A.']])
  await assert.rejects(
    async () => service.handlers.end({ conference: joined.conference }, as('one')),
    rejects('conference-not-possible'),
  )
  assert.equal(service.asked({ invitation: 'https://elsewhere/9', from: 'eve@example.com' }), undefined)
  await assert.rejects(
    async () => service.handlers.join({ invitation: 'https://elsewhere/9', requestId: '2' }, as('one')),
    rejects('conference-invitation-unusable'),
  )
  await service.close()
})

test('many invitations fill nothing: the oldest that nobody joined is forgotten', async () => {
  const { service } = house()
  for (let n = 0; n < 300; n++) service.asked({ invitation: `parley-room://a/${n}`, from: 'eve@example.com' })
  const { conferences: all } = service.state.read().state
  assert.deepEqual([all.length, all[0]?.invitation], [200, 'parley-room://a/100'])
  await service.close()
})

test('a server that refuses is told by its own error, and what is wrong with the way to it by one word', async () => {
  const made = house()
  const { service, as, only } = made
  made.refuse = new ParleyError('tls-untrusted')
  const thrown = await Promise.resolve(service.handlers.create(create, as('one'))).catch((error: unknown) => error)
  assert.deepEqual([code(thrown), (thrown as ParleyError).detail], ['conference-unavailable', 'tls-untrusted'])
  assert.deepEqual([only().state, only().error?.code], ['ended', 'conference-unavailable'])
  await service.close()
})

test('a conference that is a page of its server’s own is opened, its members looked at while the person is in it', async () => {
  const { service, as, only, clock, asked } = house('browser')
  const { conference } = await service.handlers.create(create, as('one'))
  const { open } = await service.handlers.join({ conference, requestId: '2' }, as('one'))
  assert.equal(open, 'https://a/own')
  await new Promise(setImmediate)
  assert.deepEqual(
    only().members.map(({ name }) => name),
    ['Bob'],
  )
  clock.pass(5000)
  await new Promise(setImmediate)
  assert.equal(asked.filter((each) => each === 'members').length, 2)
  await service.handlers.leave({ conference }, as('one'))
  clock.pass(50_000)
  assert.equal(asked.filter((each) => each === 'members').length, 2)
  await service.close()
})

test('the host mutes and drops those who are there, and ends it for all', async () => {
  const { service, as, only, tell, asked } = house()
  const { conference } = await service.handlers.create(create, as('one'))
  await service.handlers.join({ conference, requestId: '2' }, as('one'))
  tell({ type: 'members', members: [member('2')] })
  await service.handlers.mute({ conference, member: '2', muted: true }, as('one'))
  await assert.rejects(
    async () => service.handlers.drop({ conference, member: '3' }, as('one')),
    rejects('conference-member-unknown'),
  )
  await service.handlers.drop({ conference, member: '2' }, as('one'))
  await service.handlers.end({ conference }, as('one'))
  assert.deepEqual(
    [asked.slice(2), only().state],
    [['mute 2 true', 'drop 2', 'end', 'uninvite webconference', 'leave'], 'ended'],
  )
  await service.close()
})
