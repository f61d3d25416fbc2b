// What tools do that is more than one method.
import type { Call, Session } from '@openparley/sdk'
import type { Given } from './tools.ts'

/** Dials. A call that nobody waits for any more is ended: an agent that takes back its request has not called. */
export async function dial(session: Session, { to }: Given, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted()
  // Without the signal: whether the call exists must be known to end it.
  const { call } = await session.calls.dial({ to: String(to) })
  if (signal.aborted) await session.calls.end({ call })
  return { call }
}

export async function incoming(session: Session, { waitS }: Given, signal: AbortSignal): Promise<unknown> {
  const late = AbortSignal.timeout(Number(waitS) * 1000)
  for await (const call of session.calls.incoming({ signal: AbortSignal.any([signal, late]) })) return { call }
  return {}
}

export async function waitFor(session: Session, given: Given, signal: AbortSignal): Promise<unknown> {
  const id = String(given['call'])
  const least = order.indexOf(String(given['state']))
  const timeoutMs = Number(given['waitS']) * 1000
  let last: Call | undefined
  const test = (call: Call): boolean => {
    last = call
    return order.indexOf(call.state) >= least
  }
  try {
    return { call: await session.calls.until(id, test, { signal, timeoutMs }), timeUp: false }
  } catch (thrown) {
    // Time that is up is an answer too; whatever else it was is told.
    if (signal.aborted || last === undefined || (thrown as { code?: string }).code !== 'cancelled') throw thrown
    return { call: last, timeUp: true }
  }
}

/** A sentence that names who is at the other end of `given.call`, and not its id alone. */
export function sentenceOnCall(
  act: string,
  more: (given: Given, name: (call: unknown) => string) => string = () => '',
): (session: Session, given: Given) => Promise<string> {
  return async (session, given) => {
    const calls = await seenCalls(session)
    const name = (call: unknown): string => {
      const remote = calls.find(({ id }) => id === call)?.remote
      if (!remote) return String(call)
      // They name themselves: too long a name would push the rest of the sentence out of sight.
      const [number = '', named = ''] = [remote.number, remote.displayName].map((text) =>
        text?.replaceAll(/\s+/g, ' ').slice(0, 100),
      )
      return named === '' ? number : `${number} “${named}”`
    }
    return `${act} with ${name(given['call'])}${more(given, name)}`
  }
}

/** Who may act on calls and not see them knows their ids alone. */
async function seenCalls(session: Session): Promise<readonly Call[]> {
  try {
    return (await session.calls.get()).state.calls
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'scope-missing') return []
    throw thrown
  }
}

const order = ['dialling', 'alerting', 'connected', 'ended']
