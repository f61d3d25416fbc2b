import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { press, tabTo } from './keyboard.ts'

describe('the communicator: voicemail', whenChromium, () => {
  let house: House
  let page: Page
  before(async () => {
    house = await openHouse({ also: ['voicemail'] })
    const { alice, lab } = house
    for (const person of [alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    await alice.until('voicemail', ({ mailbox }) => mailbox.is === 'ready', 15_000)
    const { messages } = await alice.voicemail.list()
    await alice.voicemail.delete({ messages: messages.map(({ id }) => id) })
    await alice.voicemail.erase()
    lab.voicemail.leave('alice', { from: { number: 'bob', name: 'Bob' }, urgent: true, sound: speech(2) })
    await alice.until('voicemail', ({ mailbox }) => mailbox.fresh === 1)
    page = await house.open(alice, { viewport: { width: 360, height: 740 } })
    await page.getByRole('tab', { name: /^Voicemail.*one new message/ }).click()
    await item('Bob').first().waitFor()
  })
  after(() => house?.close())

  const item = (name: string): Locator => page.getByRole('button', { name: new RegExp(`^${name}`), expanded: false })
  const act = (name: string): Locator => page.getByRole('button', { name, exact: true })

  test('a new message is seen with who left it and how long it is, heard to its end, and is not new any more', async () => {
    await page.getByRole('button', { name: /^Bob.*0:02 New Urgent$/ }).click()
    await page.getByRole('img', { name: /^How loud the message is/ }).waitFor()
    assert.deepEqual(await violations(page), [])
    await act('Play').click()
    await act('Pause').waitFor()
    await house.alice.until('voicemail', ({ mailbox }) => mailbox.fresh === 0, 15_000)
    await page.getByText('0:02 of 0:02').waitFor()
    await page.getByRole('tab', { name: 'Voicemail', exact: true }).waitFor()
    await act('Play').waitFor()
  })

  test('by keyboard alone: gone to from anywhere, to another place in it, and marked as new', async () => {
    await press(page, 'Alt+n', 'Alt+v')
    await page.locator('#voicemail:focus').waitFor()
    await tabTo(page, 'Place in the message')
    const place = page.getByRole('slider', { name: 'Place in the message' })
    await press(page, 'ArrowLeft')
    await page.getByText('0:00 of 0:02').waitFor()
    assert.equal(await place.getAttribute('aria-valuetext'), '0:00 of 0:02')
    await tabTo(page, 'Mark as new')
    await press(page, 'Enter')
    await page.getByRole('tab', { name: /^Voicemail.*one new message/ }).waitFor()
  })

  test('what is deleted is brought back, and what is deleted for good is asked for once more', async () => {
    await act('Delete').click()
    await act('Deleted').click()
    await item('Bob').click()
    await act('Delete for good').click()
    await page.getByRole('form', { name: 'Delete for good' }).getByRole('button', { name: 'Cancel' }).click()
    await act('Bring back').click()
    await page.getByText('Nothing was deleted.').waitFor()
    await act('New').click()
    await item('Bob').waitFor()
    assert.deepEqual(await violations(page), [])
  })

  test('who called is called back, and is sent the message as a file', async () => {
    await item('Bob').click()
    await act('Forward').click()
    await page.getByLabel('To whom, by address').fill('bob@lab.example')
    await act('Send').click()
    await page
      .getByRole('status')
      .getByText('The voice message was sent to bob@lab.example')
      .waitFor({ state: 'attached' })
    await house.bob.until('chat', ({ conversations }) =>
      conversations.some(({ last }) => /^voicemail .*\.wav$/.test(last?.file?.name ?? '')),
    )
    await act('Call back').click()
    await house.bob.until('calls', ({ calls }) => calls.some(({ state }) => state === 'alerting'))
    await house.endCalls()
  })

  test('it stands in the history, and is opened from there', async () => {
    await page.getByRole('tab', { name: /^History/ }).click()
    await page.getByLabel('Which').selectOption('Voicemail')
    await page
      .getByRole('button', { name: /^Bob.*Voice message/ })
      .first()
      .click()
    await page.getByRole('img', { name: /^How loud the message is/ }).waitFor()
  })
})

/** So many seconds that grow louder. */
function speech(seconds: number): { readonly samples: Int16Array; readonly sampleRate: number } {
  const count = seconds * 8000
  const samples = Int16Array.from(
    { length: count },
    (_, at) => 12_000 * (at / count) * Math.sin((at * 2 * Math.PI * 440) / 8000),
  )
  return { samples, sampleRate: 8000 }
}
