// What tests of a phone on a desk begin with: the house, and a phone in it with everything that is told of it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { followed } from '@openparley/testkit'
import type { PhoneCommand, PhoneEvent } from '../../../packages/core/services/calls/port.ts'
import { whenInstalled } from '../peer.ts'
import { between } from './between.ts'
import { type Desk, type DeskHouse, deskHouse, openDesk, rings, type Way } from './desk-house.ts'
import { asteriskProgram } from './start.ts'

export interface Watched extends Desk, DeskHouse {
  readonly events: readonly PhoneEvent[]
  /** The next event of that type that nobody has waited for yet. */
  until<Type extends PhoneEvent['type']>(type: Type): Promise<Extract<PhoneEvent, { type: Type }>>
  /** What is told of calls, in order. */
  told(): string[]
  perform(command: PhoneCommand): void
  /** A call is made for the phone, which rings: nobody picks it up. */
  ringsFor(command: PhoneCommand): Promise<void>
  /** A call is made, and answered there. */
  connect(command: PhoneCommand): Promise<void>
}

async function watchedDesk(house: DeskHouse, settings?: Readonly<Record<string, unknown>>): Promise<Watched> {
  const events = followed<PhoneEvent>(mostMs)
  const desk = await openDesk(house, { tell: events.tell, ...(settings ? { settings } : {}) })
  const watched: Watched = {
    ...house,
    ...desk,
    events: events.all,
    until: <Type extends PhoneEvent['type']>(type: Type) =>
      events.next((event): event is Extract<PhoneEvent, { type: Type }> => event.type === type),
    told: () =>
      events.all.flatMap((event) =>
        'call' in event && event.type !== 'updated' ? [`${event.type}${'by' in event ? ` by ${event.by}` : ''}`] : [],
      ),
    perform: (command) => desk.phone.perform(command),
    ringsFor: async (command) => {
      const ringing = rings(house.desk)
      desk.untouched.perform(command)
      await ringing
    },
    connect: async (command) => {
      watched.perform(command)
      await desk.far.called()
      desk.far.answer()
      await watched.until('connected')
      await desk.far.until('talking')
    },
  }
  return watched
}

export interface AtDesks {
  readonly programs: ReturnType<typeof whenInstalled>
  readonly house: DeskHouse | undefined
  watched(settings?: Readonly<Record<string, unknown>>): Promise<Watched>
  test(name: string, does: (desk: Watched) => Promise<void>, settings?: Readonly<Record<string, unknown>>): void
}

/** There before the first test of the file, and gone after its last. */
export async function atDesks(way: Way): Promise<AtDesks> {
  const programs = whenInstalled('asterisk (tests/peers/asterisk/install.sh) and baresip', [asteriskProgram, 'baresip'])
  const house = programs.skip === false ? await deskHouse(way) : undefined
  after(() => house?.close())
  const open: AtDesks['watched'] = (settings) => {
    assert.ok(house)
    return watchedDesk(house, settings)
  }
  return {
    programs,
    house,
    watched: open,
    test: (name, does, settings) =>
      void test(name, { ...programs, timeout: 30_000 }, async () => {
        const desk = await open(settings)
        try {
          await does(desk)
        } finally {
          await desk.close()
        }
      }),
  }
}

/** A connection that is cut is made again: what went on is told once, what ended and began meanwhile as well. */
export async function survivesCuts({ house, watched }: AtDesks): Promise<void> {
  assert.ok(house)
  const line = await between(house.way.port(house.asterisk))
  const at = await watched({ 'deskPhone.servers': `127.0.0.1:${line.port}` })
  const stands = async (is: string): Promise<void> => {
    while ((await at.until('state')).state.is !== is);
  }
  try {
    await stands('ready')
    await at.connect(dialled)
    line.cut()
    await stands('waiting')
    line.back()
    await stands('ready')
    assert.deepEqual(at.told(), ['proceeding', 'alerting', 'connected'])

    line.cut()
    await stands('waiting')
    at.far.hangUp()
    await at.far.until('idle')
    await at.desk.dial('102')
    await at.far.called()
    at.far.answer()
    await at.far.until('talking')
    line.back()
    await stands('ready')
    await at.desk.does('hangup')
    await at.far.until('idle')
    await at.until('ended')
    await at.until('ended')
    assert.deepEqual(at.told().slice(3).sort(), ['connected', 'ended', 'ended', 'outgoing'])
  } finally {
    await at.close()
    await line.close()
  }
}

export const dialled = { type: 'dial', call: 'call_a', to: '102', endpoint: { kind: 'none' } } as const

/** Longer than anything of a real phone’s takes. */
const mostMs = 60_000
