// A few waits that every application would write again: for a call, for the next call that rings, for a phone.
import type { Call, Phone, services } from '@openparley/contract'
import { asProblem, problem } from './error.ts'
import type { CallWaits, PhoneWaits, WaitOptions, Watchable } from './types.ts'

type Services = typeof services

export function callWaits(calls: Watchable<Services['calls']>): CallWaits {
  return {
    until: (id, test, options) =>
      bounded(options, `the call ${id}`, async (signal) => {
        for await (const seen of calls.watch({ signal })) {
          if (seen.type === 'change' && seen.change.type !== 'call') {
            if (seen.change.type === 'removed' && seen.change.call === id) break
            continue
          }
          const all = seen.type === 'snapshot' ? seen.state.calls : [(seen.change as { call: Call }).call]
          const call = all.find((each) => each.id === id)
          if (call && test(call)) return call
          if (!call && seen.type === 'snapshot') break
        }
        throw problem('call-unknown', id)
      }),
    incoming: async function* (options) {
      const told = new Set<string>()
      for await (const seen of calls.watch(options)) {
        if (seen.type === 'change' && seen.change.type === 'removed') told.delete(seen.change.call)
        const all = seen.type === 'snapshot' ? seen.state.calls : seen.change.type === 'call' ? [seen.change.call] : []
        for (const call of all) {
          if (call.direction !== 'incoming' || call.state !== 'alerting' || told.has(call.id)) continue
          told.add(call.id)
          yield call
        }
      }
    },
  }
}

export function phoneWaits(phones: Watchable<Services['phones']>): PhoneWaits {
  return {
    ready: async (options) => {
      let known: readonly Phone[] = []
      try {
        return await bounded(options, 'a phone', async (signal) => {
          for await (const seen of phones.watch({ signal })) {
            if (seen.type === 'snapshot') known = seen.state.phones
            else {
              const { phone } = seen.change
              known = [...known.filter((each) => each.id !== phone.id), phone]
            }
            const ready = known.find((phone) => phone.state.is === 'ready')
            if (ready) return ready
            // What the person may not use here is not waited for.
            const hopes = known.filter(({ notAllowed }) => notAllowed === undefined)
            if (hopes.length > 0 && hopes.every(({ state }) => state.is === 'failed'))
              throw hopes[0]?.state.error ?? problem('phone-unavailable')
          }
          throw problem('phone-unavailable', 'the session is closed')
        })
      } catch (thrown) {
        // Why it is not ready says more than that it is not ready yet.
        const why = known.find(({ state }) => state.error)?.state.error
        throw asProblem(options?.signal?.aborted ? thrown : (why ?? thrown))
      }
    },
  }
}

/** Every wait ends: with the signal, or in time. */
export async function bounded<T>(
  { signal, timeoutMs = 3_600_000 }: WaitOptions = {},
  what: string,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(timeoutMs)
  const either = signal ? AbortSignal.any([signal, late]) : late
  try {
    return await wait(either)
  } catch (thrown) {
    if (!either.aborted) throw thrown
    throw problem('cancelled', late.aborted ? `${what} was not so within ${timeoutMs} ms` : undefined)
  }
}
