// The behaviour that every phone shows, whatever it speaks: held against each adapter of the phone port.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { followed } from '@openparley/testkit'
import type { PhoneCommand, PhoneEvent, PhonePort } from './port.ts'

/** Somebody at the other end, played by the test. */
export interface FarSide {
  /** What is dialled to reach them. */
  readonly number: string
  /** Resolves when our call has reached them. */
  called(): Promise<void>
  ring(): void
  answer(): void
  refuse(how: 'busy' | 'declined' | 'unknown'): void
  /** `held`: they do not listen yet. `incompatible`: with no codec that this side has. */
  call(how?: 'held' | 'incompatible'): void
  /** They give their own call up before we answer, or end the call. */
  hangUp(): void
  /** Resolves when our phone has agreed. In the ways of old: nobody sends, or to an address to which nothing can be sent. */
  hold(how?: 'inactive' | 'nowhere'): Promise<void>
  resume(): Promise<void>
  /** The state of their phone. */
  readonly state: 'idle' | 'called' | 'calling' | 'talking' | 'held'
  /** Resolves when their phone is in that state. */
  until(state: FarSide['state']): Promise<void>
}

export interface PhoneUnderTest {
  readonly phone: PhonePort
  readonly far: FarSide
  close(): Promise<void>
}

/** What a way to a phone may be without, and why: printed with the tests that are left out for it. */
export type Lack =
  /** Nobody tells that the far phone rings. */
  | 'alerting'
  /** Why a call was refused is not told as exactly. */
  | 'refusals'
  | 'answer'
  /** It cannot be had to hang up. */
  | 'end'
  | 'decline'
  | 'deflect'
  | 'hold'
  /** That the other side holds is not told. */
  | 'held-by-them'
  /** What concerns sound alone, which others carry. */
  | 'sound'
  /** The phone goes on without us. */
  | 'ends-with-us'

/** `open` makes a phone that is ready, and somebody to call. */
export function phonePortSuite(
  name: string,
  open: (tell: (event: PhoneEvent) => void) => Promise<PhoneUnderTest>,
  lacks: Readonly<Partial<Record<Lack, string>>> = {},
): void {
  const wholeTest = (title: string, does: (house: House) => Promise<void>, ...needs: Lack[]): void => {
    const lack = needs.find((each) => lacks[each] !== undefined)
    test(title, { timeout: 20_000, ...(lack === undefined ? {} : { skip: `${lack}: ${lacks[lack]}` }) }, async () => {
      const house = await houseOf(open)
      try {
        await does(house)
      } finally {
        await house.close()
      }
    })
  }

  describe(`${name} is a phone`, () => {
    wholeTest(
      'a call goes out, rings, is answered and is ended by us',
      async ({ far, perform, dial, until }) => {
        await dial('call_a')
        far.ring()
        await until('alerting', 'call_a')
        far.answer()
        await until('connected', 'call_a')
        await far.until('talking')
        perform({ type: 'end', call: 'call_a' })
        const { end } = await until('ended', 'call_a')
        assert.deepEqual([end.by, end.error], ['local', undefined])
        await far.until('idle')
      },
      'alerting',
      'end',
    )

    wholeTest('a call that the other side ends is told as theirs', async ({ far, connect, until }) => {
      await connect('call_a')
      far.hangUp()
      const { end } = await until('ended', 'call_a')
      assert.deepEqual([end.by, end.error], ['remote', undefined])
    })

    for (const [how, code] of [
      ['busy', 'call-busy'],
      ['declined', 'call-declined'],
      ['unknown', 'number-unknown'],
    ] as const) {
      wholeTest(
        `a call that is refused as ${how} ends with ${code}`,
        async ({ far, dial, until }) => {
          await dial('call_a')
          far.refuse(how)
          const { end } = await until('ended', 'call_a')
          assert.deepEqual([end.by, end.error?.code], ['remote', code])
        },
        'refusals',
      )
    }

    wholeTest(
      'giving up stops their ringing',
      async ({ far, perform, dial, until }) => {
        await dial('call_a')
        far.ring()
        await until('alerting', 'call_a')
        perform({ type: 'end', call: 'call_a' })
        const { end } = await until('ended', 'call_a')
        assert.deepEqual([end.by, end.error], ['local', undefined])
        await far.until('idle')
      },
      'alerting',
      'end',
    )

    wholeTest(
      'a call comes in, is answered and ended',
      async ({ far, perform, until, incoming }) => {
        const call = await incoming()
        perform({ type: 'answer', call, endpoint: { kind: 'none' } })
        await until('connected', call)
        await far.until('talking')
        perform({ type: 'end', call })
        await until('ended', call)
        await far.until('idle')
      },
      'answer',
      'end',
    )

    wholeTest(
      'a call that comes in held is told as held once it is answered',
      async (house) => {
        const { perform, until, incoming, events } = house
        const call = await incoming('held')
        perform({ type: 'answer', call, endpoint: { kind: 'none' } })
        assert.equal((await until('held', call)).by, 'remote')
        const types = events.map(({ type }) => type)
        assert(types.indexOf('connected') >= 0 && types.indexOf('connected') < types.indexOf('held'), types.join())
      },
      'sound',
    )

    wholeTest(
      'a call that comes in and is declined reaches nobody',
      async ({ far, perform, until, incoming }) => {
        const call = await incoming()
        perform({ type: 'decline', call, reason: 'busy' })
        assert.equal((await until('ended', call)).end.by, 'local')
        await far.until('idle')
      },
      'decline',
    )

    wholeTest(
      'a call that nobody can answer says so as it comes, and can be refused for it',
      async (house) => {
        const { far, perform, until, incoming, events } = house
        const call = await incoming('incompatible')
        const told = events.find((event) => event.type === 'incoming')
        assert.equal(told?.unanswerable, 'call-incompatible')
        perform({ type: 'decline', call, reason: 'incompatible' })
        assert.equal((await until('ended', call)).end.by, 'local')
        await far.until('idle')
      },
      'sound',
    )

    wholeTest(
      'a call that is sent on says to whom',
      async ({ far, perform, until, incoming }) => {
        const call = await incoming()
        perform({ type: 'deflect', call, to: 'carol' })
        const { end } = await until('ended', call)
        assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, 'carol'])
        await far.until('idle')
      },
      'deflect',
    )

    wholeTest('a caller who gives up ends the ringing, without an error', async ({ far, until, incoming }) => {
      const call = await incoming()
      far.hangUp()
      const { end } = await until('ended', call)
      assert.deepEqual([end.by, end.error], ['remote', undefined])
    })

    wholeTest(
      'who is held hears it, and hears when it is over',
      async ({ far, connect, perform, until }) => {
        await connect('call_a')
        perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
        assert.equal((await until('held', 'call_a')).by, 'local')
        await far.until('held')
        perform({ type: 'resume', call: 'call_a' })
        assert.equal((await until('resumed', 'call_a')).by, 'local')
        await far.until('talking')
      },
      'hold',
    )

    wholeTest(
      'being held and taken back is told as theirs',
      async ({ far, connect, until }) => {
        await connect('call_a')
        await far.hold()
        assert.equal((await until('held', 'call_a')).by, 'remote')
        await far.resume()
        assert.equal((await until('resumed', 'call_a')).by, 'remote')
      },
      'held-by-them',
    )

    for (const how of ['inactive', 'nowhere'] as const) {
      wholeTest(
        `being held as phones of old do it (${how}) is told as theirs`,
        async (house) => {
          const { far, connect, until } = house
          await connect('call_a')
          await far.hold(how)
          assert.equal((await until('held', 'call_a')).by, 'remote')
          await far.resume()
          assert.equal((await until('resumed', 'call_a')).by, 'remote')
        },
        'sound',
      )

      wholeTest(
        `our hold goes on when theirs, as phones of old do it (${how}), is over`,
        async (house) => {
          const { far, connect, perform, until, events } = house
          await connect('call_a')
          await far.hold(how)
          await until('held', 'call_a')
          perform({ type: 'hold', call: 'call_a', sound: { kind: 'silence' } })
          await far.until('held')
          await far.resume()
          assert.equal((await until('resumed', 'call_a')).by, 'remote')
          assert.equal(far.state, 'held')
          const holds = events.flatMap((event) => ('by' in event ? [[event.type, event.by]] : []))
          assert.deepEqual(holds, [
            ['held', 'remote'],
            ['held', 'local'],
            ['resumed', 'remote'],
          ])
        },
        'sound',
      )
    }

    wholeTest('what is asked of a call that is not there is ignored', async ({ events, perform }) => {
      const commands: PhoneCommand[] = [
        { type: 'answer', call: 'call_x', endpoint: { kind: 'none' } },
        { type: 'end', call: 'call_x' },
        { type: 'hold', call: 'call_x', sound: { kind: 'silence' } },
        { type: 'send-digits', call: 'call_x', digits: '1', durationMs: 100 },
        { type: 'mute', call: 'call_x', muted: true },
      ]
      for (const command of commands) perform(command)
      assert.deepEqual(
        events.filter((event) => 'call' in event),
        [],
      )
    })

    wholeTest(
      'a phone that is closed in a call ends it for both',
      async ({ far, phone, connect, events }) => {
        await connect('call_a')
        await phone.close()
        assert.equal(events.filter((event) => event.type === 'ended').length, 1)
        await far.until('idle')
      },
      'ends-with-us',
    )

    wholeTest(
      'each call is told to have ended once, whoever is faster',
      async ({ far, connect, perform, until, events }) => {
        await connect('call_a')
        perform({ type: 'end', call: 'call_a' })
        far.hangUp()
        await until('ended', 'call_a')
        await far.until('idle')
        assert.equal(events.filter((event) => event.type === 'ended').length, 1)
      },
    )
  })
}

type Told<Type extends PhoneEvent['type']> = Extract<PhoneEvent, { type: Type }>

interface House extends PhoneUnderTest {
  readonly events: readonly PhoneEvent[]
  perform(command: PhoneCommand): void
  until<Type extends PhoneEvent['type']>(type: Type, call: string): Promise<Told<Type>>
  /** Calls the far side, to where it has the call. */
  dial(call: string): Promise<void>
  /** The same, answered. */
  connect(call: string): Promise<void>
  /** The far side calls; the id of the call. */
  incoming(how?: 'held' | 'incompatible'): Promise<string>
}

async function houseOf(open: (tell: (event: PhoneEvent) => void) => Promise<PhoneUnderTest>): Promise<House> {
  const told = followed<PhoneEvent>(mostMs)
  const made = await open(told.tell)
  const { phone, far } = made
  const house: House = {
    ...made,
    events: told.all,
    perform: (command) => phone.perform(command),
    until: <Type extends PhoneEvent['type']>(type: Type, call: string) =>
      told.first((event): event is Told<Type> => event.type === type && 'call' in event && event.call === call),
    dial: async (call) => {
      phone.perform({ type: 'dial', call, to: far.number, endpoint: { kind: 'none' } })
      await far.called()
    },
    connect: async (call) => {
      await house.dial(call)
      far.answer()
      await house.until('connected', call)
      await far.until('talking')
    },
    incoming: async (how) => {
      far.call(how)
      return (await told.first((event): event is Told<'incoming'> => event.type === 'incoming')).call
    },
  }
  return house
}

/** Real phones take their time. */
const mostMs = 60_000
