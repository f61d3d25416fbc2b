// The person's phones: which there are, how each stands with its server, and which one acts.
import {
  type Capability,
  type ChangeOf,
  ParleyError,
  type Phone,
  type services,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { LineSet } from '../calls/port.ts'

type Phones = (typeof services)['phones']

export type Updates = {
  readonly [Name in 'device' | 'line' | 'messages' | 'forwardedTo' | 'doNotDisturb' | 'notice']?:
    | Phone[Name]
    | undefined
} & Partial<Pick<Phone, 'state' | 'address'>>

export interface PhonesNeeds {
  /** The address of the phone that the person has chosen. */
  readonly chosen: () => string | undefined
  /** Keeps it for the person. Rejects with `setting-locked` or what keeps it from being written. */
  readonly choose: (address: string) => Promise<unknown>
  /** Rejects with `phone-unavailable`, `phone-line-refused` or what keeps a setting from being written. */
  readonly setLine: (phone: string, set: LineSet) => Promise<void>
  /** As it is dialled; throws `number-invalid` or `number-denied`. */
  readonly target: (to: string) => string
}

export interface PhonesService extends ServiceBody<Phones> {
  readonly state: Broadcast<StateOf<Phones>, ChangeOf<Phones>>
  show(phone: Omit<Phone, 'chosen'>): void
  /** Another may have been chosen. */
  look(): void
  can(phone: string, capability: Capability): boolean
  each(): readonly Phone[]
  /** Throws `phone-unknown`. */
  find(phone: string): Phone
  /** A field that is there and undefined is taken back. */
  update(phone: string, what: Updates): void
  /** The phone that is that device. */
  idOf(device: string): string | undefined
  /** The named phone, else the one that the person has chosen, else the first that is ready. Throws `phone-unknown` or `phone-unavailable`. */
  choose(named: string | undefined): string
  close(): void
}

export function phones(epoch: string, needs: PhonesNeeds): PhonesService {
  const known = new Map<string, Phone>()
  const state = broadcast<StateOf<Phones>, ChangeOf<Phones>>(epoch, () => ({ phones: [...known.values()] }))
  const all = (): Phone[] => [...known.values()]
  /** The person’s choice, as long as there is such a phone. */
  const chosen = (): Phone | undefined => {
    const address = needs.chosen()
    return address === undefined ? undefined : all().find((phone) => phone.address === address)
  }
  const look = (): void => {
    const one = chosen()?.id ?? all()[0]?.id
    for (const phone of all()) if (phone.chosen !== (phone.id === one)) put({ ...phone, chosen: phone.id === one })
  }
  const put = (phone: Phone): void => {
    known.set(phone.id, phone)
    state.publish({ type: 'phone', phone })
  }
  const show = (phone: Omit<Phone, 'chosen'>): void => {
    put({ ...phone, chosen: known.get(phone.id)?.chosen ?? false })
    look()
  }
  const find = (id: string): Phone => {
    const phone = known.get(id)
    if (!phone) throw new ParleyError('phone-unknown', id)
    return phone
  }
  /** Whose line is set: where none is ready, the chosen one still is the person’s. */
  const lineOf = (named: string | undefined): string => {
    const phone = named === undefined ? (chosen() ?? all()[0]) : find(named)
    if (!phone) throw new ParleyError('phone-unavailable')
    return phone.id
  }
  return {
    handlers: {
      forward: async ({ phone, to }) => {
        await needs.setLine(lineOf(phone), { forwardedTo: to === undefined ? undefined : needs.target(to) })
        return {}
      },
      doNotDisturb: async ({ phone, on }) => {
        await needs.setLine(lineOf(phone), { doNotDisturb: on })
        return {}
      },
      use: async ({ phone: id }) => {
        const { notAllowed, address } = find(id)
        if (notAllowed !== undefined) throw new ParleyError('phone-not-allowed', notAllowed)
        await needs.choose(address)
        look()
        return {}
      },
    },
    state,
    show,
    look,
    find,
    each: all,
    can: (id, capability) => known.get(id)?.can.includes(capability) ?? false,
    update: (id, what) => {
      const phone = known.get(id)
      if (phone) show({ ...phone, ...what } as Phone)
    },
    idOf: (device) => all().find((phone) => phone.device?.name === device)?.id,
    choose: (named) => {
      const one = named === undefined ? chosen() : find(named)
      const candidates = one === undefined ? all() : [one]
      const ready = candidates.find((phone) => phone.state.is === 'ready')
      if (ready) return ready.id
      const error = candidates.find((phone) => phone.state.error)?.state.error
      throw new ParleyError('phone-unavailable', error ? `${error.code}: ${error.sentence}` : undefined, error?.peer)
    },
    close: () => state.close(),
  }
}
