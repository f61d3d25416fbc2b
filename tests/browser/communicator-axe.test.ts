import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { furtherViews } from './views-further.ts'
import { everyView } from './views.ts'

describe('the communicator under axe', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house?.close())

  test('axe finds nothing, nothing is wider than the page, and no target is under 44 px: each view, narrow and wide, light and dark', async () => {
    const seen: string[] = []
    const found: string[] = []
    const look = async (name: string, page: Page): Promise<void> => {
      seen.push(name)
      const before = page.viewportSize()
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          for (const violation of await violations(page)) found.push(`${name} ${width} ${colorScheme} ${violation}`)
        }
        for (const small of (await page.evaluate(misfits)) as string[]) found.push(`${name} ${width} ${small}`)
      }
      if (before) await page.setViewportSize(before)
    }
    await everyView(house, look)
    await furtherViews(house, look)
    assert.ok(seen.length >= 32, `${seen.length} views`)
    assert.deepEqual(found, [])
  })
})

const sizes: readonly (readonly [number, number])[] = [
  [360, 740],
  [800, 900],
  [1440, 900],
]

/** Run in the page: targets that are too small for a finger (WCAG 2.5.5), words wider than their button, and a page wider than the window. */
const misfits = `[
  ...[...document.querySelectorAll('button')].flatMap((element) =>
    element.scrollWidth > element.clientWidth ? [element.outerHTML.slice(0, 80) + ' does not hold its words'] : []),
  ...[...document.querySelectorAll('button, summary, select, input:not([type=checkbox])')].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect()
    return width === 0 || (width >= 44 && height >= 44) ? [] : [element.outerHTML.slice(0, 80) + ' is ' + width + ' by ' + height]
  }),
  ...(document.documentElement.scrollWidth > innerWidth ? ['is ' + document.documentElement.scrollWidth + ' wide'] : []),
]`
