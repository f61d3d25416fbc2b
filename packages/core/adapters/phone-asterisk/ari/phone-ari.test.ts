// The phone on the desk by ARI at the lab's phones, where no Asterisk is: its whole life, acts, refusals, and a link that breaks.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { dnsResolver, realClock, realDice } from '@openparley/net'
import { followed } from '@openparley/testkit'
import type { PhoneEvent, PhonePort } from '../../../services/calls/port.ts'
import { ariPhone } from './index.ts'

let lab: Lab
before(async () => {
  lab = await startLab()
})
after(() => lab.close())

interface Desk {
  readonly phone: PhonePort
  /** The next event of that type that nobody has waited for yet. */
  until<Type extends PhoneEvent['type']>(type: Type): Promise<Extract<PhoneEvent, { type: Type }>>
  told(): string[]
  touch(what: string, argument?: string): void
}

async function atDesk(
  does: (desk: Desk) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const events = followed<PhoneEvent>()
  const given = { ...lab.ari.settings('alice'), ...more }
  const settings = readSettings(given)
  let ids = 0
  const phone = ariPhone({
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => settings,
    password: () => String(settings['deskPhone.password']),
    dns: () => dnsResolver(),
    newCall: () => `call_${++ids}`,
    tell: events.tell,
  })
  const until: Desk['until'] = <Type extends PhoneEvent['type']>(type: Type) =>
    events.next((event): event is Extract<PhoneEvent, { type: Type }> => event.type === type)
  try {
    await does({
      phone,
      until,
      told: () => events.all.flatMap((event) => ('call' in event && event.type !== 'updated' ? [event.type] : [])),
      touch: (what, argument) => lab.desk.touch('desk-alice', what, argument),
    })
  } finally {
    await phone.close()
  }
}

async function stands({ until }: Desk, is: string): Promise<void> {
  while ((await until('state')).state.is !== is);
}

const dial = (call: string, to: string): Parameters<PhonePort['perform']>[0] => ({
  type: 'dial',
  call,
  to,
  endpoint: { kind: 'none' },
})

test('over ARI a call is dialled, held by hand, and ended', { timeout: 20_000 }, () =>
  atDesk(async (desk) => {
    const { phone, until, told, touch } = desk
    await stands(desk, 'ready')
    phone.perform(dial('call_a', '600'))
    await until('connected')
    touch('hold')
    assert.equal((await until('held')).by, 'local')
    touch('resume')
    await until('resumed')
    phone.perform({ type: 'end', call: 'call_a' })
    const { end } = await until('ended')
    assert.deepEqual([end.by, end.error], ['local', undefined])
    assert.deepEqual(
      told().filter((each) => each !== 'proceeding' && each !== 'alerting'),
      ['connected', 'held', 'resumed', 'ended'],
    )
  }),
)

test('over ARI a call by hand is told, and one that is refused says why', { timeout: 20_000 }, () =>
  atDesk(async (desk) => {
    const { phone, until, touch } = desk
    await stands(desk, 'ready')
    touch('dial', '600')
    assert.equal((await until('outgoing')).to.number, '600')
    await until('connected')
    touch('hang-up')
    assert.equal((await until('ended')).end.by, 'local')
    phone.perform(dial('call_a', '5559999'))
    const { end } = await until('ended')
    assert.deepEqual([end.by, end.error?.code], ['remote', 'number-unknown'])
  }),
)

test('over ARI two calls are joined at the phone by an act of the dial plan', { timeout: 20_000 }, () =>
  atDesk(async (desk) => {
    const { phone, until, touch } = desk
    await stands(desk, 'ready')
    phone.perform(dial('call_a', '600'))
    await until('connected')
    touch('hold')
    await until('held')
    phone.perform(dial('call_b', '601'))
    await until('connected')
    phone.perform({ type: 'transfer', call: 'call_a', to: { number: '601' }, with: 'call_b' })
    const ends = [await until('ended'), await until('ended')]
    assert.deepEqual(ends.map(({ call, end }) => `${call} ${end.by} ${end.transferredTo?.number}`).sort(), [
      'call_a local 601',
      'call_b local 600',
    ])
  }),
)

test('over ARI nothing is sent that the dial plan would read as its own language', { timeout: 20_000 }, () =>
  atDesk(async (desk) => {
    const { phone, until } = desk
    await stands(desk, 'ready')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the dial plan's
    phone.perform(dial('call_a', '600,${SHELL(id)}'))
    assert.equal((await until('ended')).end.error?.code, 'number-invalid')
    phone.perform(dial('call_b', '600'))
    await until('connected')
    phone.perform({ type: 'transfer', call: 'call_b', to: { number: '601,1)' } })
    assert.deepEqual([(await until('refused')).code], ['call-wrong-state'])
    phone.perform({ type: 'send-digits', call: 'call_b', digits: '1,${X}', durationMs: 100 })
    assert.equal((await until('refused')).command, 'send-digits')
    phone.perform({ type: 'end', call: 'call_b' })
    assert.equal((await until('ended')).end.by, 'local')
  }),
)

test(
  'over ARI a link that is cut is made again, and a call that ended meanwhile is told to be over once',
  {
    timeout: 20_000,
  },
  () =>
    atDesk(async (desk) => {
      const { phone, told, touch, until } = desk
      await stands(desk, 'ready')
      phone.perform(dial('call_a', '600'))
      await until('connected')
      lab.ari.cut()
      await stands(desk, 'waiting')
      touch('hang-up')
      await stands(desk, 'ready')
      const { end } = await until('ended')
      assert.deepEqual([end.by, end.error?.code], ['network', 'call-lost'])
      assert.equal(told().filter((each) => each === 'ended').length, 1)
    }),
)

test('over ARI a password that is not taken is final', { timeout: 20_000 }, () =>
  atDesk(
    async ({ until }) => {
      await until('state')
      const { state } = await until('state')
      assert.deepEqual([state.is, state.error?.code], ['failed', 'credentials-rejected'])
    },
    { 'deskPhone.password': 'wrong' },
  ),
)
