import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator’s settings', whenChromium, () => {
  let house: House
  let page: Page
  before(async () => {
    house = await openHouse()
    page = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    await page.getByLabel('Number').waitFor()
  })
  after(() => house?.close())

  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('Search settings').waitFor()
  }
  const seek = (text: string): Promise<void> => page.getByLabel('Search settings').fill(text)

  test('a setting is found, changed by keyboard, told as one’s own, and taken back', async () => {
    await open()
    await seek('calls.max')
    const field = page.getByLabel('calls.max', { exact: true })
    await field.waitFor()
    assert.equal(await field.inputValue(), '16')
    await field.focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('4')
    await page.keyboard.press('Tab')
    await house.alice.until('config', ({ settings }) => settings['calls.max']?.value === 4, 5000)
    await page.getByText(/^Your own:/).waitFor()
    await page.getByRole('button', { name: 'Take back calls.max' }).press('Enter')
    await house.alice.until('config', ({ settings }) => settings['calls.max']?.value === 16, 5000)
  })

  test('what cannot be is refused at its field, with what the setting takes', async () => {
    await seek('calls.max')
    await page.getByLabel('calls.max', { exact: true }).fill('0')
    await page.keyboard.press('Tab')
    await page.getByRole('alert').getByText('A setting has a value that it cannot have.').waitFor()
    await page.getByLabel('calls.max', { exact: true }).fill('16')
  })

  test('what policy sets is locked, and says by whom', async () => {
    writeFileSync(join(house.folder, 'policy.json'), '{"calls.maxPerMinute": 7}')
    await seek('calls.maxPerMinute')
    await page.getByText(/^Set by policy, and locked:.*policy\.json$/).waitFor()
    assert.equal(await page.getByLabel('calls.maxPerMinute').isDisabled(), true)
    rmSync(join(house.folder, 'policy.json'))
    await page.getByText('As Parley has it').waitFor()
  })

  test('a secret is never shown, and a change that waits for a sign-in says so and can be applied', async () => {
    await seek('softphone.password')
    assert.equal(await page.getByLabel('softphone.password').inputValue(), '')
    await seek('softphone.displayName')
    await page.getByLabel('softphone.displayName').fill('Alice L')
    await page.keyboard.press('Tab')
    await page.getByText('Changed, and in force after a sign-in: softphone.displayName.').waitFor()
    await page.getByRole('button', { name: 'Sign in again (ends calls)' }).click()
    await page.getByText('Changed, and in force after a sign-in').waitFor({ state: 'detached' })
    await house.alice.phones.ready({ timeoutMs: 10_000 })
  })

  test('axe finds nothing in it, narrow and wide, light and dark', async () => {
    await seek('')
    for (const [width, colorScheme] of [
      [360, 'light'],
      [1440, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await violations(page), [])
      const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
      assert.equal(wide, false)
    }
    await page.keyboard.press('Escape')
    await page.getByLabel('Search settings').waitFor({ state: 'detached' })
  })
})
