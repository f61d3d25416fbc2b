// What a person finds in directories while they type.
import type { Person } from './person.ts'

/** Each with the source that has it and its first number. */
export async function typed(person: Person, text: string): Promise<string[]> {
  const { entries } = await person.session.directory.search({ text })
  return entries.map(({ name, source, numbers }) => `${name} ${source} ${numbers[0]?.e164}`)
}

/** No machine is so busy that this is too short. */
export const patient = { 'directory.timeoutS': 60 } as const
