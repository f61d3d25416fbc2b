import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator, two pages that call each other', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house.close())

  test('a page that came without a code or a token says how to get in', async () => {
    const page = await house.browser.newPage()
    const { address } = await house.core.system.oneTimeAddress({ application: 'x', scopes: ['calls.read'] })
    await page.goto(new URL('/', address).href)
    await page.getByText('Open this page from the address').waitFor()
    await page.close()
  })

  test('a call is dialled, its state is shown, and it is ended', async () => {
    const page = await house.open(house.alice)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.deepEqual(await violations(page), [])
    await page.getByLabel('Number').fill('600')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.getByText('Connected').waitFor()
    await page.getByRole('button', { name: 'End call' }).click()
    await page.getByText('Call ended').waitFor()
    const { state } = await house.alice.calls.get()
    assert.deepEqual(
      state.calls.map((call) => call.state),
      ['ended'],
    )
  })
})
