import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'
import { focused, press, tabTo } from './keyboard.ts'

describe('the communicator: in a conversation', whenChromium, () => {
  let house: House
  let alice: Page
  let bob: Page
  let toAlice: string
  let toBob: string
  before(async () => {
    house = await openHouse()
    for (const person of [house.alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    ;[toAlice, toBob] = house.lab.people.map(({ xmpp }) => String(xmpp['xmpp.user'])) as [string, string]
    await house.alice.chat.send({ to: toBob, text: 'Lunch?' })
    alice = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    bob = await house.open(house.bob, { viewport: { width: 1440, height: 900 } })
    await open(alice, 'Bob')
    await open(bob, 'Alice')
    await message(bob, 'Lunch?').waitFor()
  })
  after(() => house?.close())

  test('Bob answers a message from its menu; Alice sees above it what it answers, and a press goes there', async () => {
    await choose(bob, 'Lunch?', 'Reply')
    await bob.getByText('Reply to Alice').waitFor()
    await bob.locator('#message:focus').fill('Gladly.')
    await press(bob, 'Enter')
    await bob.getByText('Reply to Alice').waitFor({ state: 'detached' })
    const quote = message(alice, 'Gladly.').getByRole('button', { name: 'In reply to You: Lunch?. Go to it' })
    await quote.click()
    await standsOn(alice, 'You: Lunch?')
  })

  test('the same by keyboard alone, and Escape answers nothing', async () => {
    await bob.locator('#message').focus()
    await back(bob)
    await press(bob, 'ArrowUp')
    await standsOn(bob, 'Alice: Lunch?')
    await entered(bob, 'Reply')
    await bob.locator('#message:focus').waitFor()
    await press(bob, 'Escape')
    await bob.getByText('Reply to Alice').waitFor({ state: 'detached' })
    await back(bob)
    await press(bob, 'Home')
    await standsOn(bob, 'Alice: Lunch?')
    await entered(bob, 'Reply')
    await bob.locator('#message:focus').waitFor()
    await bob.keyboard.type('At two?')
    await press(bob, 'Enter')
    await message(bob, 'At two?').waitFor()
    await back(bob)
    await press(bob, 'End')
    await standsOn(bob, 'You: At two?')
    await tabTo(bob, 'In reply to Alice: Lunch?. Go to it')
    await press(bob, 'Enter')
    await standsOn(bob, 'Alice: Lunch?')
  })

  test('reactions are shown with their count and whose they are, and one’s own is taken back by the same press', async () => {
    await choose(alice, 'Gladly.', 'React: heart')
    await choose(bob, 'Gladly.', 'React: heart')
    await bob.getByRole('button', { name: '❤️ 2: Alice, You', pressed: true }).waitFor()
    await alice.getByRole('button', { name: '❤️ 2: You, Bob', pressed: true }).click()
    await bob.getByRole('button', { name: '❤️ 1: You', pressed: true }).waitFor()
    await alice.getByRole('button', { name: '❤️ 1: Bob', pressed: false }).waitFor()
  })

  test('the same by keyboard alone: one reacts, adds another, and takes the first back', async () => {
    await alice.locator('#message').focus()
    await back(alice)
    await press(alice, 'Home')
    await press(alice, 'ArrowDown')
    await standsOn(alice, 'Bob: Gladly.')
    await entered(alice, 'React: thumbs up')
    await bob.getByRole('button', { name: '👍 1: Alice' }).waitFor()
    await standsOnMenu(alice)
    await press(alice, 'Shift+Tab')
    while (!(await focused(alice)).startsWith('Bob: Gladly.')) await press(alice, 'Shift+Tab')
    await entered(alice, 'React: party')
    await bob.getByRole('button', { name: '🎉 1: Alice' }).waitFor()
    while (!(await focused(alice)).startsWith('👍')) await press(alice, 'Tab')
    await press(alice, 'Enter')
    await bob.getByRole('button', { name: '👍 1: Alice' }).waitFor({ state: 'detached' })
    await bob.getByRole('button', { name: '🎉 1: Alice' }).waitFor()
  })

  test('Arrow up in the empty field corrects the last message of one’s own, Escape leaves it as it was', async () => {
    const field = alice.locator('#message')
    await field.fill('Half past tow.')
    await press(alice, 'Enter')
    await message(bob, 'Half past tow.').waitFor()
    await press(alice, 'ArrowUp')
    await alice.getByText('Correct your message').waitFor()
    assert.equal(await field.inputValue(), 'Half past tow.')
    await press(alice, 'End')
    await alice.keyboard.type(' Or three.')
    await press(alice, 'Escape')
    assert.equal(await field.inputValue(), '')
    await press(alice, 'ArrowUp')
    await alice.getByText('Correct your message').waitFor()
    await field.fill('Half past two.')
    await press(alice, 'Enter')
    await alice.getByText('Correct your message').waitFor({ state: 'detached' })
    for (const page of [alice, bob])
      await message(page, 'Half past two.')
        .getByText(/· edited \d/)
        .waitFor()
    assert.equal(await message(bob, 'Half past tow.').count(), 0)
  })

  test('the last one alone can be corrected, from its menu, too', async () => {
    await more(alice, 'Lunch?').click()
    await alice.getByRole('menuitem', { name: 'Reply' }).waitFor()
    assert.equal(await alice.getByRole('menuitem', { name: 'Correct' }).count(), 0)
    await press(alice, 'Escape')
    await choose(alice, 'Half past two.', 'Correct')
    await alice.locator('#message:focus').fill('Quarter past two.')
    await alice.getByRole('button', { name: 'Send' }).click()
    await message(bob, 'Quarter past two.').waitFor()
  })

  test('what cannot be said otherwise now is told with what to do, and stays typed until it can', async () => {
    await house.lab.xmpp.go()
    await house.alice.until('presence', ({ published }) => !published, 15_000)
    await choose(alice, 'Quarter past two.', 'Correct')
    await alice.locator('#message:focus').fill('Ten past two.')
    await press(alice, 'Enter')
    await alice.locator('.trouble', { hasText: /^There is no connection to the chat server\. Wait until/ }).waitFor()
    assert.equal(await alice.locator('#message').inputValue(), 'Ten past two.')
    await house.lab.xmpp.comeBack()
    for (const person of [house.alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    await press(alice, 'Enter')
    await message(bob, 'Ten past two.').waitFor()
    assert.equal(await alice.locator('.trouble').count(), 0)
  })

  test('what comes is told to who does not see it, and what was there before is not', async () => {
    await alice.locator('#message').fill('Is it *far*?')
    await press(alice, 'Enter')
    const told = bob.locator('[aria-live=polite]').getByText('Alice: Is it *far*?')
    await told.waitFor({ state: 'attached' })
    await bob.getByRole('button', { name: 'All conversations' }).click()
    await open(bob, 'Alice')
    await message(bob, 'far').waitFor()
    assert.equal(await told.count(), 0)
  })

  test('who looks at another view is told of a message by whom it is', async () => {
    await bob.getByRole('tab', { name: 'History' }).click()
    await house.alice.chat.send({ to: toBob, text: 'Are you there?' })
    await bob.getByRole('status').getByText('New message from Alice').waitFor({ state: 'attached' })
    await bob.getByRole('tab', { name: /^Chat/ }).click()
    await message(bob, 'Are you there?').waitFor()
  })

  test('text is styled, links open elsewhere and tell nobody where from, and a number is put where it is dialled', async () => {
    const text = '*Here*: https://example.com/<b>x</b> or tel:+442079460018 `<img src=x>`\n> quoted\n```\n*code*\n```'
    await house.alice.chat.send({ to: toBob, text })
    const said = message(bob, 'quoted')
    await said.waitFor()
    const link = said.getByRole('link', { name: 'https://example.com/' })
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
    assert.equal(await link.getAttribute('target'), '_blank')
    assert.equal(await said.locator('strong').textContent(), '*Here*')
    assert.equal(await said.locator('code').textContent(), '`<img src=x>`')
    assert.equal(await said.locator('blockquote').textContent(), 'quoted')
    assert.equal(await said.locator('pre').textContent(), '*code*')
    assert.equal(await said.locator('b, img').count(), 0)
    await said.getByRole('link', { name: 'tel:+442079460018' }).click()
    await bob.locator('#number:focus').waitFor()
    assert.equal(await bob.getByLabel('Number').inputValue(), '+442079460018')
    await bob.getByLabel('Number').fill('')
  })

  test('a message far back is found by its words and gone to, and an answer to it goes there', async () => {
    for (let n = 1; n <= 120; n++) await house.bob.chat.send({ to: toAlice, text: `Line ${n}.` })
    await message(alice, 'Line 120.').waitFor()
    await alice.reload()
    await open(alice, 'Bob')
    await message(alice, 'Line 120.').waitFor()
    assert.equal(await message(alice, 'Gladly.').count(), 0)
    await alice.getByRole('button', { name: 'Search in this conversation' }).click()
    await alice.getByLabel('Words').fill('gladly')
    await alice.getByRole('button', { name: 'Search', exact: true }).click()
    await alice.getByText('One message', { exact: true }).waitFor()
    await alice.getByRole('list', { name: 'Found messages' }).getByRole('button').click()
    await standsOn(alice, 'Bob: Gladly.')
    assert.ok(await message(alice, 'Gladly.').isVisible())
    await alice.getByRole('button', { name: 'To the newest' }).click()
    await standsOn(alice, 'Bob: Line 120.')
    await alice.getByRole('button', { name: 'To the newest' }).waitFor({ state: 'detached' })
    await alice.getByRole('button', { name: 'Search in this conversation' }).click()
    await alice.getByLabel('Words').waitFor({ state: 'detached' })
  })

  test('the same by keyboard alone: what is not there is said, Escape closes, and older ones come as one goes up', async () => {
    await alice.reload()
    await open(alice, 'Bob')
    await message(alice, 'Line 120.').waitFor()
    while ((await focused(alice)) !== 'Search in this conversation') await press(alice, 'Shift+Tab')
    await press(alice, 'Enter')
    await alice.keyboard.type('nowhere')
    await press(alice, 'Enter')
    await alice.getByText('No message holds all these words.').waitFor()
    await press(alice, 'Control+a')
    await alice.keyboard.type('line 60')
    await press(alice, 'Enter')
    await alice.getByText('One message', { exact: true }).waitFor()
    for (let n = 0; n < 5 && !(await focused(alice)).includes('Line 60.'); n++) await press(alice, 'Tab')
    await press(alice, 'Enter')
    await standsOn(alice, 'Bob: Line 60.')
    while ((await focused(alice)) !== 'Words') await press(alice, 'Shift+Tab')
    await press(alice, 'Escape')
    await alice.getByLabel('Words').waitFor({ state: 'detached' })
    assert.equal(await focused(alice), 'Search in this conversation')
    await alice.reload()
    await open(alice, 'Bob')
    await message(alice, 'Line 120.').waitFor()
    await back(alice)
    assert.equal(await message(alice, 'Line 60.').count(), 0)
    await press(alice, 'Home')
    await message(alice, 'Line 60.').waitFor()
  })

  test('what could not be sent says why and what to do, aloud, and is sent again from its menu', async () => {
    await house.alice.chat.send({ to: 'nobody@lab.example', text: 'Hello?' })
    await alice.getByRole('button', { name: 'All conversations' }).click()
    await alice.getByRole('button', { name: /^nobody@lab\.example/ }).click()
    const failed = alice.getByRole('group', { name: /^You: Hello\?\. .* · Not sent\. .+\. .+\./ })
    await failed.waitFor()
    await choose(alice, 'Hello?', 'Send again')
    await alice
      .locator('[aria-live=polite]')
      .getByText(/^Not sent\. .+\. .+/)
      .waitFor({ state: 'attached' })
    assert.equal(await failed.count(), 2)
    await alice.getByRole('button', { name: 'Add to your contacts' }).click()
    await alice.getByRole('button', { name: 'Add to your contacts' }).waitFor({ state: 'detached' })
  })

  const open = async (page: Page, who: string): Promise<void> => {
    await page.getByRole('tab', { name: /^Chat/ }).click()
    await page.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: who }).click()
    await page.locator('#message:focus').waitFor()
  }
  const message = (page: Page, text: string): Locator =>
    page.locator('.message').filter({ has: page.locator('.text', { hasText: text }) })
  const more = (page: Page, text: string): Locator =>
    message(page, text)
      .last()
      .getByRole('button', { name: /^More for the message/ })
  const choose = async (page: Page, text: string, entry: string): Promise<void> => {
    await more(page, text).click()
    await page.getByRole('menuitem', { name: entry }).click()
  }
  const standsOn = (page: Page, text: string): Promise<void> =>
    page.locator(`.message[aria-label^=${JSON.stringify(text)}]:focus`).waitFor()
  const standsOnMenu = (page: Page): Promise<void> => page.locator('.message > button:focus').waitFor()
  /** From the field into the messages: the last stop within one is the button of its menu, or a reaction. */
  const back = async (page: Page): Promise<void> => {
    while (!(await page.evaluate(`document.activeElement?.matches('.message') ?? false`)))
      await press(page, 'Shift+Tab')
  }
  /** Opens the menu of the message that the keyboard stands on, and goes down to that entry. */
  const entered = async (page: Page, entry: string): Promise<void> => {
    await press(page, 'Enter')
    await page.locator('[role=menu]:focus').waitFor()
    const chosen = page.getByRole('menuitem', { name: entry }).and(page.locator('[data-highlighted]'))
    for (let n = 0; n < 12 && (await chosen.count()) === 0; n++) await press(page, 'ArrowDown')
    await chosen.waitFor()
    await press(page, 'Enter')
  }
})
