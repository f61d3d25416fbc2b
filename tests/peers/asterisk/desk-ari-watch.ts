// What tests of a desk phone through ARI begin with: the house, and a phone in it whose events are waited for.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { PhoneCommand, PhoneEvent } from '../../../packages/core/services/calls/port.ts'
import { whenInstalled } from '../peer.ts'
import { type AriDesk, type AriHouse, ariHouse, openDesk, rings } from './desk-ari.ts'
import { asteriskProgram } from './start.ts'

export interface Watched extends AriDesk, AriHouse {
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

async function watched(house: AriHouse, settings?: Readonly<Record<string, unknown>>): Promise<Watched> {
  const events: PhoneEvent[] = []
  const seen = new Set<PhoneEvent>()
  const waiting = new Set<() => void>()
  const tell = (event: PhoneEvent): void => {
    events.push(event)
    for (const look of waiting) look()
  }
  const desk = await openDesk(house, { tell, ...(settings ? { settings } : {}) })
  const at: Watched = {
    ...house,
    ...desk,
    until: <Type extends PhoneEvent['type']>(type: Type) =>
      new Promise<Extract<PhoneEvent, { type: Type }>>((resolve) => {
        const look = (): void => {
          const found = events.find(
            (event): event is Extract<PhoneEvent, { type: Type }> => event.type === type && !seen.has(event),
          )
          if (!found) return
          seen.add(found)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    told: () =>
      events.flatMap((event) =>
        'call' in event && event.type !== 'updated' ? [`${event.type}${'by' in event ? ` by ${event.by}` : ''}`] : [],
      ),
    perform: (command) => desk.phone.perform(command),
    ringsFor: async (command) => {
      const ringing = rings(house.desk)
      desk.untouched.perform(command)
      await ringing
    },
    connect: async (command) => {
      at.perform(command)
      await desk.far.called()
      desk.far.answer()
      await at.until('connected')
      await desk.far.until('talking')
    },
  }
  return at
}

export interface AtDesks {
  readonly programs: ReturnType<typeof whenInstalled>
  readonly house: AriHouse | undefined
  watched(settings?: Readonly<Record<string, unknown>>): Promise<Watched>
  test(name: string, does: (desk: Watched) => Promise<void>, settings?: Readonly<Record<string, unknown>>): void
}

/** There before the first test of the file, and gone after its last. */
export async function atDesks(): Promise<AtDesks> {
  const programs = whenInstalled('asterisk (tests/peers/asterisk/install.sh) and baresip', [asteriskProgram, 'baresip'])
  const house = programs.skip === false ? await ariHouse() : undefined
  after(() => house?.close())
  const open: AtDesks['watched'] = (settings) => {
    assert.ok(house)
    return watched(house, settings)
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

export const dialled = { type: 'dial', call: 'call_a', to: '102', endpoint: { kind: 'none' } } as const
