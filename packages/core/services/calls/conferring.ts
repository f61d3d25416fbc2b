// Conferences: of this phone, which mixes, and of the server (RFC 4579), to which calls are moved one by one.
import { type Call, type ErrorValue, errorValue, type Handlers, ParleyError } from '@openparley/contract'
import type { Caller } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import type { Endpoint } from '../media/port.ts'
import type { Book, Calls } from './book.ts'
import type { CallSettings } from './calls.ts'
import type { Dialling } from './dialling.ts'
import type { CallNeeds, PhoneCommand } from './port.ts'
import type { Waiting } from './waiting.ts'

export interface ConferringParts {
  readonly book: Book
  readonly pending: Waiting
  readonly dialling: Dialling
  readonly needs: CallNeeds
  readonly settings: () => CallSettings
  /** Hands a command to the phone, and waits for what the phone says of it. */
  readonly done: (call: Call, act: Parameters<Waiting['until']>[1], command: PhoneCommand) => Promise<void>
  readonly resume: (call: Call) => Promise<void>
}

export interface Conferring extends Pick<Handlers<Calls, Caller>, 'conference' | 'drop'> {
  /** Calls that are connected hear one another from now on, by this phone. Returns their conference. */
  bringTogether(calls: readonly string[]): string
  /** The phone itself has brought a call together with another, or has taken it out. */
  told(call: string, other: string | undefined): void
  /** A call has changed: it may not have got to the server’s conference after all. */
  look(before: Call, now: Call): void
}

export function conferring(
  world: World,
  { book, pending, dialling, needs, settings, done, resume }: ConferringParts,
): Conferring {
  /** Calls whose other sides are on their way to the server’s conference, by the call with that. */
  const moving = new Map<string, string>()
  /** One is fetched after the other. */
  let fetched: Promise<void> = Promise.resolve()

  const bringTogether = (ids: readonly string[]): string => {
    const members = ids.map((id) => book.get(id)).filter((call) => call?.state === 'connected') as Call[]
    const conference = members.find((call) => call.conference !== undefined)?.conference ?? newId(world, 'conference')
    for (const call of members) {
      if (call.conference === conference) continue
      needs.perform(call.phone, { type: 'join', call: call.id, conference })
      book.tell(call.id, { type: 'joined', conference })
    }
    return conference
  }
  const told = (id: string, other: string | undefined): void => {
    const together = other === undefined ? [id] : [id, other]
    const known = together.map((each) => book.get(each)?.conference).find((each) => each !== undefined)
    const conference = other === undefined ? undefined : (known ?? newId(world, 'conference'))
    for (const each of together)
      if (book.get(each)?.conference !== conference) book.tell(each, { type: 'joined', conference })
  }
  /** The phone on the desk mixes: of two calls it brings together, one is held. */
  const atDesk = async ([first, ...others]: readonly Call[], caller: Caller): Promise<string | undefined> => {
    if (!first) return undefined
    for (const { id } of others) {
      const both = [first.id, id].map((each) => book.allowed(each, 'conference', caller))
      if (both.every((call) => call.capabilities.includes('resume'))) await resume(both[0] as Call)
      await done(both[0] as Call, 'bring', { type: 'bring', call: first.id, other: id })
    }
    return book.get(first.id)?.conference
  }
  const here = async (ids: readonly string[], caller: Caller): Promise<string> => {
    for (const id of ids) {
      const call = book.allowed(id, 'conference', caller)
      if (call.capabilities.includes('resume')) await resume(call)
    }
    return bringTogether(ids.map((id) => book.allowed(id, 'conference', caller).id))
  }

  /** The new call with a conference that the server makes. */
  const begin = async (factory: string, phone: string, endpoint: Endpoint, caller: Caller): Promise<Call> => {
    const id = dialling.dial(dialling.dialable(factory, phone), { phone, endpoint, handler: caller.application })
    const failed = await pending.until(id, 'dial').catch((error: unknown) => error)
    const call = book.get(id)
    if (call?.state === 'connected' && call.focus) return call
    if (call?.end?.error) throw new ParleyError(call.end.error.code, call.end.error.detail, call.end.error.peer)
    if (call && call.state !== 'ended') needs.perform(phone, { type: 'end', call: id })
    throw failed ?? new ParleyError('conference-refused', 'what answers there is no conference')
  }

  /** The other side is asked to go there; if it does not, the conference is asked to fetch it; if it cannot, this phone mixes. */
  const move = async (id: string, at: Call): Promise<void> => {
    const call = book.get(id)
    const uri = book.get(at.id)?.focus?.uri
    if (!call || uri === undefined) return
    moving.set(id, at.id)
    try {
      await done(call, 'transfer', { type: 'transfer', call: id, to: { number: uri } })
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      await fetchNext(id)
    }
  }
  const fetch = async (id: string): Promise<void> => {
    const at = book.get(moving.get(id) ?? '')
    moving.delete(id)
    if (!at?.focus || book.get(id)?.state !== 'connected') return
    try {
      await done(at, 'bring', { type: 'bring', call: at.id, other: id })
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      const call = book.get(id)
      if (call?.capabilities.includes('resume')) await resume(call).catch(() => undefined)
      if (book.get(at.id)?.state === 'connected' && book.get(id)?.state === 'connected') bringTogether([at.id, id])
    }
  }

  const fetchNext = (id: string): Promise<void> => {
    fetched = fetched.then(() => fetch(id))
    return fetched
  }

  return {
    bringTogether,
    told,
    look: (before, now) => {
      if (!moving.has(now.id)) return
      if (now.state === 'ended') moving.delete(now.id)
      else if (now.transfer?.is === 'failed' && before.transfer?.is !== 'failed') void fetchNext(now.id)
    },
    conference: async ({ calls: ids, endpoint }, caller) => {
      const members = ids.map((id) => book.allowed(id, 'conference', caller))
      const phone = (members[0] as Call).phone
      if (members.some((call) => call.phone !== phone))
        throw new ParleyError('call-wrong-state', 'the calls are not on one phone')
      if (needs.phone(phone).kind === 'desk') {
        const conference = await atDesk(members, caller)
        return conference === undefined ? {} : { conference }
      }
      const { 'calls.conference.factory': factory } = settings()
      const there = members.find((call) => call.focus !== undefined)
      if (!there && factory === undefined) return { conference: await here(ids, caller) }
      const sound = await needs.resolveEndpoint(endpoint ?? { kind: 'none' }, caller)
      let refused: ErrorValue | undefined
      const at =
        there ??
        (await begin(factory as string, phone, sound, caller).catch((error: unknown) => {
          if (!(error instanceof ParleyError)) throw error
          refused = errorValue(error.code, error.detail, error.peer)
          return undefined
        }))
      if (!at) return { conference: await here(ids, caller), ...(refused ? { refused } : {}) }
      for (const id of ids) if (id !== at.id) await move(id, at)
      return { call: at.id }
    },
    drop: async ({ call: id, member }, caller) => {
      const call = book.allowed(id, 'drop', caller)
      await done(call, 'drop', { type: 'drop', call: id, member })
      return {}
    },
  }
}
