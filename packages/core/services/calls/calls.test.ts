import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, errorValue } from '@openparley/contract'
import fc from 'fast-check'
import { house, incoming, who } from './calls-house.suite.ts'
import type { PhoneEvent } from './port.ts'
import { capabilitiesOf, decide, table } from './state.ts'

test('each line may have as many calls as its own settings say, and is told for itself where calls go', async () => {
  const wanted = { 'calls.forward.at': 'server', 'calls.forward.always': '205' }
  const { service, told } = house(wanted, { lines: { second: { 'calls.max': 1 } } })
  const dial = (phone: string, requestId: string): unknown =>
    service.handlers.dial({ to: '204', phone, requestId }, who('a'))
  await dial('second', '1')
  await assert.rejects(async () => dial('second', '2'), { code: 'call-too-many' })
  await dial('phone', '3')
  await dial('phone', '4')
  const codes = (): number => told.filter((command) => command.type === 'dial' && command.to === '*72205').length
  const state = { is: 'ready', since: '' } as const
  service.phoneEvent('phone', { type: 'state', state })
  assert.equal(codes(), 1)
  service.phoneEvent('second', { type: 'state', state })
  assert.equal(codes(), 2)
})

test('an outgoing call goes from dialling over alerting and connected to ended, and is recorded once', async () => {
  const { service, told, recorded, phone, call } = house()
  const { call: id } = await service.handlers.dial({ to: '+49 (30) 123-45', requestId: 'r' }, who('a'))
  assert.deepEqual(told, [{ type: 'dial', call: id, to: '+493012345', endpoint: { kind: 'none' } }])
  const states = [call(id).state]
  for (const type of ['proceeding', 'alerting', 'connected', 'ended'] as const) {
    phone({ type, call: id, peerId: 'p', end: { by: 'remote' } })
    states.push(call(id).state)
  }
  assert.deepEqual(states, ['dialling', 'dialling', 'alerting', 'connected', 'ended'])
  phone({ type: 'ended', call: id, end: { by: 'remote' } })
  assert.equal(recorded.length, 1)
})

test('dial rules make the number that goes to the phone; the person sees what they dialled, and limits hold for both', async () => {
  const { service, told, call } = house({ 'calls.deny': ['9555', '+1444'] })
  const dial = (to: string): Promise<{ call: string }> =>
    Promise.resolve(service.handlers.dial({ to, requestId: to }, who('a')))
  const { call: id } = await dial('+1 (303) 555')
  assert.deepEqual(told, [{ type: 'dial', call: id, to: '91303555', endpoint: { kind: 'none' } }])
  assert.deepEqual([call(id).remote.number, call(id).dialled], ['+1303555', '91303555'])
  const { call: address } = await dial('sip:+1303555@example.com')
  assert.equal(call(address).dialled, undefined)
  for (const denied of ['+1444', '9555', '9-555']) await assert.rejects(dial(denied), { code: 'number-denied' })
})

test('of two applications that answer at once, one gets the call and the other is told that it is claimed', async () => {
  const { service, phone, call } = house()
  phone(incoming('call_1'))
  const both = Promise.allSettled(
    ['a', 'b'].map(async (name) => service.handlers.answer({ call: 'call_1' }, who(name))),
  )
  await new Promise(setImmediate)
  phone({ type: 'connected', call: 'call_1' })
  const outcomes = await both
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'answered')),
    ['answered', 'call-claimed'],
  )
  assert.equal(call('call_1').handler, 'a')
})

test('an application that only observes can neither claim nor decline', () => {
  const { service, phone } = house()
  phone(incoming('call_1'))
  for (const act of ['claim', 'decline', 'end'] as const) {
    assert.throws(() => service.handlers[act]({ call: 'call_1', reason: 'busy' }, who('o', 'observe')), {
      code: 'scope-missing',
    })
  }
})

test('a call whose handler has left can be claimed by another', async () => {
  const { service, phone, call } = house()
  phone(incoming('call_1'))
  await service.handlers.claim({ call: 'call_1' }, who('a'))
  assert.throws(() => service.handlers.claim({ call: 'call_1' }, who('b')), { code: 'call-claimed' })
  service.released('a')
  assert.ok(call('call_1').capabilities.includes('claim'))
  await service.handlers.claim({ call: 'call_1' }, who('b'))
  assert.equal(call('call_1').handler, 'b')
})

test('hold is done when the phone says so, refused when it says that, and given up in time', async () => {
  const { service, phone, call, pass } = house()
  const { call: id } = await service.handlers.dial({ to: '1', requestId: 'r' }, who('a'))
  phone({ type: 'connected', call: id })
  const held = service.handlers.hold({ call: id }, who('a'))
  phone({ type: 'held', call: id, by: 'remote' })
  await assert.rejects(async () => service.handlers.hold({ call: id }, who('a')), { code: 'call-wrong-state' })
  phone({ type: 'held', call: id, by: 'local' })
  await held
  assert.equal(call(id).held, 'both')
  const refused = service.handlers.resume({ call: id }, who('a'))
  phone({ type: 'refused', call: id, command: 'resume', code: 'call-failed', cause: { protocol: 'sip', status: 500 } })
  await assert.rejects(async () => refused, { code: 'call-failed' })
  const silent = service.handlers.resume({ call: id }, who('a'))
  pass(100_000)
  await assert.rejects(async () => silent, { code: 'internal' })
})

test('while nobody is at the other side, nobody can be put on hold or asked for anything', async () => {
  const { service, phone, call } = house()
  const { call: id } = await service.handlers.dial({ to: '1', requestId: 'r' }, who('a'))
  phone({ type: 'connected', call: id })
  phone({ type: 'left', call: id, awaits: { number: '205' } })
  assert.deepEqual([call(id).awaits, call(id).capabilities], [{ number: '205' }, ['end', 'mute', 'attach', 'record']])
  await assert.rejects(async () => service.handlers.hold({ call: id }, who('a')), { code: 'call-wrong-state' })
  phone({ type: 'transferred', call: id, remote: { number: '205' } })
  assert.equal(call(id).awaits, undefined)
  assert.ok(call(id).capabilities.includes('hold'))
})

test('limits refuse: too many calls, too many in a minute, denied numbers; an emergency number always goes', async () => {
  const { service, phone, pass } = house({ 'calls.max': 2, 'calls.maxPerMinute': 3, 'calls.deny': ['0900'] })
  const dial = (to: string) => service.handlers.dial({ to, requestId: 'r' }, who('a'))
  await assert.rejects(async () => dial('0 900-123'), { code: 'number-denied' })
  await assert.rejects(async () => dial('sip:0%39%30%30123@example.com'), { code: 'number-denied' })
  const ids = [(await dial('1')).call, (await dial('2')).call]
  await assert.rejects(async () => dial('3'), { code: 'call-too-many' })
  for (const call of ids) phone({ type: 'ended', call, end: { by: 'remote' } })
  phone({ type: 'ended', call: (await dial('3')).call, end: { by: 'remote' } })
  await assert.rejects(async () => dial('4'), { code: 'call-budget-spent' })
  await dial('112')
  pass(60_000)
  await dial('4')
})

test('a call that comes in beyond the busy trigger is busy, while the person may still dial', async () => {
  const { service, told, phone } = house({ 'calls.max': 4, 'calls.busyTrigger': 2 })
  for (const call of ['call_1', 'call_2', 'call_3']) phone(incoming(call))
  assert.deepEqual(
    told.map(({ type, ...command }) => [type, 'call' in command && command.call]),
    [['decline', 'call_3']],
  )
  await service.handlers.dial({ to: '1', requestId: 'r' }, who('a'))
})

test('a call that nobody could answer is refused before it rings, told, and not of the history; what is sent on anyway is', () => {
  const coming = (call: string): PhoneEvent =>
    ({ ...incoming(call), unanswerable: 'call-incompatible' }) as Extract<PhoneEvent, { type: 'incoming' }>
  const { service, told, recorded, phone } = house()
  const changes: string[] = []
  service.state.follow((change) => changes.push(change.type === 'unanswerable' ? change.error.code : change.type))
  phone(coming('call_1'))
  assert.deepEqual(told, [{ type: 'decline', call: 'call_1', reason: 'incompatible' }])
  assert.deepEqual([changes, recorded, service.state.read().state.calls], [['call-incompatible'], [], []])
  const forwarded = house({ 'calls.forward.always': '205' })
  forwarded.phone(coming('call_1'))
  assert.deepEqual(forwarded.told, [{ type: 'deflect', call: 'call_1', to: '205' }])
})

test('an ended call is shown for a minute and then forgotten, and no timer stays', async () => {
  const { service, phone, pass, timers } = house()
  const { call: id } = await service.handlers.dial({ to: '1', requestId: 'r' }, who('a'))
  phone({ type: 'ended', call: id, end: { by: 'remote', error: errorValue('call-busy') } })
  assert.equal(service.state.read().state.calls.length, 1)
  pass(60_000)
  assert.equal(service.state.read().state.calls.length, 0)
  assert.equal(timers(), 0)
})

test('from every state of the table a call can end', () => {
  for (const [state, row] of Object.entries(table)) {
    if (state !== 'ended') assert.equal(row.ended, 'ended', state)
  }
})

test('whatever the phone and the applications do in whatever order, capabilities fit the state and the end is final', () => {
  const inputs = fc.constantFrom<Parameters<typeof decide>[1]>(
    { type: 'proceeding', call: 'c', peerId: 'p' },
    { type: 'alerting', call: 'c' },
    { type: 'early-media', call: 'c' },
    { type: 'connected', call: 'c' },
    { type: 'held', call: 'c', by: 'local' },
    { type: 'held', call: 'c', by: 'remote' },
    { type: 'resumed', call: 'c', by: 'local' },
    { type: 'resumed', call: 'c', by: 'remote' },
    { type: 'left', call: 'c', awaits: { number: '2' } },
    { type: 'transferred', call: 'c', remote: { number: '2' } },
    { type: 'claimed', application: 'a' },
    { type: 'released', application: 'a' },
    { type: 'muted', muted: true },
    { type: 'ended', call: 'c', end: { by: 'remote' } },
  )
  fc.assert(
    fc.property(fc.constantFrom('incoming', 'outgoing'), fc.array(inputs, { maxLength: 20 }), (direction, sequence) => {
      let call: Call = {
        id: 'c',
        phone: 'p',
        direction,
        state: direction === 'incoming' ? 'alerting' : 'dialling',
        earlyMedia: false,
        digitsWanted: false,
        preserved: false,
        held: 'no',
        muted: false,
        silenced: false,
        recording: false,
        remote: { number: '1' },
        capabilities: [],
        startedAt: 't',
      }
      for (const input of sequence) {
        const before = call
        call = decide(call, input, 't')
        if (before.state === 'ended') assert.equal(call, before)
        if (call !== before) assert.deepEqual(call.capabilities, capabilitiesOf(call))
        if (call.held !== 'no') assert.equal(call.state, 'connected')
        if (call.state === 'ended') assert.deepEqual(call.capabilities, [])
        assert.ok(!(call.capabilities.includes('hold') && call.capabilities.includes('resume')))
      }
    }),
  )
})

test('codes are sent when the server asks, one after the other, and are in the history and nowhere else', async () => {
  const { service, told, recorded, hidden, phone, call, pass, timers } = house()
  const codes = { account: '4711', matter: '0815' }
  const { call: id } = await service.handlers.dial({ to: '204', codes, requestId: 'r' }, who('a'))
  phone({ type: 'digits-wanted', call: id, wanted: true })
  const pressed = (): string[] => told.flatMap((each) => (each.type === 'send-digits' ? [each.digits] : []))
  pass(799)
  assert.deepEqual(pressed(), [])
  pass(1)
  assert.deepEqual(pressed(), ['4711#'])
  pass(800 + 5 * 160)
  assert.deepEqual(pressed(), ['4711#', '0815#'])
  phone({ type: 'connected', call: id })
  pass(10_000)
  assert.equal(pressed().length, 2)
  assert.doesNotMatch(JSON.stringify(call(id)), /4711|0815/)
  phone({ type: 'ended', call: id, end: { by: 'remote' } })
  assert.deepEqual([recorded[0]?.account, recorded[0]?.matter], ['4711', '0815'])
  assert.deepEqual([...new Set(hidden)], ['4711', '0815'])
  pass(60_000)
  assert.equal(timers(), 0)
})

test('codes go with the number where that is set, and the number is shown without them', async () => {
  const { service, told, call } = house({ 'calls.codes.when': 'en-bloc', 'calls.codes.enBloc': '*{account}*{number}' })
  const { call: id } = await service.handlers.dial({ to: '204', codes: { account: '4711' }, requestId: 'r' }, who('a'))
  assert.deepEqual(
    told.map((each) => each.type === 'dial' && each.to),
    ['*4711*204'],
  )
  assert.doesNotMatch(JSON.stringify(call(id)), /4711/)
})

test('a code that the server asks for in the call is given then; what is none is refused', async () => {
  const { service, told, recorded, phone, pass } = house({ 'calls.codes.end': '', 'calls.codes.pauseMs': 0 })
  await assert.rejects(
    async () => service.handlers.dial({ to: '204', codes: { account: 'x' }, requestId: 'r' }, who('a')),
    { code: 'digits-invalid' },
  )
  const { call: id } = await service.handlers.dial({ to: '204', requestId: 'r' }, who('a'))
  assert.throws(() => service.handlers.giveCodes({ call: id, codes: { account: '1' }, requestId: 'r' }, who('a')), {
    code: 'call-wrong-state',
  })
  phone({ type: 'early-media', call: id })
  await service.handlers.giveCodes({ call: id, codes: { account: '12' }, requestId: 'r' }, who('a'))
  pass(0)
  assert.equal(told.at(-1)?.type, 'send-digits')
  phone({ type: 'ended', call: id, end: { by: 'remote' } })
  assert.equal(recorded[0]?.account, '12')
})

test('a call is moved: its other side is sent to the other phone, answered there at once, and nobody else is', async () => {
  const { service, told, phone, call, pass } = house()
  const caller = who('a')
  const up = async (requestId: string): Promise<string> => {
    const { call: id } = await service.handlers.dial({ to: 'bob', requestId }, caller)
    phone({ type: 'connected', call: id })
    return id
  }
  const id = await up('1')
  const moved = service.handlers.move({ call: id, to: 'desk' }, caller)
  await Promise.resolve()
  await Promise.resolve()
  assert.deepEqual(told.at(-1), { type: 'transfer', call: id, to: { number: 'desk' } })
  phone({ type: 'transferring', call: id, transfer: { is: 'asked', to: { number: 'desk' } } })
  const at = (event: PhoneEvent): void => service.phoneEvent('desk', event)
  at({ ...incoming('call_mallory'), from: { number: 'mallory' } } as PhoneEvent)
  at(incoming('call_there'))
  assert.deepEqual(await moved, { call: 'call_there' })
  assert.deepEqual(
    [call('call_mallory').state, call('call_there').movedFrom, call('call_there').handler],
    ['alerting', id, 'a'],
  )
  assert.deepEqual(
    told.filter(({ type }) => type === 'answer'),
    [{ type: 'answer', call: 'call_there', endpoint: { kind: 'none' } }],
  )
  const other = await up('2')
  const refused = service.handlers.move({ call: other, to: 'desk' }, caller)
  await Promise.resolve()
  await Promise.resolve()
  phone({ type: 'refused', call: other, command: 'transfer', code: 'transfer-refused' })
  await assert.rejects(async () => refused, { code: 'transfer-refused' })
  const failing = service.handlers.move({ call: other, to: 'desk' }, caller)
  await Promise.resolve()
  await Promise.resolve()
  phone({ type: 'transferring', call: other, transfer: { is: 'asked', to: { number: 'desk' } } })
  phone({ type: 'transferring', call: other, transfer: { is: 'failed', to: { number: 'desk' } } })
  await assert.rejects(async () => failing, { code: 'transfer-refused' })
  at(incoming('call_later'))
  assert.equal(call('call_later').state, 'alerting')
  const slow = service.handlers.move({ call: other, to: 'desk' }, caller)
  const fails = assert.rejects(async () => slow, { code: 'call-move-failed' })
  await Promise.resolve()
  await Promise.resolve()
  pass(20_000)
  await fails
  await assert.rejects(async () => service.handlers.move({ call: other, to: 'phone' }, caller), {
    code: 'call-wrong-state',
  })
})
