// Calls that are brought together where the server does not do all of it: what is told then, and what is left.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AmiAnswer, AmiDevice, type AmiFields, messageOf } from '@openparley/protocols/ami'
import { virtualClock } from '@openparley/testkit'
import type { PhoneCommand, PhoneEvent } from '../../../services/calls/port.ts'
import { moments } from './moments.ts'
import { together } from './together.ts'

const channels = new Map([
  ['call_a', '1'],
  ['call_b', '3'],
])
const ofBob = ['1', 'PJSIP/101-00000000', '2', 'PJSIP/102-00000001', 'b1'] as const
const ofCarol = ['3', 'PJSIP/101-00000002', '4', 'PJSIP/103-00000003', 'b2'] as const
const bring = { type: 'bring', call: 'call_a', other: 'call_b' } as const

/** The phone holds Bob and talks to Carol; the test answers as the server. */
function desk() {
  const clock = virtualClock()
  const world = { clock, dice: { roll: () => 0.5, token: () => 'room' }, wall: () => '' }
  const soon = moments(world)
  const device = new AmiDevice('PJSIP/101')
  const up = new Map(channels)
  const told: string[] = []
  const asked: { readonly action: AmiFields; readonly answered: (answer: AmiAnswer | undefined) => void }[] = []
  const tell = (event: PhoneEvent): void => {
    if ('call' in event) told.push([event.type, event.call, ...('code' in event ? [event.code] : [])].join(' '))
  }
  const { takes } = together({
    world,
    device,
    context: 'conferences',
    numbers: 'internal',
    soon,
    channelOf: (call) => up.get(call),
    ask: (action, answered) => void asked.push({ action, answered }),
    show: (all) => {
      for (const each of all) told.push(`${each.type} ${each.call}`)
    },
    tell,
  })
  const event = (
    Event: string,
    Uniqueid: string,
    Channel: string,
    more: Readonly<Record<string, string>> = {},
  ): void => {
    for (const each of device.take(messageOf({ Event, Uniqueid, Channel, ...more }))) {
      if (each.type === 'ended') for (const [call, channel] of up) if (channel === each.call) up.delete(call)
      if (each.type === 'ended' || each.type === 'stray') told.push(`${each.type} ${each.call}`)
    }
    soon.look()
  }
  const enters = (id: string, channel: string, BridgeUniqueid: string): void =>
    event('BridgeEnter', id, channel, { BridgeUniqueid })
  for (const [id, own, far, farName, bridge] of [ofBob, ofCarol]) {
    event('Newchannel', id, own, { ChannelState: '4', Exten: '102' })
    event('DialEnd', id, own, { DialStatus: 'ANSWER' })
    enters(far, farName, bridge)
    enters(id, own, bridge)
  }
  event('Hold', ofBob[0], ofBob[1])
  /** What is asked next: it is answered so. */
  const answers = (Response: 'Success' | 'Error' | undefined, Message = ''): string => {
    const next = asked.shift()
    next?.answered(Response && { response: messageOf({ Response, Message }), events: [] })
    const { Action, Channel, Exten, Extension, ExtraChannel, ExtraExten } = next?.action ?? {}
    return [Action, Channel, Exten, Extension, ExtraChannel, ExtraExten].filter((each) => each !== undefined).join(' ')
  }
  const meet = (): void => {
    enters(ofCarol[2], ofCarol[3], 'conf')
    enters(ofCarol[0], ofCarol[1], 'conf')
  }
  return { clock, device, told, asked, event, answers, meet, perform: (command: PhoneCommand) => takes(command) }
}

describe('bringing calls together by a manager', () => {
  test('the context is looked for, the phone goes with whom it talks to, is seen there, and whom it holds follows', () => {
    const { perform, answers, meet, told, asked } = desk()
    perform(bring)
    assert.equal(answers('Success'), 'ShowDialPlan desk-room')
    assert.equal(answers('Success'), `Redirect ${ofCarol[1]} desk-room ${ofCarol[3]} far-room`)
    assert.deepEqual(asked, [])
    meet()
    assert.equal(answers('Success'), `Redirect ${ofBob[3]} far-room`)
    assert.equal(answers('Success'), `Hangup ${ofBob[1]}`)
    assert.deepEqual(told, ['resumed 1', 'joined call_a', 'brought call_a', 'brought call_b'])
  })

  test('where the second does not get there, the first stays with the phone, the second held, and it can be tried again', () => {
    const { perform, answers, meet, told, device } = desk()
    perform(bring)
    answers('Success')
    answers('Success')
    meet()
    answers('Error', 'Redirect failed')
    assert.deepEqual(told, ['refused call_a call-failed'])
    assert.equal(device.isHeld('1'), true)
    assert.equal(device.conferenceOf('3')?.name, 'room')
    perform(bring)
    answers('Success')
    assert.equal(answers('Success'), `Redirect ${ofBob[3]} far-room`)
    assert.deepEqual(told.slice(1), ['resumed 1', 'joined call_a', 'brought call_a', 'brought call_b'])
  })

  test('what is not there, is not allowed, is not answered or is not seen there leaves the second alone', () => {
    for (const [answered, code] of [
      [[['Error', 'Did not find context conferences']], 'conference-refused'],
      [[['Success'], ['Error', 'Permission denied']], 'call-forbidden'],
      [[['Success'], [undefined]], 'server-silent'],
      [[['Success'], ['Success']], 'conference-refused'],
    ] as const) {
      const { perform, answers, told, asked, clock, device } = desk()
      perform(bring)
      for (const [is, text] of answered) answers(is, text)
      clock.pass(2000)
      assert.deepEqual(told, [`refused call_a ${code}`])
      assert.deepEqual([asked.length, device.isHeld('1'), clock.pending], [0, true, 0])
    }
  })

  test('one that is ended meanwhile is ended when it is there, and another is not begun', () => {
    const { perform, answers, meet, told } = desk()
    perform(bring)
    perform(bring)
    assert.deepEqual(told, ['refused call_a call-wrong-state'])
    answers('Success')
    answers('Success')
    meet()
    perform({ type: 'end', call: 'call_a' })
    answers('Success')
    assert.equal(answers('Success'), `Hangup ${ofBob[1]}`)
    assert.equal(answers('Success'), `Hangup ${ofBob[3]}`)
  })

  test('who hangs up while they are moved ends their call, and the phone does not stay there alone', () => {
    for (const [answered, then] of [
      ['Success', ['resumed 1', 'brought call_a']],
      ['Error', ['stray 3', 'refused call_a call-failed']],
    ] as const) {
      const { perform, answers, meet, told, event } = desk()
      perform(bring)
      answers('Success')
      answers('Success')
      meet()
      event('BridgeLeave', ofCarol[2], ofCarol[3], { BridgeUniqueid: 'conf' })
      event('Hangup', ofCarol[2], ofCarol[3], { Cause: '16' })
      assert.deepEqual(told, ['ended 3'])
      assert.equal(answers(answered), `Redirect ${ofBob[3]} far-room`)
      assert.deepEqual(told, ['ended 3', ...then])
    }
  })

  test('of those in a conference one is sent on alone, and no two are put through to each other', () => {
    const { perform, answers, meet, told } = desk()
    perform(bring)
    answers('Success')
    answers('Success')
    meet()
    answers('Success')
    answers('Success')
    told.length = 0
    perform({ type: 'transfer', call: 'call_a', to: { number: '104' } })
    assert.equal(answers('Success'), `Redirect ${ofBob[3]} 104`)
    assert.deepEqual(told, ['transferring call_a', 'ended 1'])
    perform({ type: 'transfer', call: 'call_b', to: { number: '102' }, with: 'call_a' })
    perform({ type: 'transfer', call: 'call_b', to: { number: '1 2' } })
    assert.deepEqual(told.slice(2), ['refused call_b call-wrong-state', 'refused call_b number-invalid'])
  })
})
