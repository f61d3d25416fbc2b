// Messages that are left by a call and played: what journeys of heard voicemail wait for.
import { writeFile } from 'node:fs/promises'
import { ToneGenerator, writeWav } from '@openparley/media'
import type { Playback } from '@openparley/sdk'
import { is } from './journeys/quiet.ts'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

/** The person's settings for calls, where their mailbox is looked at beside. */
export function phoneOf(stage: Stage, name: string): Readonly<Record<string, unknown>> {
  return stage.lab.people.find((each) => each.name === name)?.settings ?? {}
}

/** In a call that is dialled: says the tone for that long when it is answered, and hangs up. */
export async function says(stage: Stage, caller: Person, call: string, ms: number): Promise<void> {
  const play = stage.file(`said-by-${caller.name}.wav`)
  await writeFile(play, writeWav({ samples: toneFor(ms), sampleRate: 8000 }))
  await caller.until('the voicemail answers', is(call, 'connected'))
  const said = caller.next('all is said', (change) => change.type === 'played' && change.call === call)
  await caller.session.calls.attach({ call, endpoint: { kind: 'file', play } })
  await said
  await caller.session.calls.end({ call })
  await caller.until('the call has ended', is(call, 'ended'))
}

export function toneFor(ms: number, frequency: number = tone): Int16Array {
  const samples = new Int16Array(ms * 8)
  new ToneGenerator({ frequencies: [frequency], onOffMs: [] }, 8000).pull(samples)
  return samples
}

/** What is told of all that the person plays, from now on. */
export interface Listening {
  /** Of that one, in order. */
  told(playback: string): Playback[]
  /** Waits until it is so; undefined: it does not become so. */
  until(playback: string, what: string, is: (playback: Playback) => boolean): Promise<Playback | undefined>
}

export async function listening(stage: Stage, person: Person): Promise<Listening> {
  const all: Playback[] = []
  const waiting = new Set<() => void>()
  const begun = Promise.withResolvers<void>()
  void (async () => {
    for await (const message of person.session.voicemail.watch({ signal: AbortSignal.timeout(60_000) })) {
      if (message.type !== 'change') begun.resolve()
      else if (message.change.type === 'playback') all.push(message.change.playback)
      for (const look of waiting) look()
    }
  })().catch(() => undefined)
  await begun.promise
  const told = (playback: string): Playback[] => all.filter((each) => each.playback === playback)
  return {
    told,
    until: async (playback, what, holds) => {
      const { promise, resolve } = Promise.withResolvers<Playback | undefined>()
      const look = (): void => {
        const found = told(playback).find(holds)
        if (found) resolve(found)
      }
      const timer = setTimeout(() => resolve(undefined), waitMs)
      waiting.add(look)
      look()
      const found = await promise
      clearTimeout(timer)
      waiting.delete(look)
      if (!found) stage.check(`${person.name}: ${what}`, 'in time', told(playback).at(-1) ?? 'nothing was told')
      return found
    },
  }
}

/** What alice says elsewhere, too. */
export const tone = 600
const waitMs = 10_000
