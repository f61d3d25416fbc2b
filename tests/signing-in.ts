// What a test does when it has signed in: wait for the phone, make a call that comes to its end.
import { type FaultEntry, type Lab, type LabPerson, listFaults } from '@openparley/lab'
import type { Call, Phone, Session, SettingsInput } from '@openparley/sdk'

/**
 * Every fault that leads to an error on the way. That rules are gone is told only of such as were there: health.test.ts has that; and a
 * conference server is asked when a conference is made: the tests of its adapters have that.
 */
export const faultsWithCode: readonly (FaultEntry & { readonly code: string })[] = listFaults().flatMap((fault) =>
  fault.code === null || fault.name === 'rules-gone' || fault.journey === 'conference'
    ? []
    : [{ ...fault, code: fault.code }],
)

/** The services beside calls that have a server of their own: by the journey on which a fault of it is met, whose settings sign in to it. */
const beside: Readonly<Partial<Record<FaultEntry['journey'], Exclude<keyof LabPerson, 'name'>>>> = {
  chat: 'xmpp',
  calendar: 'calendar',
  directory: 'directory',
  voicemail: 'voicemail',
  conference: 'conferences',
  desk: 'desk',
}

/** Of those, one of each code that these share with the way to a phone: that each is found the doctor's tests show. */
export const faultsToTell: typeof faultsWithCode = faultsWithCode.filter(
  ({ code, journey }, at) =>
    beside[journey] === undefined || faultsWithCode.findIndex((each) => each.code === code) === at,
)

/** The faults to switch on in a lab for that one; with a phone that rings no longer than it must. */
export function switchedOn({ name }: FaultEntry): readonly { readonly name: string; readonly value?: string }[] {
  // The page that says 200 and means 401 is CCMCIP's.
  const also = name === 'devices-html-401' ? [{ name: 'no-uds' }] : []
  return [{ name, ...(name === 'no-answer' ? { value: '300' } : {}) }, ...also]
}

/** Alice's settings, by the journey on which the fault is met. */
export function settingsFor({ journey }: FaultEntry, { people: [alice], administrator }: Lab): SettingsInput {
  const own = beside[journey]
  if (journey === 'call' || own) return { ...alice?.settings, ...(own && alice?.[own]) }
  const bySignIn = { ...alice?.signIn }
  return journey === 'sign-in' ? bySignIn : { ...bySignIn, ...administrator.settings }
}

/** Where the code is told while calls go on: by a service's row of health alone. */
export function isBesideCalls({ area, journey }: FaultEntry): boolean {
  return area === 'rules' || beside[journey] !== undefined
}

/** Whether an error beside the fault's own would be a mistake: dial rules that lie on servers which it hides are told as well. */
export function isOfFault({ area }: FaultEntry): (code: string) => boolean {
  return (code) => code !== 'dial-rules-unreachable' || (area !== 'discovery' && area !== 'files')
}

/** Waits until a row of health bears the error. */
export async function rowWith(session: Session, code: string): Promise<void> {
  await session.until('health', ({ services }) => services.some(({ error }) => error?.code === code), 60_000)
}

/** The soft phone as soon as its first attempt is over, well or not. */
export async function settled(session: Session): Promise<Phone> {
  for await (const seen of session.phones.watch({ signal: AbortSignal.timeout(60_000) })) {
    const phones = seen.type === 'snapshot' ? seen.state.phones : [seen.change.phone]
    const phone = phones.find(({ kind, state }) => kind === 'soft' && ['ready', 'waiting', 'failed'].includes(state.is))
    if (phone) return phone
  }
  throw new Error('the phone said nothing')
}

/** Dials; the call as it was at its end. */
export async function dialAndEnd(session: Session, to: string): Promise<Call> {
  const { call } = await session.calls.dial({ to, requestId: crypto.randomUUID() })
  return session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 45_000 })
}
