// A page's camera in a call: what it sees is seen at the other end, and the other way round.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type House, launch, openHouse, whenChromium } from './house.ts'
import { cameras, sees } from './seeing.ts'

describe('a page with a camera', whenChromium, () => {
  const films = cameras()
  let house: House
  let bobsBrowser: Browser
  before(async () => {
    house = await openHouse({ camera: films.red })
    bobsBrowser = await launch(undefined, films.blue)
  })
  after(async () => {
    await bobsBrowser?.close()
    await house?.close()
    films.remove()
  })

  test('two pages that call with video see each other', async () => {
    const [alice, bob] = await both(house, bobsBrowser)
    await alice.getByLabel('Number').fill('bob')
    await alice.getByRole('button', { name: 'Call with video' }).click()
    await bob.getByRole('button', { name: /^With video: answer/ }).click()
    await sees(alice, 'Picture of Bob', 'blue')
    await sees(bob, 'Picture of Alice', 'red')
    await part(alice, bob)
  })
})

async function both(house: House, bobsBrowser: Browser): Promise<[Page, Page]> {
  return [await house.open(house.alice), await house.open(house.bob, {}, { browser: bobsBrowser })]
}

async function part(alice: Page, bob: Page): Promise<void> {
  await alice.getByRole('button', { name: 'End call' }).click()
  await bob.getByText('The other side has ended the call.').first().waitFor()
  for (const page of [alice, bob]) await page.close()
}
