import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, type CallVideo, type Capability, type Phone, readSettings } from '@openparley/contract'
import { virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { calls } from './calls.ts'
import type { PhoneCommand, PhoneEvent } from './port.ts'

/** A calls service whose endpoints show video or not, on a phone that only remembers what it was told. */
function house({ shows = true, hasVideo = true }: { readonly shows?: boolean; readonly hasVideo?: boolean } = {}) {
  let ids = 0
  const told: PhoneCommand[] = []
  const service = calls(
    {
      clock: virtualClock(),
      dice: { roll: () => 0.5, token: () => String(++ids).padStart(22, '0') },
      wall: () => new Date(1_700_000_000_000).toISOString(),
    },
    'epoch',
    {
      choosePhone: () => 'phone',
      reach: () => undefined,
      can: (_, capability) => hasVideo || !capability.endsWith('Video'),
      phone: (id) => ({ id, kind: 'soft', number: id }) as Phone,
      personAt: () => undefined,
      known: async () => undefined,
      toDial: (number) => number,
      perform: (_, command) => told.push(command),
      statistics: async () => undefined,
      resolveEndpoint: async () => ({ kind: 'browser', browser: 'browser', video: shows }),
      record: () => {},
      hide: () => {},
      lastDialled: async () => undefined,
      toRecord: async (name) => name,
      watchLines: () => {},
      forwarded: () => {},
    },
    () => readSettings({}),
  )
  const phone = (event: PhoneEvent): void => service.phoneEvent('phone', event)
  const call = (): Call => service.state.read().state.calls.at(-1) as Call
  return {
    handlers: service.handlers,
    told,
    phone,
    call,
    /** What can be done with video when it stands so. */
    can: (video: CallVideo): Capability[] => {
      phone({ type: 'video', call: call().id, video })
      return call().capabilities.filter((each) => each.endsWith('Video'))
    },
    dialled: async (): Promise<string> => {
      const { call: id } = await service.handlers.dial({ to: '204', requestId: 'r' }, caller)
      phone({ type: 'connected', call: id })
      return id
    },
  }
}

const caller: Caller = {
  application: 'application',
  name: 'application',
  role: 'approve',
  mayNamePaths: false,
  signal: new AbortController().signal,
}

test('what can be done with the video of a call is what it says', async () => {
  const { can, call, phone, dialled } = house()
  const id = await dialled()
  assert.equal(call().video, undefined)
  assert.deepEqual(can({ is: 'none' }), ['addVideo'])
  assert.deepEqual(can({ is: 'offered', by: 'remote' }), ['addVideo', 'removeVideo'])
  assert.deepEqual(can({ is: 'active', direction: 'recvonly', codec: 'VP8' }), ['addVideo', 'removeVideo'])
  const both: CallVideo = { is: 'active', direction: 'sendrecv', codec: 'H264' }
  assert.deepEqual(can(both), ['pauseVideo', 'removeVideo'])
  phone({ type: 'held', call: id, by: 'local' })
  assert.deepEqual(can(both), [])
  phone({ type: 'resumed', call: id, by: 'local' })
  assert.deepEqual(can(both), ['pauseVideo', 'removeVideo'])
  phone({ type: 'ended', call: id, end: { by: 'remote' } })
  assert.equal(call().video, undefined)
})

test('a call that comes with video says so while it rings', () => {
  const { call, phone } = house()
  const party = { number: 'bob' }
  phone({ type: 'incoming', call: 'call_in', from: party, to: party, peerId: 'x', video: true })
  assert.deepEqual(call().video, { is: 'offered', by: 'remote' })
})

test('adding is done when the phone says so, and refused with what it says', async () => {
  const { handlers, told, phone, dialled } = house()
  const id = await dialled()
  const added = handlers.addVideo({ call: id }, caller)
  assert.deepEqual(told.at(-1), { type: 'video', call: id, act: 'add' })
  // That it stands otherwise is told in between, and is not yet what it was asked for.
  phone({ type: 'video', call: id, video: { is: 'offered', by: 'local' } })
  phone({ type: 'video-agreed', call: id })
  assert.deepEqual(await added, {})
  phone({ type: 'video', call: id, video: { is: 'active', direction: 'sendrecv', codec: 'VP8' } })
  const paused = assert.rejects(async () => handlers.pauseVideo({ call: id }, caller), { code: 'video-refused' })
  phone({ type: 'refused', call: id, command: 'video', code: 'video-refused' })
  await paused
})

test('without a page that shows it, and on a phone that has none, no call is made with video', async () => {
  for (const lacks of [{ shows: false }, { hasVideo: false }]) {
    const { handlers, told, phone } = house(lacks)
    await assert.rejects(async () => handlers.dial({ to: '204', video: true, requestId: 'r' }, caller), {
      code: 'video-no-page',
    })
    const party = { number: 'bob' }
    phone({ type: 'incoming', call: 'call_in', from: party, to: party, peerId: 'x', video: true })
    await assert.rejects(async () => handlers.answer({ call: 'call_in', video: true }, caller), {
      code: 'video-no-page',
    })
    assert.deepEqual(told, [])
  }
})
