import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Call, readSettings, type SettingsInput } from '@openparley/contract'
import { arrival, type ArrivalSettings } from './arriving.ts'
import type { PhoneEvent } from './port.ts'
import { accepted, dialPrecedence, heardPrecedence, readPrecedence, toPreempt } from './precedence.ts'

const settings = (more: SettingsInput = {}): ArrivalSettings => readSettings(more) as ArrivalSettings
const named = ({ namespace, level, rank }: { namespace: string; level: string; rank: number }): string =>
  `${namespace}.${level} ${rank}`
const asDialled = (text: string, more: SettingsInput = {}): string => {
  try {
    const precedence = dialPrecedence(text, settings(more))
    return precedence ? named(precedence) : 'none'
  } catch (error) {
    return (error as { code: string }).code
  }
}
const call = (id: string, precedence?: string): Call => {
  const read = precedence === undefined ? undefined : readPrecedence(precedence, settings())
  return { id, phone: 'soft', state: 'connected', ...(read ? { precedence: read } : {}) } as unknown as Call
}

describe('precedence', () => {
  test('the namespaces of RFC 4412 §10 have their levels, in their order', () => {
    assert.deepEqual(accepted(settings()), [
      ...['routine', 'priority', 'immediate', 'flash', 'flash-override'].map((level) => `dsn.${level}`),
      ...['routine', 'priority', 'immediate', 'flash', 'flash-override', 'flash-override-override'].map(
        (level) => `drsn.${level}`,
      ),
      ...['q735', 'ets', 'wps'].flatMap((name) => ['4', '3', '2', '1', '0'].map((level) => `${name}.${level}`)),
    ])
  })

  test('a level alone is looked for in the namespaces as the setting orders them; case does not count', () => {
    const cases: [string, string, SettingsInput?][] = [
      ['flash', 'dsn.flash 3'],
      ['DSN.Flash-Override', 'dsn.flash-override 4'],
      ['drsn.flash-override-override', 'drsn.flash-override-override 5'],
      ['q735.0', 'q735.0 4'],
      ['0', 'ets.0 4', { 'calls.precedence.namespaces': ['ets', 'wps'] }],
      ['high', 'ours.high 1', { 'calls.precedence.namespaces': ['dsn', 'ours:low,high'] }],
    ]
    for (const [text, expected, more] of cases) assert.equal(asDialled(text, more), expected)
  })

  test('what there is not, and what is above the highest, is not dialled', () => {
    for (const text of ['urgent', 'dsn.4', 'xyz.flash', '.', 'dsn.'])
      assert.equal(asDialled(text), 'precedence-invalid', text)
    const bounded = { 'calls.precedence.highest': 'dsn.priority' }
    assert.equal(asDialled('dsn.priority', bounded), 'dsn.priority 1')
    assert.equal(asDialled('dsn.immediate', bounded), 'precedence-invalid')
    // How ranks of different namespaces compare nobody says.
    assert.equal(asDialled('q735.4', bounded), 'precedence-invalid')
  })

  test('of several values the first that is known counts (RFC 4412 §4.2); where none is, that is told', () => {
    const heard = heardPrecedence(['xyz.9', 'wps.1', 'dsn.flash'], settings())
    assert.ok(heard !== undefined && heard !== 'unknown')
    assert.equal(named(heard), 'wps.1 3')
    assert.equal(heardPrecedence(['xyz.9', 'flash'], settings()), 'unknown')
    assert.equal(heardPrecedence([], settings()), undefined)
    assert.equal(heardPrecedence(['dsn.flash'], settings({ 'calls.precedence.namespaces': [] })), undefined)
  })

  test('the least important call makes room, of equals the youngest, and never for an equal or a call of ets or wps', () => {
    const up = [call('old', 'dsn.priority'), call('routine'), call('young'), call('flash', 'dsn.flash')]
    const preempted = (text: string, calls = up, more: SettingsInput = {}): string | undefined =>
      toPreempt(readPrecedence(text, settings()), calls, settings(more))?.id
    assert.equal(preempted('dsn.immediate'), 'young')
    assert.equal(preempted('dsn.immediate', [call('old', 'dsn.priority'), call('flash', 'dsn.flash')]), 'old')
    assert.equal(preempted('dsn.flash', [call('flash', 'dsn.flash')]), undefined)
    assert.equal(preempted('dsn.routine'), undefined)
    for (const text of ['ets.0', 'wps.0']) assert.equal(preempted(text), undefined, text)
    assert.equal(preempted('q735.0', [call('flash', 'dsn.flash')]), undefined)
    assert.equal(preempted('dsn.flash', up, { 'calls.precedence.preempt': false }), undefined)
  })
})

describe('a call that comes in', () => {
  type Incoming = Extract<PhoneEvent, { type: 'incoming' }>
  const comes = (
    more: Partial<Incoming> = {},
    up: readonly Call[] = [],
    given: SettingsInput = {},
  ): ReturnType<typeof arrival> => {
    const from = { number: '204' }
    return arrival(
      { type: 'incoming', call: 'new', from, to: from, peerId: 'x', ...more },
      { phone: 'soft', up },
      settings(given),
    )
  }
  const flash = { values: ['dsn.flash'], required: false }

  test('rings, is sent on or refused as the settings say', () => {
    const one = [call('one')]
    const busy = { is: 'refused', how: { reason: 'busy' } }
    assert.deepEqual(comes(), { is: 'ring', answers: false })
    assert.deepEqual(comes({}, one), { is: 'ring', answers: false })
    assert.deepEqual(comes({}, one, { 'calls.waiting': false }), busy)
    assert.deepEqual(comes({}, one, { 'calls.max': 1 }), busy)
    assert.deepEqual(comes({}, [], { 'calls.doNotDisturb': true }), busy)
    assert.deepEqual(comes({}, one, { 'calls.max': 1, 'calls.forward.busy': '205' }), { is: 'sent-on', to: '205' })
    assert.deepEqual(comes({}, [], { 'calls.doNotDisturb': true, 'calls.forward.busy': '205' }), {
      is: 'sent-on',
      to: '205',
    })
    assert.deepEqual(comes({}, [], { 'calls.forward.always': '206' }), { is: 'sent-on', to: '206' })
  })

  test('is counted with the calls of its own line; whether a second one rings, with all of them', () => {
    const other = [{ ...call('one'), phone: 'second line' }]
    assert.equal(comes({}, other, { 'calls.max': 1 }).is, 'ring')
    assert.equal(comes({}, other, { 'calls.busyTrigger': 1 }).is, 'ring')
    assert.equal(comes({}, other, { 'calls.waiting': false }).is, 'refused')
    assert.deepEqual(comes({}, other, { 'calls.autoAnswer': 'always' }), { is: 'ring', answers: false })
  })

  test('with precedence reaches the person whatever they have set, and takes the place of another', () => {
    const quiet = { 'calls.doNotDisturb': true, 'calls.forward.always': '206' }
    const rang = comes({ priorities: flash }, [], quiet)
    assert.ok(rang.is === 'ring' && rang.precedence?.level === 'flash' && rang.preempted === undefined)
    const took = comes({ priorities: flash }, [call('one')], { 'calls.max': 1 })
    assert.ok(took.is === 'ring' && took.preempted?.id === 'one')
    // Routine is what every call is.
    const routine = { values: ['dsn.routine'], required: false }
    assert.equal(comes({ priorities: routine }, [], quiet).is, 'sent-on')
  })

  test('with an unknown precedence rings, unless it must be known: then it is refused with those that are', () => {
    const unknown = ['xyz.9']
    assert.deepEqual(comes({ priorities: { values: unknown, required: false } }), { is: 'ring', answers: false })
    const refused = comes({ priorities: { values: unknown, required: true } }, [], {
      'calls.precedence.namespaces': ['ets'],
    })
    assert.deepEqual(refused, {
      is: 'refused',
      how: { reason: 'precedence-unknown', accepts: ['ets.4', 'ets.3', 'ets.2', 'ets.1', 'ets.0'] },
    })
  })

  test('is answered by itself where that is set or asked for, and never beside another', () => {
    const answers = (
      more: Partial<Incoming>,
      up: readonly Call[],
      autoAnswer: 'never' | 'asked' | 'always',
    ): unknown => {
      const becomes = comes(more, up, { 'calls.autoAnswer': autoAnswer })
      return becomes.is === 'ring' && becomes.answers
    }
    const asked = { autoAnswer: true }
    assert.deepEqual(
      [answers({}, [], 'always'), answers(asked, [], 'asked'), answers({}, [], 'asked'), answers(asked, [], 'never')],
      [true, true, false, false],
    )
    assert.equal(answers(asked, [call('one')], 'always'), false)
  })
})
