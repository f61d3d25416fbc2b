// From words to a call and back, files, and how a contact looks and is reached.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { press } from './keyboard.ts'

/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

describe('the communicator: from words to a call, and files', whenChromium, () => {
  let house: House
  let alice: Page
  let toAlice: string
  before(async () => {
    house = await openHouse()
    for (const person of [house.alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    toAlice = String(house.lab.people[0]?.xmpp['xmpp.user'])
    await house.bob.contacts.publishPhoto({ photo: { type: 'image/png', content: png } })
    const numbers = [{ number: '600', kind: 'work' as const }]
    await house.bob.contacts.publishCard({ card: { name: 'Robert Miller', title: 'Harbour', numbers, mail: [] } })
    await house.bob.chat.send({ to: toAlice, text: 'Call me?' })
    alice = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    await alice.getByRole('tab', { name: /^Chat/ }).click()
    await alice.getByRole('button', { name: /^Bob/ }).click()
    await alice.locator('.message', { hasText: 'Call me?' }).waitFor()
  })
  after(() => house?.close())

  test('Alice calls out of the conversation, and the call is in it when it is over, on both sides', async () => {
    await alice.getByRole('button', { name: 'Call Bob', exact: true }).click()
    const { calls } = await house.bob.until('calls', (state) => state.calls.some((call) => call.state === 'alerting'))
    const [ringing] = calls
    assert.ok(ringing)
    assert.equal(ringing.person, toAlice)
    await house.bob.calls.answer({ call: ringing.id })
    await house.alice.until('calls', (state) => state.calls.some((call) => call.state === 'connected'))
    await house.bob.calls.end({ call: ringing.id })
    await alice.getByRole('tab', { name: /^Chat/ }).click()
    await alice.locator('.message', { hasText: /You called, 0:0\d/ }).waitFor()
    const { messages } = await house.bob.chat.list({ conversation: toAlice })
    assert.equal(messages[0]?.call?.missed, false)
    assert.deepEqual(await violations(alice), [])
  })

  test('a missed call is unread until she looks, and is called back from its menu by keyboard alone', async () => {
    const { call } = await house.bob.calls.dial({ to: toAlice })
    await house.alice.until('calls', (state) => state.calls.some((each) => each.state === 'alerting'))
    await house.bob.calls.end({ call })
    await alice.getByRole('tab', { name: /^Chat/ }).click()
    const missed = alice.locator('.message', { hasText: /Missed call/ })
    await missed.waitFor()
    await missed.focus()
    await press(alice, 'Enter')
    await alice.locator('[role=menu]:focus').waitFor()
    const again = alice.getByRole('menuitem', { name: 'Call' }).and(alice.locator('[data-highlighted]'))
    if ((await again.count()) === 0) await press(alice, 'ArrowDown')
    await again.waitFor()
    await press(alice, 'Enter')
    const { calls } = await house.bob.until('calls', (state) => state.calls.some((each) => each.state === 'alerting'))
    await house.bob.calls.decline({ call: String(calls.find(({ state }) => state === 'alerting')?.id) })
    await house.alice.until('calls', (state) => state.calls.every((each) => each.state === 'ended'))
  })

  test('a file is sent from the page, and what the other side sends is saved as it was', async () => {
    await alice.getByRole('tab', { name: /^Chat/ }).click()
    await alice.locator('input[type=file]').setInputFiles({
      name: 'plan.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('We meet at two.'),
    })
    await house.bob.until('chat', ({ conversations }) => conversations[0]?.last?.file?.name === 'plan.txt', 10_000)
    const { handle } = await house.bob.chat.upload({ name: 'map.png', content: png })
    await house.bob.chat.sendFile({ to: toAlice, file: handle })
    const save = alice.getByRole('button', { name: /^Save the file: map\.png/ })
    await save.waitFor()
    assert.deepEqual(await violations(alice), [])
    const [download] = await Promise.all([alice.waitForEvent('download'), save.click()])
    assert.equal(download.suggestedFilename(), 'map.png')
    assert.equal((await readFile(await download.path())).toString('base64'), png)
  })

  test('a contact is shown with their picture and what they say of themselves, and is called at a number of it', async () => {
    await alice.getByRole('tab', { name: /^People/ }).click()
    await alice.getByRole('option', { name: /^Bob/ }).click()
    await alice.locator('.portrait img').waitFor()
    assert.equal(
      await alice
        .locator('.portrait img')
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      1,
    )
    await alice.getByText('Robert Miller · Harbour').waitFor()
    assert.deepEqual(await violations(alice), [])
    await alice.getByRole('button', { name: '600', exact: true }).click()
    await house.alice.until('calls', (state) =>
      state.calls.some(({ remote, state: is }) => remote.number === '600' && is === 'connected'),
    )
  })
})
