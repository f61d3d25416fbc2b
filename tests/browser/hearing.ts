// Who hears whom in a page: what comes from the core, and what the other side has recorded, compared with the sentences that were said.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareSpeech, readWav, type Sound } from '@openparley/media'
import type { Page } from 'playwright-core'
import type { House } from './house.ts'

export const speech = (who: string): string => join(import.meta.dirname, `../../packages/scenarios/speech/${who}.wav`)

export const listenIn: { readonly before: string } = { before: join(import.meta.dirname, 'listen-in.js') }

export interface Listening {
  codecs(): Promise<(string | undefined)[]>
  readonly heard: number[]
  received(): number
}

/** How well what came from the core since `forget` is that speech. */
export async function heardIn(page: Page, who: string): Promise<number> {
  const samples: number[] = await page.evaluate(() => (globalThis as unknown as Listening).heard)
  return compared({ samples: Int16Array.from(samples), sampleRate: 8000 }, who)
}

export async function heardBy({ folder }: House, recording: string, who: string): Promise<number> {
  return compared(readWav(await readFile(join(folder, recording))), who)
}

async function compared(recording: Sound, who: string): Promise<number> {
  return compareSpeech({ reference: readWav(await readFile(speech(who))), recording }).heard
}

/** The mean of the samples' size since `forget`. */
export function loudnessIn(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { heard } = globalThis as unknown as Listening
    return heard.reduce((sum, sample) => sum + Math.abs(sample), 0) / Math.max(1, heard.length)
  })
}

export async function forget(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await page.evaluate(() => {
      ;(globalThis as unknown as Listening).heard.length = 0
    })
  }
}

export function hears(heard: number, least: number = 0.9): void {
  assert.ok(heard >= least, `heard ${heard}`)
}

export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The page's microphone repeats its file: this is long enough for the whole of it, and of Bob's. */
export const sentenceMs = 15_000
