// A page's microphone and speaker in a call: what is said there is heard at the other end, and the other way round.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { compareSpeech, readWav } from '@openparley/media'
import type { Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'

const speech = (who: string): string => join(import.meta.dirname, `../../packages/scenarios/speech/${who}.wav`)

describe('a page with microphone and speaker', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse({ microphone: speech('alice') })
  })
  after(() => house.close())

  test('Alice’s page and Bob’s phone hear each other', async () => {
    const page = await house.open(house.alice, {}, join(import.meta.dirname, 'listen-in.js'))
    const { handle } = await house.bob.media.upload({ wav: (await readFile(speech('bob'))).toString('base64') })
    const answered = answerWith(house, { kind: 'file', play: handle, record: 'heard-by-bob.wav' })
    await dial(page, 'bob')
    const call = await answered
    await house.bob.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 10_000 })
    await new Promise((resolve) => setTimeout(resolve, sentenceMs))
    await house.bob.calls.end({ call })
    await house.bob.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
    const heardByBob = compareSpeech({
      reference: readWav(await readFile(speech('alice'))),
      recording: readWav(await readFile(join(house.folder, 'heard-by-bob.wav'))),
    })
    assert.ok(heardByBob.heard >= 0.9, JSON.stringify(heardByBob))
    const heardByAlice = compareSpeech({
      reference: readWav(await readFile(speech('bob'))),
      recording: { samples: Int16Array.from(await heardIn(page)), sampleRate: 8000 },
    })
    assert.ok(heardByAlice.heard >= 0.9, JSON.stringify(heardByAlice))
  })
})

/** The page's microphone repeats its file: this is long enough for the whole of it, and of Bob's. */
const sentenceMs = 15_000

async function dial(page: Page, number: string): Promise<void> {
  await page.getByLabel('Number').fill(number)
  await page.getByRole('button', { name: 'Call', exact: true }).click()
}

/** Bob answers the next call; its id. */
async function answerWith(
  { bob }: House,
  endpoint: Parameters<House['bob']['calls']['answer']>[0]['endpoint'],
): Promise<string> {
  for await (const { id } of bob.calls.incoming({ signal: AbortSignal.timeout(20_000) })) {
    await bob.calls.answer({ call: id, endpoint })
    return id
  }
  throw new Error('no call came')
}

/** What came from the core since the page was opened. */
function heardIn(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as { heard: number[] }).heard)
}
