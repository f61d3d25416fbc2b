import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { press, tabTo } from './keyboard.ts'

describe('the communicator: people of the directory', whenChromium, () => {
  let house: House
  let page: Page
  before(async () => {
    house = await openHouse({ also: ['cards'], cards })
    const { alice } = house
    await alice.until('presence', ({ published }) => published, 15_000)
    await alice.until('directory', ({ sources }) => sources.some(({ is }) => is === 'ready'), 15_000)
    page = await house.open(alice, { viewport: { width: 360, height: 740 } })
    await page.getByLabel('Number').waitFor()
  })
  after(() => house?.close())

  test('whoever is typed where one dials is offered with every number, and called by one press', async () => {
    await page.getByLabel('Number').fill('zoe')
    await page.getByRole('button', { name: /^Zoë Müller Head of Docks · Harbour$/ }).click()
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: 'Call Zoë Müller: 600 Work', exact: true }).click()
    await page.getByRole('article').getByText('Connected', { exact: true }).waitFor()
    await house.endCalls()
  })

  test('who is no contact is found beside those who are, by keyboard alone, and becomes one', async () => {
    await press(page, 'Alt+p')
    await page.locator('#contacts:focus').waitFor()
    await page.getByLabel('Find a person').fill('carol')
    await page.getByRole('list', { name: 'In the directory' }).waitFor()
    await page.getByRole('status').getByText('One in the directory').waitFor({ state: 'attached' })
    await page.getByLabel('Find a person').focus()
    await press(page, 'Tab', 'Tab', 'Enter')
    await page.getByRole('button', { name: 'Add to contacts' }).waitFor()
    await page.locator('.directory img').waitFor()
    assert.deepEqual(await violations(page), [])
    await tabTo(page, 'Add to contacts')
    await press(page, 'Enter')
    await page.getByRole('option', { name: /^Carol Reef/ }).waitFor()
    await page.getByRole('button', { name: 'Add to contacts' }).waitFor({ state: 'detached' })
  })

  test('nothing is looked for where nothing is typed, and nobody is offered where nobody is so', async () => {
    await page.getByLabel('Find a person').fill('')
    await page.getByRole('list', { name: 'In the directory' }).waitFor({ state: 'detached' })
    await page.getByLabel('Find a person').fill('nobody at all')
    await page.getByText('Nobody is called so.').waitFor()
    assert.equal(await page.getByRole('list', { name: 'In the directory' }).count(), 0)
  })
})

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const cards = [
  ['UID:zoe', 'FN:Zoë Müller', 'TITLE:Head of Docks', 'ORG:Harbour', 'TEL;TYPE=work:600', 'EMAIL:zoe@example.com'],
  ['UID:carol', 'FN:Carol Reef', 'IMPP:xmpp:carol@lab.example', `PHOTO:data:image/png;base64,${picture}`],
].map((lines) => ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n'))
