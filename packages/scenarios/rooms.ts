// People in the lab's room for web conferences: what journeys that happen there share.
import { pageSending } from '@openparley/lab'
import type { WebConference } from '@openparley/sdk'
import { conferenceOf } from './conferences.ts'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

/** A person whose settings name the lab's conference server beside their phone. */
export function conferee(stage: Stage, name: string): Promise<Person> {
  const known = stage.lab.people.find((each) => each.name === name)
  return stage.personWith(name, known?.conferences ?? {})
}

export async function createdBy(stage: Stage, person: Person, subject: string): Promise<WebConference> {
  const { conference } = await person.session.conferences.create({ subject })
  const one = await conferenceOf(stage, person, (each) => each.conference === conference && each.state === 'ready')
  if (!one) throw new Error('it was not made')
  return one
}

export async function joinedBy(person: Person, { invitation = '' }: WebConference): Promise<string> {
  return (await person.session.conferences.join({ invitation })).conference
}

/** What the person says there, as a page's microphone would; until `close`. */
export async function speakIn(person: Person, conference: string): Promise<{ close(): void }> {
  const page = await pageSending()
  const { answer } = await person.session.conferences.publish({ conference, offer: page.offer })
  await page.accept(answer)
  page.say(person.name)
  return page
}

/** The names of those who are in it, as that person sees them. */
export function namesIn({ members }: WebConference): string[] {
  return members.map(({ name, self }) => (self ? `${name} (self)` : name))
}
