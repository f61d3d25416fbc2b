// The phone on a desk with everything that is told of it.
import type { PhoneCommand, PhoneEvent } from '../../../packages/core/services/calls/port.ts'
import { type Desk, type DeskHouse, openDesk, rings } from './desk-ami.ts'

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

export async function watchedDesk(house: DeskHouse, settings?: Readonly<Record<string, unknown>>): Promise<Watched> {
  const events: PhoneEvent[] = []
  const seen = new Set<PhoneEvent>()
  const waiting = new Set<() => void>()
  const tell = (event: PhoneEvent): void => {
    events.push(event)
    for (const look of waiting) look()
  }
  const desk = await openDesk(house, { tell, ...(settings ? { settings } : {}) })
  const watched: Watched = {
    ...house,
    ...desk,
    events,
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
      watched.perform(command)
      await desk.far.called()
      desk.far.answer()
      await watched.until('connected')
      await desk.far.until('talking')
    },
  }
  return watched
}

export const dialled = { type: 'dial', call: 'call_a', to: '102', endpoint: { kind: 'none' } } as const
