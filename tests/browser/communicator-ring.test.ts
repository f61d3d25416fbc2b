// What the page plays itself, measured where it goes to the speaker.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Session } from '@openparley/sdk'
import type { Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator rings', whenChromium, () => {
  let house: House
  let alice: Page
  let other: Session
  before(async () => {
    house = await openHouse()
    other = house.bob
    alice = await house.open(
      house.alice,
      { viewport: { width: 1440, height: 900 } },
      { before: join(import.meta.dirname, 'listen-to-page.js') },
    )
    await alice.getByLabel('Number').waitFor()
  })
  after(() => house?.close())
  afterEach(() => house.endCalls())

  const forget = (): Promise<void> =>
    alice.evaluate(() => {
      ;(globalThis as unknown as Listening).played.length = 0
    })
  const playing = async (): Promise<readonly Stretch[]> =>
    stretches(await alice.evaluate(() => (globalThis as unknown as Listening).played))
  /** Waits until that was played: sound and silence, in seconds, in this order. */
  const hears = async (...expected: readonly number[]): Promise<readonly Stretch[]> => {
    let heard: readonly Stretch[] = []
    for (const until = Date.now() + 20_000; Date.now() < until; await alice.waitForTimeout(200)) {
      heard = await playing()
      for (const [from, { isLoud }] of heard.entries()) {
        const found = heard.slice(from, from + expected.length)
        // The last may go on.
        if (isLoud && found.length === expected.length && found.every(({ lasts }, n) => near(lasts, expected[n])))
          return found
      }
    }
    const told = heard.map(({ isLoud, lasts }) => `${isLoud ? 'sound' : 'silence'} of ${lasts.toFixed(2)} s`)
    return assert.fail(`heard ${told.slice(0, 20).join(', ')} instead of ${expected.join(', ')}`)
  }
  const closeDialog = async (): Promise<void> => {
    await alice.keyboard.press('Escape')
    await alice.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const isQuiet = async (): Promise<void> => {
    // What the tap holds back is still heard.
    await alice.waitForTimeout(400)
    await forget()
    await alice.waitForTimeout(1000)
    assert.ok((await playing()).every(({ isLoud }) => !isLoud))
  }

  test('a call that comes in rings aloud, two seconds of six, and falls silent when it is answered', async () => {
    await other.calls.dial({ to: 'alice' })
    const [ring] = await hears(2, 4)
    assert.ok(ring && ring.peak > 0.25, `${ring?.peak}`)
    await alice.getByRole('button', { name: 'Answer Bob' }).click()
    await alice.getByRole('article').getByText('Connected', { exact: true }).waitFor()
    await isQuiet()
  })

  test('a call with precedence rings nearly without a pause', async () => {
    await forget()
    await other.calls.dial({ to: 'alice', precedence: 'flash' })
    await hears(1.64, 0.36, 1.64, 0.36)
  })

  test('while the person talks a further call is only told of', async () => {
    const { call } = await house.alice.calls.dial({ to: '600' })
    await house.alice.calls.until(call, ({ state }) => state === 'connected')
    await alice.getByText('Handled by another application').waitFor()
    await forget()
    await other.calls.dial({ to: 'alice' })
    const [sign] = await hears(0.2, 0.2, 0.2)
    assert.ok(sign && sign.peak < 0.15, `${sign?.peak}`)
    await house.alice.calls.end({ call })
  })

  test('who calls hears that it rings there, softer, whether or not calls ring here; and who has set so hears no ring', async () => {
    await alice.getByRole('button', { name: 'Sound' }).click()
    await alice.getByLabel('Ring when a call comes in').uncheck()
    await closeDialog()
    await forget()
    await alice.getByLabel('Number').fill('bob')
    await alice.getByRole('button', { name: 'Call', exact: true }).click()
    const [back] = await hears(2, 4)
    assert.ok(back && back.peak > 0.05 && back.peak < 0.15, `${back?.peak}`)
    await alice.getByRole('button', { name: 'End call' }).click()
    await isQuiet()
    await other.calls.dial({ to: 'alice' })
    await alice.getByRole('button', { name: 'Answer Bob' }).waitFor()
    await isQuiet()
    await alice.getByRole('button', { name: 'Sound' }).click()
    await alice.getByLabel('Ring when a call comes in').check()
    await closeDialog()
  })

  test('who holds hears a soft sign when they are reminded', async () => {
    await house.alice.config.set({ name: 'calls.hold.remindMs', value: 1500 })
    await alice.getByLabel('Number').fill('600')
    await alice.getByRole('button', { name: 'Call', exact: true }).click()
    await alice.getByRole('button', { name: 'Hold', exact: true }).click()
    await forget()
    const [sign] = await hears(0.12, 0.12, 0.12)
    assert.ok(sign && sign.peak < 0.15, `${sign?.peak}`)
    await house.alice.config.unset({ name: 'calls.hold.remindMs' })
  })
})

interface Listening {
  readonly played: { readonly at: number; readonly peak: number }[]
}

/** So long it is loud, or silent. */
interface Stretch {
  readonly isLoud: boolean
  readonly lasts: number
  readonly peak: number
}

/** The one that goes on, and what was not measured, count for as long as they were. */
function stretches(played: Listening['played']): readonly Stretch[] {
  const found: { isLoud: boolean; from: number; until: number; peak: number }[] = []
  for (const { at, peak } of played) {
    const isLoud = peak > quiet
    const last = found.at(-1)
    if (last?.isLoud === isLoud) {
      last.until = at + 0.01
      last.peak = Math.max(last.peak, peak)
    } else {
      if (last) last.until = at
      found.push({ isLoud, from: at, until: at + 0.01, peak })
    }
  }
  return found.map(({ isLoud, from, until, peak }) => ({ isLoud, lasts: until - from, peak }))
}

function near(lasts: number, expected: number | undefined): boolean {
  return expected !== undefined && Math.abs(lasts - expected) < 0.06
}

/** Of 1. */
const quiet = 0.01
