// People with a phone on their desk beside the soft phone: what journeys of desk phones wait for.
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

export interface DeskPerson extends Person {
  /** Their phone on the desk, and the soft phone, by their ids. */
  readonly desk: string
  readonly soft: string
  /** What is dialled to reach the phone on the desk. */
  readonly deskNumber: string
}

/** Signed in with both phones, which are ready; the one on the desk acts unless `uses` is soft. */
export async function atDesk(
  stage: Stage,
  name: string,
  uses: 'desk' | 'soft' = 'desk',
  via: 'csta' | 'ari' = 'csta',
): Promise<DeskPerson> {
  const known = stage.lab.people.find((each) => each.name === name)
  const person = await stage.person(name, { ...known?.settings, ...stage.lab[via].settings(name) })
  const { phones } = await person.session.until(
    'phones',
    (state) => state.phones.length === 2 && state.phones.every(({ state: { is } }) => is === 'ready'),
    15_000,
  )
  const idOf = (kind: 'desk' | 'soft'): string => String(phones.find((phone) => phone.kind === kind)?.id)
  const both = { desk: idOf('desk'), soft: idOf('soft') }
  await person.session.phones.use({ phone: both[uses] })
  return { ...person, ...both, deskNumber: String(known?.desk['deskPhone.number']) }
}

/** The states of the calls at the phone on the desk itself, as the lab has them. */
export function atPhone(stage: Stage, number: string): string[] {
  return stage.lab.desk.calls(number).map(({ state }) => state)
}
