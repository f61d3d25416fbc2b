import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { furtherViews } from './views-further.ts'
import { peopleViews } from './views-people.ts'
import { everyView } from './views.ts'

describe('the communicator under axe', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house?.close())

  const isWell = async (views: typeof everyView, least: number): Promise<void> => {
    const seen: string[] = []
    const found: string[] = []
    await views(house, async (name, page) => {
      seen.push(name)
      const before = page.viewportSize()
      for (const [width, height, schemes] of sizes) {
        await page.setViewportSize({ width, height })
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          for (const violation of await violations(page)) found.push(`${name} ${width} ${colorScheme} ${violation}`)
        }
        for (const small of (await page.evaluate(misfits)) as string[]) found.push(`${name} ${width} ${small}`)
      }
      if (before) await page.setViewportSize(before)
    })
    assert.ok(seen.length >= least, `${seen.length} views`)
    assert.deepEqual(found, [])
  }

  test('axe finds nothing, nothing is wider than its place, and no target is under 44 px: each view, narrow and wide, light and dark', () =>
    isWell(everyView, 16))

  test('the same in each view of calls in full', () => isWell(furtherViews, 19))

  test('the same in each view of people and messages, with a menu open, too', () => isWell(peopleViews, 16))
})

const sizes: readonly (readonly [width: number, height: number, schemes: readonly ('light' | 'dark')[]])[] = [
  [360, 740, ['light', 'dark']],
  [800, 900, ['light']],
  [1440, 900, ['light', 'dark']],
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
