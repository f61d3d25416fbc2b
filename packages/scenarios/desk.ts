// People with a phone on their desk beside the soft phone: what journeys of desk phones wait for.
import type { Phone } from '@openparley/sdk'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

export interface DeskPerson extends Person {
  /** Their phone on the desk, and the soft phone, by their ids. */
  readonly desk: string
  readonly soft: string
  /** What is dialled to reach the phone on the desk. */
  readonly deskNumber: string
}

/** Signed in with both phones, which are ready; the one on the desk acts unless `uses` is soft, and is controlled over CSTA unless `via` says. */
export async function atDesk(
  stage: Stage,
  name: string,
  uses: 'desk' | 'soft' = 'desk',
  via: 'csta' | 'uacsta' | 'ami' | 'ari' = 'csta',
): Promise<DeskPerson> {
  return withBoth(stage, name, uses, stage.lab[via].settings(name))
}

/** The same, where no server controls the phone: it is asked itself, over SIP. */
export async function atAskedDesk(
  stage: Stage,
  name: string,
  {
    uses = 'desk',
    ...how
  }: { uses?: 'desk' | 'soft'; dial: 'refer' | 'call-then-refer' | 'remotecc'; end: 'refer' | 'replace' },
): Promise<DeskPerson> {
  const line = stage.lab.people.find((each) => each.name === name)?.desk['deskPhone.number']
  return withBoth(stage, name, uses, {
    ...(how.dial === 'remotecc'
      ? { 'deskPhone.via': 'remotecc' }
      : { 'deskPhone.via': 'sip', 'deskPhone.sip.dial': how.dial, 'deskPhone.sip.events': true }),
    'deskPhone.line': line,
    'deskPhone.number': line,
    'deskPhone.sip.end': how.end,
  })
}

async function withBoth(
  stage: Stage,
  name: string,
  uses: 'desk' | 'soft',
  desk: Readonly<Record<string, unknown>>,
): Promise<DeskPerson> {
  const person = await stage.personWith(name, desk)
  const { phones } = await person.session.until(
    'phones',
    (state) => state.phones.length === 2 && state.phones.every(({ state: { is } }) => is === 'ready'),
    15_000,
  )
  const idOf = (kind: 'desk' | 'soft'): string => String(phones.find((phone) => phone.kind === kind)?.id)
  const both = { desk: idOf('desk'), soft: idOf('soft') }
  await person.session.phones.use({ phone: both[uses] })
  return { ...person, ...both, deskNumber: String(desk['deskPhone.number']) }
}

/** Waits until the line of one of their phones is as asked. */
export async function lineOf(
  { name, session, ...ids }: DeskPerson,
  kind: 'desk' | 'soft',
  what: string,
  is: (phone: Phone) => boolean,
): Promise<void> {
  const isSo = ({ phones }: { phones: readonly Phone[] }): boolean =>
    phones.some((phone) => phone.id === ids[kind] && is(phone))
  await session.until('phones', isSo, 5000).catch((error: unknown) => {
    throw new Error(`${name}: the ${kind} phone: ${what}: ${String(error)}`)
  })
}

/** The states of the calls at the phone on the desk itself, as the lab has them. */
export function atPhone(stage: Stage, number: string): string[] {
  return stage.lab.desk.calls(number).map(({ state }) => state)
}
