// What a test does when it has signed in: wait for the phone, make a call that comes to its end.
import type { Call, Phone, Session } from '@openparley/sdk'

/** The phone as soon as its first attempt is over, well or not. */
export async function settled(session: Session): Promise<Phone> {
  for await (const seen of session.phones.watch({ signal: AbortSignal.timeout(30_000) })) {
    const phones = seen.type === 'snapshot' ? seen.state.phones : [seen.change.phone]
    const phone = phones.find(({ state }) => ['ready', 'waiting', 'failed'].includes(state.is))
    if (phone) return phone
  }
  throw new Error('the phone said nothing')
}

/** Dials; the call as it was at its end. */
export async function dialAndEnd(session: Session, to: string): Promise<Call> {
  const { call } = await session.calls.dial({ to, requestId: crypto.randomUUID() })
  return session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 45_000 })
}
