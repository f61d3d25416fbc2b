// Pictures of every view of the communicator in out/shots, narrow and wide, light and dark, for a person to look at.
// `people` as an argument: those of people and messages alone.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openHouse } from './house.ts'
import { furtherViews } from './views-further.ts'
import { peopleViews } from './views-people.ts'
import { everyView } from './views.ts'

const folder = join(import.meta.dirname, '../../out/shots')
mkdirSync(folder, { recursive: true })
const house = await openHouse()
try {
  const look: Parameters<typeof everyView>[1] = async (name, page) => {
    const before = page.viewportSize()
    for (const [width, height] of [
      [360, 740],
      [800, 900],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
      }
    }
    if (before) await page.setViewportSize(before)
  }
  await peopleViews(house, look)
  if (!process.argv.includes('people')) {
    await furtherViews(house, look)
    await everyView(house, look)
  }
} finally {
  await house.close()
}
