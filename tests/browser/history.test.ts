import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { press, tabTo } from './keyboard.ts'

describe('the communicator: the history of everything', whenChromium, () => {
  let house: House
  let page: Page
  before(async () => {
    house = await openHouse()
    const { alice, bob, lab } = house
    for (const person of [alice, bob]) await person.until('presence', ({ published }) => published, 15_000)
    const [toAlice, toBob] = lab.people.map(({ xmpp }) => String(xmpp['xmpp.user'])) as [string, string]
    await alice.chat.send({ to: toBob, text: 'Is the budget ready?' })
    await alice.chat.send({ to: `nobody@${toBob.split('@')[1]}`, text: 'Another budget' })
    const { call } = await bob.calls.dial({ to: toAlice })
    await alice.until('calls', ({ calls }) => calls.some(({ state }) => state === 'alerting'))
    await bob.calls.end({ call })
    await alice.until('history', ({ total }) => total === 1)
    page = await house.open(alice, { viewport: { width: 360, height: 740 }, acceptDownloads: true })
    await page.getByRole('tab', { name: /^History/ }).click()
    await page.getByRole('listitem').nth(2).waitFor()
  })
  after(() => house?.close())

  const shows = async (...texts: readonly (string | RegExp)[]): Promise<void> => {
    for (const text of texts) await page.getByRole('listitem').filter({ hasText: text }).waitFor()
    assert.equal(await page.getByRole('listitem').count(), texts.length)
  }

  test('calls and messages stand together, and words, a kind or a person narrow them', async () => {
    await shows(/Missed/, 'Is the budget ready?', 'Another budget')
    await page.getByLabel('Find in the history').fill('budget read')
    await page.getByRole('status').getByText('One is shown').waitFor({ state: 'attached' })
    await shows('Is the budget ready?')
    await page.getByLabel('Find in the history').fill('')
    await page.getByLabel('Which').selectOption('Messages')
    await page.getByRole('status').getByText('2 are shown').waitFor({ state: 'attached' })
    await shows('Is the budget ready?', 'Another budget')
    await page.getByRole('button', { name: 'More filters' }).click()
    await page.getByLabel('With: a contact or a number').fill('bob@lab.example')
    await page.getByRole('status').getByText('One is shown').waitFor({ state: 'attached' })
    await shows('Is the budget ready?')
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('listitem').nth(2).waitFor()
  })

  test('a contact’s card leads to all that was with them, and a message to its conversation', async () => {
    await page.getByRole('tab', { name: /^People/ }).click()
    await page.getByRole('option', { name: /^Bob/ }).click()
    await page.getByRole('button', { name: 'History with Bob' }).click()
    await page.locator('#history:focus').waitFor()
    await shows(/Missed/, 'Is the budget ready?')
    await page.getByRole('button', { name: /^Bob.*Is the budget ready\?$/ }).click()
    await page.locator('.message', { hasText: 'Is the budget ready?' }).waitFor()
    await page.getByRole('tab', { name: /^History/ }).click()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('listitem').nth(2).waitFor()
  })

  test('it is saved as a file, as it is narrowed', async () => {
    await page.getByLabel('Which').selectOption('Missed calls')
    await page.getByRole('status').getByText('One is shown').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Save as a file' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'As a table (CSV)' }).click()
    const download = await saved
    assert.equal(download.suggestedFilename(), 'history.csv')
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n')
    assert.equal(lines.length, 3)
    assert.match(lines[1] ?? '', /^call,.*,incoming,/)
    await page.getByLabel('Which').selectOption('Everything')
    await page.getByRole('listitem').nth(2).waitFor()
  })

  test('what is new comes by itself; by keyboard alone one thing is deleted, and is gone for every application', async () => {
    await house.bob.chat.send({ to: 'alice@lab.example', text: 'Ready now.' })
    await page.getByRole('listitem').filter({ hasText: 'Ready now.' }).waitFor()
    await press(page, 'Alt+l')
    await page.locator('#history:focus').waitFor()
    const first = page.getByRole('button', { name: /^More for Bob/ }).first()
    await tabTo(page, String(await first.getAttribute('aria-label')))
    await press(page, 'Enter')
    await page.getByRole('menu').waitFor()
    await press(page, 'End')
    await press(page, 'Enter')
    await page.getByRole('listitem').filter({ hasText: 'Ready now.' }).waitFor({ state: 'detached' })
    const { records } = await house.alice.history.search({ text: 'ready' })
    assert.equal(records.length, 1)
  })
})
