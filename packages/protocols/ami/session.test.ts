// A session with a manager: how it begins, how it is kept, and what it is over with.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { type AmiEffect, type AmiMessage, AmiReader, AmiSession, fieldOf, messageOf, writeAmi } from './index.ts'

const greeting = new TextEncoder().encode('Asterisk Call Manager/11.0.0\r\n')

class Manager {
  readonly session: AmiSession
  readonly effects: AmiEffect[] = []
  readonly #reader = new AmiReader({ greeted: false })
  now = 0

  constructor(secure = false) {
    const without = secure ? { Secret: 'secret' } : undefined
    const prove = (challenge?: string) => (challenge === undefined ? without : { Key: `to ${challenge}` })
    this.session = new AmiSession({ user: 'desk', prove })
    this.effects.push(...this.session.handle({ type: 'connected' }, 0))
  }

  says(fields: Readonly<Record<string, string>>): void {
    this.bytes(writeAmi(messageOf(fields)))
  }

  bytes(bytes: Uint8Array): void {
    this.effects.push(...this.session.handle({ type: 'bytes', bytes }, this.now))
  }

  waits(ms: number): void {
    for (const end = this.now + ms; this.session.deadline !== undefined && this.session.deadline <= end; ) {
      this.now = this.session.deadline
      this.effects.push(...this.session.wake(this.now))
    }
  }

  /** The next thing that it was asked. */
  heard(): AmiMessage {
    const at = this.effects.findIndex(({ type }) => type === 'send')
    const [sent] = at < 0 ? [] : this.effects.splice(at, 1)
    const [message] = sent?.type === 'send' ? this.#reader.push(sent.bytes) : []
    assert.ok(message && !('fault' in message), 'nothing was asked')
    return message
  }

  answers(fields: Readonly<Record<string, string>>): AmiMessage {
    const asked = this.heard()
    this.says({ ...fields, ActionID: fieldOf(asked, 'ActionID') ?? '' })
    return asked
  }

  ready(...channels: Readonly<Record<string, string>>[]): void {
    this.bytes(greeting)
    this.answers({ Response: 'Success', Challenge: '123456' })
    this.answers({ Response: 'Success' })
    const ActionID = fieldOf(this.answers({ Response: 'Success', EventList: 'start' }), 'ActionID') ?? ''
    for (const channel of channels) this.says({ Event: 'CoreShowChannel', ActionID, ...channel })
    this.says({ Event: 'CoreShowChannelsComplete', EventList: 'Complete', ActionID })
  }

  over(): unknown {
    const last = this.effects.findLast((effect) => effect.type === 'over')
    return last?.type === 'over' ? last.over : undefined
  }
}

describe('a session with a manager', () => {
  test('the password is proved and not said, and the channels come before what happens to them', () => {
    const manager = new Manager()
    manager.bytes(greeting)
    const challenge = manager.answers({ Response: 'Success', Challenge: '123456' })
    assert.deepEqual([fieldOf(challenge, 'Action'), fieldOf(challenge, 'AuthType')], ['Challenge', 'MD5'])
    const login = manager.answers({ Response: 'Success', Message: 'Authentication accepted' })
    assert.equal(fieldOf(login, 'Secret'), undefined)
    assert.equal(fieldOf(login, 'Key'), 'to 123456')
    const ActionID = fieldOf(manager.answers({ Response: 'Success', EventList: 'start' }), 'ActionID') ?? ''
    manager.says({ Event: 'Hangup', Uniqueid: '1' })
    manager.says({ Event: 'CoreShowChannel', Uniqueid: '2', ActionID })
    manager.says({ Event: 'CoreShowChannelsComplete', EventList: 'Complete', ActionID })
    const [ready, event] = manager.effects
    assert.deepEqual(ready?.type === 'ready' && ready.channels.map((each) => fieldOf(each, 'Uniqueid')), ['2'])
    assert.equal(event?.type === 'event' && fieldOf(event.event, 'Uniqueid'), '1')
  })

  test('the password is said where no challenge is known, under encryption alone', () => {
    const open = new Manager(false)
    open.bytes(greeting)
    open.answers({ Response: 'Error', Message: 'Authentication failed' })
    assert.deepEqual(open.over(), { is: 'refused', by: 'login', text: 'Authentication failed' })
    const secure = new Manager(true)
    secure.bytes(greeting)
    secure.answers({ Response: 'Error', Message: 'Authentication failed' })
    assert.equal(fieldOf(secure.heard(), 'Secret'), 'secret')
  })

  test('a login that is refused says so', () => {
    const manager = new Manager()
    manager.bytes(greeting)
    manager.answers({ Response: 'Success', Challenge: '123456' })
    manager.answers({ Response: 'Error', Message: 'Authentication failed' })
    assert.deepEqual(manager.over(), { is: 'refused', by: 'login', text: 'Authentication failed' })
    assert.equal(manager.session.deadline, undefined)
  })

  test('answers find what was asked in any order, and late ones nobody', () => {
    const manager = new Manager()
    manager.ready()
    for (const id of ['a', 'b', 'c'])
      manager.effects.push(
        ...manager.session.handle({ type: 'ask', id, action: { Action: 'Hangup', Channel: id } }, manager.now),
      )
    const [a, b, c] = [manager.heard(), manager.heard(), manager.heard()].map((each) => fieldOf(each, 'ActionID') ?? '')
    manager.says({ Response: 'Success', ActionID: b ?? '' })
    manager.says({ Response: 'Error', Message: 'No such channel', ActionID: a ?? '' })
    manager.waits(15_000)
    manager.says({ Response: 'Success', ActionID: c ?? '' })
    const answers = manager.effects.flatMap((effect) =>
      effect.type === 'answer' ? [[effect.id, effect.answer && fieldOf(effect.answer.response, 'Response')]] : [],
    )
    assert.deepEqual(answers, [
      ['b', 'Success'],
      ['a', 'Error'],
      ['c', undefined],
    ])
  })

  test('a manager that says nothing is asked whether it is there, and is given up when it does not say', () => {
    const manager = new Manager()
    manager.ready()
    manager.waits(30_000)
    assert.equal(fieldOf(manager.answers({ Response: 'Success', Ping: 'Pong' }), 'Action'), 'Ping')
    assert.equal(manager.over(), undefined)
    manager.waits(60_000)
    assert.deepEqual(manager.over(), { is: 'silent' })
  })

  test('a manager that does not greet, one that is no manager, and one that goes are given up', () => {
    const silent = new Manager()
    silent.waits(20_000)
    assert.deepEqual(silent.over(), { is: 'silent' })
    const other = new Manager()
    other.bytes(new TextEncoder().encode('220 mail ESMTP\r\n'))
    assert.deepEqual(other.over(), { is: 'garbled', detail: 'no greeting of a call manager' })
    const going = new Manager()
    going.ready()
    going.says({ Event: 'Shutdown', Shutdown: 'Cleanly', Restart: 'False' })
    assert.deepEqual(going.over(), { is: 'ended' })
  })

  test('who closes says so, and what was asked is answered with nothing', () => {
    const manager = new Manager()
    manager.ready()
    const ask = { type: 'ask', id: 'a', action: { Action: 'Hangup' } } as const
    manager.effects.push(...manager.session.handle(ask, 0), ...manager.session.handle({ type: 'close' }, 0))
    assert.equal(fieldOf(manager.heard(), 'Action'), 'Hangup')
    assert.equal(fieldOf(manager.heard(), 'Action'), 'Logoff')
    assert.deepEqual(manager.effects.slice(-2), [
      { type: 'answer', id: 'a', answer: undefined },
      { type: 'over', over: { is: 'closed' } },
    ])
  })

  test('every session comes to an end, whatever is said', () => {
    forSeeds(300, (roll) => {
      const manager = new Manager(roll() < 0.5)
      const words = ['Success', 'Error', 'start', 'Complete', 'Goodbye', '1', '2', '3', '123456']
      const names = ['Response', 'ActionID', 'EventList', 'Challenge', 'Event', 'Message']
      const one = <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)] as T
      manager.bytes(greeting)
      for (let said = 0; said < 20; said++) {
        manager.says({ [one(names)]: one(words), ActionID: one(['1', '2', '3', '4']) })
        if (roll() < 0.2) manager.waits(12_000)
      }
      manager.waits(120_000)
      assert.notEqual(manager.over(), undefined)
    })
  })
})
