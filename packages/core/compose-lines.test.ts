// Forwarding and do not disturb of two phones of a person: who follows whom, and what nobody wished is not passed on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError, type Phone, readSettings } from '@openparley/contract'
import { type Lines, lines } from './compose-lines.ts'
import type { LineSet, PhonePort } from './services/calls/port.ts'
import { phones } from './services/phones/index.ts'

interface House {
  readonly onLines: Lines
  /** What the phone on the desk was asked to set. */
  readonly asked: LineSet[]
  readonly apart: string[]
  configure(values: Readonly<Record<string, unknown>>): void
  phone(kind: Phone['kind']): Phone
  readonly given: Record<string, unknown>
  settled(): Promise<void>
}

function house(given: Record<string, unknown> = {}, refuses?: ParleyError): House {
  const all = phones('epoch', {
    chosen: () => undefined,
    choose: async () => {},
    setLine: async () => {},
    target: (to) => to,
  })
  const state = { is: 'ready', since: '2026-01-01T00:00:00.000Z' } as const
  for (const kind of ['soft', 'desk'] as const)
    all.show({ id: `phone_${kind}`, kind, address: kind, state, can: [], sets: ['forwardedTo', 'doNotDisturb'] })
  const asked: LineSet[] = []
  const apart: string[] = []
  const configure = (values: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete given[name]
      else given[name] = value
    }
    onLines.look()
  }
  const desk: Pick<PhonePort, 'setLine'> = {
    setLine: async (set) => {
      asked.push(set)
      if (refuses) throw refuses
      all.update('phone_desk', set)
      onLines.told('phone_desk', set)
    },
  }
  const onLines = lines({
    all,
    settings: () => readSettings(given),
    keep: async (values) => configure(values),
    portOf: (phone) => (phone === 'phone_desk' ? (desk as PhonePort) : undefined),
    apart: (phone, { code }) => apart.push(`${phone} ${code}`),
  })
  onLines.look()
  return {
    onLines,
    asked,
    apart,
    configure,
    phone: (kind) => all.find(`phone_${kind}`),
    given,
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

test('what is told of the desk first is how things are: the soft phone stays as it was set', async () => {
  const { onLines, given, settled } = house({ 'calls.forward.always': '600' })
  onLines.told('phone_desk', { forwardedTo: undefined })
  onLines.told('phone_desk', { doNotDisturb: true })
  await settled()
  assert.deepEqual(given, { 'calls.forward.always': '600' })
})

test('a hand at the desk is followed by the soft phone, and the desk is asked for nothing', async () => {
  const { onLines, given, asked, phone, settled } = house()
  onLines.told('phone_desk', { forwardedTo: undefined })
  onLines.told('phone_desk', { forwardedTo: '600' })
  await settled()
  assert.equal(given['calls.forward.always'], '600')
  assert.equal(phone('soft').forwardedTo, '600')
  onLines.told('phone_desk', { forwardedTo: undefined })
  await settled()
  assert.equal(phone('soft').forwardedTo, undefined)
  assert.deepEqual(asked, [])
})

test('a setting is followed by the desk, once', async () => {
  const { onLines, configure, asked, phone, settled } = house()
  onLines.told('phone_desk', { forwardedTo: undefined, doNotDisturb: false })
  configure({ 'calls.doNotDisturb': true })
  await settled()
  configure({ 'calls.forward.always': '600' })
  await settled()
  assert.deepEqual(asked, [{ doNotDisturb: true }, { forwardedTo: '600' }])
  assert.deepEqual([phone('desk').doNotDisturb, phone('desk').forwardedTo], [true, '600'])
})

test('without phones.inStep each stays as it was set', async () => {
  const { onLines, configure, asked, given, settled } = house({ 'phones.inStep': false })
  onLines.told('phone_desk', { doNotDisturb: false })
  onLines.told('phone_desk', { doNotDisturb: true })
  configure({ 'calls.forward.always': '600' })
  await settled()
  assert.deepEqual(asked, [])
  assert.equal(given['calls.doNotDisturb'], undefined)
})

test('a desk that refuses is noted, stays as it was, and is not asked again', async () => {
  const { onLines, configure, asked, apart, phone, settled } = house({}, new ParleyError('phone-line-refused'))
  onLines.told('phone_desk', { doNotDisturb: false })
  configure({ 'calls.doNotDisturb': true })
  await settled()
  assert.deepEqual([asked.length, apart], [1, ['phone_desk phone-line-refused']])
  assert.deepEqual([phone('desk').doNotDisturb, phone('soft').doNotDisturb], [false, true])
})

test('a server that is told by codes is shown to forward when it has taken it, not when it is wished', async () => {
  const { configure, phone, settled } = house({ 'calls.forward.at': 'server' })
  configure({ 'calls.forward.always': '600' })
  await settled()
  assert.equal(phone('soft').forwardedTo, undefined)
})
