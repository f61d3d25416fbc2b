// A person of the lab on a core of their own, as an application sees them: through the SDK.
import type { Call, CallsChange, Session } from '@openparley/sdk'

export interface Person {
  readonly name: string
  readonly session: Session
  /** Waits until a call of this person's is as asked. Rejects after `timeoutMs` (10 s unless said), telling how it stood. */
  until(what: string, is: (call: Call) => boolean, timeoutMs?: number): Promise<Call>
  /** Waits for a change that is no call: a digit, the end of a played file. */
  change(what: string, is: (change: CallsChange) => boolean, timeoutMs?: number): Promise<CallsChange>
  /** The same, of what comes from now on alone. */
  next(what: string, is: (change: CallsChange) => boolean, timeoutMs?: number): Promise<CallsChange>
  /** All calls as they stand. */
  calls(): Call[]
  close(): Promise<void>
}

interface Waiter {
  readonly what: string
  /** Whether this was it. */
  take(change: CallsChange | undefined): boolean
  fail(why: string): void
}

/** Follows the person's calls from now on. */
export async function follow(name: string, session: Session, leave: () => Promise<void>): Promise<Person> {
  const calls = new Map<string, Call>()
  const seen: CallsChange[] = []
  const waiters = new Set<Waiter>()
  const ended = new AbortController()
  const look = (change: CallsChange | undefined): void => {
    for (const waiter of [...waiters]) if (waiter.take(change)) waiters.delete(waiter)
  }
  const started = Promise.withResolvers<void>()
  const following = (async () => {
    for await (const message of session.calls.watch({ signal: ended.signal })) {
      if (message.type === 'snapshot') {
        calls.clear()
        for (const call of message.state.calls) calls.set(call.id, call)
        started.resolve()
        look(undefined)
      } else {
        if (message.change.type === 'call') calls.set(message.change.call.id, message.change.call)
        seen.push(message.change)
        look(message.change)
      }
    }
  })()
  following.catch((error: unknown) => {
    started.reject(error)
    for (const waiter of waiters) waiter.fail(String(error))
  })
  await started.promise

  const wait = <T>(
    what: string,
    find: (change: CallsChange | undefined) => T | undefined,
    timeoutMs: number,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const stands = (): string =>
        JSON.stringify([...calls.values()].map(({ state, held, remote }) => ({ state, held, remote })))
      const fail = (why: string): void => {
        clearTimeout(timer)
        waiters.delete(waiter)
        reject(new Error(`${name}: ${what}: ${why}; calls: ${stands()}`))
      }
      const waiter: Waiter = {
        what,
        fail,
        take: (change) => {
          const found = find(change)
          if (found === undefined) return false
          clearTimeout(timer)
          resolve(found)
          return true
        },
      }
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs)
      waiters.add(waiter)
      look(undefined)
    })

  return {
    name,
    session,
    calls: () => [...calls.values()],
    until: (what, is, timeoutMs = 10_000) => wait(what, () => [...calls.values()].find(is), timeoutMs),
    change: (what, is, timeoutMs = 10_000) => {
      const already = seen.find(is)
      return already
        ? Promise.resolve(already)
        : wait(what, (change) => (change && is(change) ? change : undefined), timeoutMs)
    },
    next: (what, is, timeoutMs = 10_000) =>
      wait(what, (change) => (change && is(change) ? change : undefined), timeoutMs),
    close: async () => {
      ended.abort()
      await following.catch(() => undefined)
      await leave()
    },
  }
}
