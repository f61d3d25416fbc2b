// The person's phones: which there are, how each stands with its server, and which one acts.
import { type ChangeOf, ParleyError, type Phone, type services, type StateOf } from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'

type Phones = (typeof services)['phones']

export type Updates = {
  readonly [Name in 'device' | 'line' | 'messages' | 'forwardedTo' | 'doNotDisturb' | 'notice']?:
    | Phone[Name]
    | undefined
} & Partial<Pick<Phone, 'state' | 'address'>>

export interface PhonesService extends ServiceBody<Phones> {
  readonly state: Broadcast<StateOf<Phones>, ChangeOf<Phones>>
  show(phone: Phone): void
  /** A field that is there and undefined is taken back. */
  update(phone: string, what: Updates): void
  /** The phone that is that device. */
  idOf(device: string): string | undefined
  /** The named phone, or the first that is ready. Throws `phone-unknown` or `phone-unavailable`. */
  choose(named: string | undefined): string
  close(): void
}

export function phones(epoch: string): PhonesService {
  const known = new Map<string, Phone>()
  const state = broadcast<StateOf<Phones>, ChangeOf<Phones>>(epoch, () => ({ phones: [...known.values()] }))
  const show = (phone: Phone): void => {
    known.set(phone.id, phone)
    state.publish({ type: 'phone', phone })
  }
  return {
    handlers: {},
    state,
    show,
    update: (id, what) => {
      const phone = known.get(id)
      if (phone) show({ ...phone, ...what } as Phone)
    },
    idOf: (device) => [...known.values()].find((phone) => phone.device?.name === device)?.id,
    choose: (named) => {
      if (named !== undefined && !known.has(named)) throw new ParleyError('phone-unknown', named)
      const candidates = named === undefined ? [...known.values()] : [known.get(named) as Phone]
      const ready = candidates.find((phone) => phone.state.is === 'ready')
      if (ready) return ready.id
      const error = candidates.find((phone) => phone.state.error)?.state.error
      throw new ParleyError('phone-unavailable', error ? `${error.code}: ${error.sentence}` : undefined, error?.peer)
    },
    close: () => state.close(),
  }
}
