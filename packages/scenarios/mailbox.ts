// People with a mailbox: what journeys of voicemail wait for.
import type { VoiceMessage } from '@openparley/sdk'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

/** A person signed in to their mailbox alone, when its messages are listed; with other settings beside, where they are given. */
export async function listener(
  stage: Stage,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Person> {
  const known = stage.lab.people.find((each) => each.name === name)
  const person = await stage.person(name, { ...more, ...known?.voicemail })
  await person.session.until('voicemail', ({ mailbox }) => mailbox.is === 'ready', waitMs)
  return person
}

export async function listed(person: Person, which: 'all' | 'new' | 'deleted' = 'all'): Promise<VoiceMessage[]> {
  return (await person.session.voicemail.list({ which })).messages
}

/** Waits until the mailbox counts so many new messages; how many it counts then. */
export async function counts(person: Person, fresh: number): Promise<number> {
  const is = await person.session
    .until('voicemail', ({ mailbox }) => mailbox.fresh === fresh && mailbox.light === fresh > 0, 4000)
    .catch(() => undefined)
  return is?.mailbox.fresh ?? (await person.session.voicemail.get()).state.mailbox.fresh
}

/** The sound of a message, piece by piece. */
export async function soundOf(person: Person, message: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { content, next }: { content: string; next?: number | undefined } = await person.session.voicemail.read({
      message,
      from,
    })
    pieces.push(Buffer.from(content, 'base64'))
    from = next
  }
  return Buffer.concat(pieces)
}

/** What lies in the person's folders at the lab, and how: `INBOX`, `INBOX seen`, `Deleted Items`. */
export function stored(stage: Stage, name: string): string[] {
  stage.lab.record()
  return stage.lab.voicemail
    .messages(name)
    .map(({ folder, flags }) => `${folder}${flags.includes('\\Seen') ? ' seen' : ''}`)
    .toSorted()
}

const waitMs = 10_000
