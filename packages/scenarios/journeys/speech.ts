// Two people hear each other: the main job, on real sound.
import { readFile } from 'node:fs/promises'
import { readWav } from '@openparley/media'
import type { Call } from '@openparley/sdk'
import { compare } from '../compare.ts'
import type { Person } from '../person.ts'
import type { Stage } from '../scenario.ts'

/** The spoken sentences that come with this package. */
export function speech(who: 'alice' | 'bob' | 'stranger'): string {
  return new URL(`../speech/${who}.wav`, import.meta.url).pathname
}

export interface Talk {
  readonly caller: Person
  readonly callee: Person
  /** What each says; their own speech unless said. */
  readonly says?: { readonly caller?: string; readonly callee?: string }
}

/** The caller dials, the callee answers, both play a file and record the other. Resolves when both are connected. */
export async function connectSpeaking(
  stage: Stage,
  { caller, callee, says }: Talk,
): Promise<{ caller: Call; callee: Call; setupMs: number }> {
  const endpoint = (who: Person, play: string) =>
    ({ kind: 'file', play, record: stage.file(`heard-by-${who.name}.wav`) }) as const
  const dialledAt = performance.now()
  const { call } = await caller.session.calls.dial({
    to: callee.name,
    endpoint: endpoint(caller, says?.caller ?? speech(caller.name as 'alice')),
    requestId: crypto.randomUUID(),
  })
  const ringing = await callee.until(
    'a call comes in',
    ({ direction, state }) => direction === 'incoming' && state === 'alerting',
  )
  await stage.act(`${callee.name} answers`, () =>
    callee.session.calls.answer({
      call: ringing.id,
      endpoint: endpoint(callee, says?.callee ?? speech(callee.name as 'bob')),
    }),
  )
  const connected = await caller.until('the call is connected', ({ id, state }) => id === call && state === 'connected')
  const setupMs = Math.round(performance.now() - dialledAt)
  return { caller: connected, callee: await callee.until('connected', ({ id }) => id === ringing.id), setupMs }
}

/** How well `who` heard the speech in `said`: the median of the windows, and the worst. */
export async function heardBy(stage: Stage, who: Person, said: string): Promise<{ median: number; worst: number }> {
  const reference = readWav(await readFile(said))
  const recording = readWav(await readFile(stage.file(`heard-by-${who.name}.wav`)))
  const compared = await compare(reference, recording)
  return { median: round(compared.heard), worst: round(compared.worst) }
}

function round(figure: number): number {
  return Math.round(figure * 1000) / 1000
}
