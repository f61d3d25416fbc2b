// Whom somebody means by an address or a number: one person, whichever way they were spoken to.
import type { HistoryNeeds } from './history.ts'
import type { Who } from './port.ts'

type Needs = Pick<HistoryNeeds, 'store' | 'waysTo' | 'personAt'>

/** Undefined: nobody is meant, and everybody is found. */
export async function whoIs(text: string | undefined, needs: Needs): Promise<Who | undefined> {
  const said =
    text
      ?.trim()
      .toLowerCase()
      .replace(/^(sips?|xmpp|tel):/, '') ?? ''
  if (said === '') return undefined
  const people = new Set<string>()
  const numbers = new Set<string>()
  const [user = '', host] = said.split('@')
  if (host !== undefined) people.add(said)
  if (host === undefined || /^\+?\d+$/.test(user)) {
    numbers.add(user)
    const person = await needs.personAt(user)
    if (person !== undefined) people.add(person)
  }
  const known = await needs.store.known({ people: [...people], numbers: [...numbers] })
  for (const person of known.people) people.add(person)
  for (const number of known.numbers) numbers.add(number)
  const some = [...people].slice(0, mostPeople)
  for (const ways of await Promise.all(some.map((person) => needs.waysTo(person))))
    for (const number of ways) numbers.add(number)
  return {
    // A conversation by SIP bears the same person's address with its scheme.
    people: some.flatMap((person) => [person, `sip:${person}`]),
    numbers: [...numbers].slice(0, mostNumbers),
  }
}

const mostPeople = 20
const mostNumbers = 100
