// What journeys with transfers share: who hears whom when it is over.
import type { Person } from '../person.ts'
import type { Stage } from '../scenario.ts'
import { heardBy, speech } from './speech.ts'

/** One says their sentence from now on, the other records. What is returned checks, when the calls are over, that it was heard. */
export async function hears(
  stage: Stage,
  speaker: { readonly person: Person; readonly call: string },
  listener: { readonly person: Person; readonly call: string },
): Promise<() => Promise<void>> {
  const said = speech(speaker.person.name === 'alice' ? 'alice' : 'bob')
  const record = stage.file(`heard-by-${listener.person.name}.wav`)
  const same = speaker.person === listener.person
  if (!same)
    await listener.person.session.calls.attach({ call: listener.call, endpoint: { kind: 'file', record, force: true } })
  const played = speaker.person.change('the sentence is over', ({ type }) => type === 'played', 15_000)
  await speaker.person.session.calls.attach({
    call: speaker.call,
    endpoint: { kind: 'file', play: said, ...(same ? { record, force: true } : {}) },
  })
  await played
  return async () => {
    const { median } = await heardBy(stage, listener.person, said)
    stage.atLeast(`${listener.person.name} hears ${speaker.person.name}`, 0.9, median)
  }
}
