import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import { type House, openHouse, whenChromium } from './house.ts'
import { everyView } from './views.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('the communicator under axe', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house?.close())

  test('axe finds nothing, nothing is wider than the page, and no target is under 44 px: each view, narrow and wide, light and dark', async () => {
    const seen: string[] = []
    const found: string[] = []
    await everyView(house, async (name, page) => {
      seen.push(name)
      const before = page.viewportSize()
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height })
        // Evaluated, not added as an element: the page's rules let no other script in.
        await page.evaluate(axe)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const { violations, passes } = (await page.evaluate('axe.run()')) as AxeResults
          assert.ok(passes.length > 5, `${name}: axe has looked`)
          for (const { id, nodes } of violations) {
            found.push(
              `${name} ${width} ${colorScheme} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
            )
          }
        }
        for (const small of (await page.evaluate(misfits)) as string[]) found.push(`${name} ${width} ${small}`)
      }
      if (before) await page.setViewportSize(before)
    })
    assert.ok(seen.length >= 16, `${seen.length} views`)
    assert.deepEqual(found, [])
  })
})

const sizes: readonly (readonly [number, number])[] = [
  [360, 740],
  [800, 900],
  [1440, 900],
]

/** Run in the page: targets that are too small for a finger (WCAG 2.5.5), and a page that is wider than the window. */
const misfits = `[
  ...[...document.querySelectorAll('button, summary, input:not([type=checkbox])')].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect()
    return width === 0 || (width >= 44 && height >= 44) ? [] : [element.outerHTML.slice(0, 80) + ' is ' + width + ' by ' + height]
  }),
  ...(document.documentElement.scrollWidth > innerWidth ? ['is ' + document.documentElement.scrollWidth + ' wide'] : []),
]`
