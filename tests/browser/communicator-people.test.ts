import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'
import { focused, press, tabTo } from './keyboard.ts'

describe('the communicator: Alice and Bob see each other and write', whenChromium, () => {
  let house: House
  let alice: Page
  let bob: Page
  before(async () => {
    house = await openHouse()
    alice = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    bob = await house.open(house.bob, { viewport: { width: 1440, height: 900 } })
    for (const page of [alice, bob]) await page.getByRole('button', { name: /^You are: / }).waitFor()
  })
  after(() => house?.close())

  test('Bob chooses busy with a note and is told why; Alice sees both, and by which shape', async () => {
    await bob.getByRole('button', { name: /^You are: / }).click()
    const dialog = bob.getByRole('dialog', { name: 'Your availability' })
    await dialog.getByLabel('Show me as').selectOption('Busy')
    await dialog.getByLabel('Note that others see').fill('Writing')
    await dialog.getByRole('button', { name: 'Save the note' }).click()
    await dialog.getByText('Busy · Writing').waitFor()
    const counts = dialog.getByRole('listitem').filter({ hasText: 'This counts.' })
    assert.match(String(await counts.textContent()), /^Your choice/)
    await bob.keyboard.press('Escape')
    await bob.getByRole('button', { name: 'You are: Busy · Writing. Change' }).waitFor()
    await tab(alice, 'People').click()
    await alice.getByRole('option', { name: /^Bob\s*Busy · Writing$/ }).waitFor()
    await alice.getByRole('group', { name: 'Busy' }).waitFor({ state: 'attached' })
  })

  test('what Alice writes is unread at Bob’s until he opens it, and then she sees that he has read it', async () => {
    await alice.getByRole('option', { name: /^Bob/ }).click()
    await alice.getByRole('button', { name: 'Message' }).click()
    await alice.getByLabel('Message to Bob').fill('Lunch <b>at two</b>?')
    await alice.getByRole('button', { name: 'Send' }).click()
    await said(alice, /Lunch <b>at two<\/b>\?.*· Delivered$/).waitFor()
    await bob.getByRole('status').getByText('New message from Alice').waitFor({ state: 'attached' })
    await tab(bob, /Chat.*one unread message/).click()
    await bob.getByRole('button', { name: /^Alice.*Lunch.*one unread message/ }).click()
    await said(bob, 'Lunch <b>at two</b>?').waitFor()
    await said(alice, /· Read$/).waitFor()
    await tab(bob, /^Chat$/).waitFor()
  })

  test('whoever writes is seen writing, and it is over when the message is there', async () => {
    await bob.getByLabel('Message to Alice').pressSequentially('Ye')
    await alice.getByText('Bob is writing …').waitFor()
    await bob.getByLabel('Message to Alice').pressSequentially('s')
    await press(bob, 'Enter')
    await said(alice, 'Yes').waitFor()
    await alice.getByText('Bob is writing …').waitFor({ state: 'detached' })
  })

  test('the same by keyboard alone: a choice, a contact found, a message of two lines, and what was read', async () => {
    await bob.reload()
    await bob.getByRole('button', { name: /^You are: / }).waitFor()
    await tabTo(bob, 'You are: Busy · Writing. Change')
    await press(bob, 'Enter')
    await bob.getByRole('dialog').waitFor()
    await tabTo(bob, 'Show me as')
    await bob.keyboard.type('Away')
    await press(bob, 'Escape')
    await alice.keyboard.press('Alt+p')
    await alice.locator('#contacts:focus').waitFor()
    await press(alice, 'Home')
    await alice.getByRole('option', { name: /^Bob\s*Away · Writing$/, selected: true }).waitFor()
    await press(alice, 'Enter')
    await alice.locator('#message:focus').waitFor()
    await alice.keyboard.type('One')
    await press(alice, 'Shift+Enter')
    await alice.keyboard.type('two')
    await press(alice, 'Enter')
    await said(alice, /One\ntwo/).waitFor()
    await bob.getByRole('tab', { name: /one unread message/ }).waitFor()
    await press(bob, 'Alt+w')
    await bob.locator('#chat:focus').waitFor()
    for (let n = 0; n < 5 && !(await focused(bob)).startsWith('Alice'); n++) await press(bob, 'Tab')
    await press(bob, 'Enter')
    await bob.locator('#message:focus').waitFor()
    await said(alice, /One\ntwo.*· Read$/s).waitFor()
  })

  test('older messages come as one scrolls up, above those that were there', async () => {
    const to = String(house.lab.people[0]?.xmpp['xmpp.user'])
    for (let n = 1; n <= 60; n++) await house.bob.chat.send({ to, text: `Line ${n}.` })
    await said(alice, 'Line 60.').waitFor()
    await alice.reload()
    await tab(alice, 'Chat').click()
    await alice.getByRole('button', { name: /^Bob.*Line 60/ }).click()
    await said(alice, 'Line 60.').waitFor()
    assert.equal(await alice.getByText('Line 1.', { exact: true }).count(), 0)
    await alice.getByRole('log').hover()
    await alice.mouse.wheel(0, -10_000)
    await alice.getByText('Line 1.', { exact: true }).waitFor()
    assert.equal(await alice.getByText('Line 1.', { exact: true }).isVisible(), true)
    const lines = await alice.locator('.said .text').allTextContents()
    assert.deepEqual(
      lines.slice(-60),
      Array.from({ length: 60 }, (_, n) => `Line ${n + 1}.`),
    )
  })

  test('a contact is called from the list', async () => {
    await press(alice, 'Alt+p')
    await alice.getByRole('option', { name: /^Bob/ }).click()
    await button(alice, 'Call').click()
    await bob.getByRole('button', { name: 'Decline Alice' }).click()
    await alice.getByText('The other side declined the call.').first().waitFor()
  })

  test('a contact is a favourite, has another name, is blocked and let in again, by its menu', async () => {
    await press(alice, 'Alt+p')
    await alice.getByRole('option', { name: /^Bob/ }).click()
    await choose(alice, 'More for Bob', 'Make a favourite')
    await alice.getByRole('group', { name: 'Favourites' }).waitFor({ state: 'attached' })
    await choose(alice, 'More for Bob', 'Rename')
    await alice.getByLabel('New name of Bob').fill('Robert')
    await press(alice, 'Enter')
    await alice.getByRole('option', { name: /^Robert/ }).waitFor()
    await choose(alice, 'More for Robert', 'Block')
    await alice.getByRole('form', { name: 'Block' }).locator('.danger:focus').click()
    await alice.getByRole('option', { name: /^Robert\s*Blocked/ }).waitFor()
    await choose(alice, 'More for Robert', 'Unblock')
    await alice.getByRole('option', { name: /^Robert\s*Blocked/ }).waitFor({ state: 'detached' })
  })

  test('who is added is asked, and sees the other when they accept', async () => {
    const carol = await house.core.open({ ...house.lab.people[2]?.settings, ...house.lab.people[2]?.xmpp })
    const address = String(house.lab.people[2]?.xmpp['xmpp.user'])
    await carol.until('presence', ({ published }) => published, 15_000)
    await button(alice, 'Add a contact').click()
    await alice.getByLabel('Address', { exact: true }).fill(address)
    await press(alice, 'Enter')
    await alice.getByRole('option', { name: /Asked to see them/ }).waitFor()
    const page = await house.open(carol, { viewport: { width: 360, height: 740 } })
    await tab(page, /People.*Requests/).click()
    await page.getByRole('button', { name: /^Accept alice/i }).click()
    await page.getByRole('option', { name: /alice/i }).waitFor()
    await alice.getByRole('option', { name: /^carol\S*\s*Available/ }).waitFor()
    await choose(alice, /^More for carol/, 'Remove')
    await alice.getByRole('form', { name: 'Remove' }).locator('.danger:focus').click()
    await alice.getByRole('option', { name: /^carol/ }).waitFor({ state: 'detached' })
  })

  test('a message that is refused says why, and one that cannot go now waits and goes later', async () => {
    await house.alice.chat.send({ to: 'nobody@lab.example', text: 'Is anybody there?' })
    await press(alice, 'Alt+w')
    await alice.getByRole('button', { name: 'All conversations' }).click()
    await alice.getByRole('button', { name: /^nobody@lab\.example/ }).click()
    const refused = said(alice, /Is anybody there\?.*Not sent/)
    assert.match(String(await refused.locator('.bad').textContent()), /\. \(.+\)$/)
    await alice.getByRole('button', { name: 'All conversations' }).click()
    await alice.getByRole('button', { name: /^Robert/ }).click()
    await house.lab.xmpp.go()
    await house.alice.until('presence', ({ published }) => !published, 15_000)
    await alice.locator('#message:focus').fill('Later')
    await press(alice, 'Enter')
    await said(alice, /Later.*· Waiting$/).waitFor()
    await house.lab.xmpp.comeBack()
    await said(alice, /Later.*· (Sent|Delivered|Read)$/).waitFor()
  })

  test('axe finds nothing in either view and in the dialog, and no target is under 44 px', async () => {
    const found: string[] = []
    const look = async (name: string): Promise<void> => {
      for (const width of [360, 1440]) {
        await alice.setViewportSize({ width, height: 740 })
        for (const colorScheme of ['light', 'dark'] as const) {
          await alice.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          if (process.env['SHOTS'])
            await alice.screenshot({ path: `${process.env['SHOTS']}/${name}-${width}-${colorScheme}.png` })
          for (const violation of await violations(alice)) found.push(`${name} ${width} ${colorScheme} ${violation}`)
        }
        for (const small of (await alice.evaluate(misfits)) as string[]) found.push(`${name} ${width} ${small}`)
      }
    }
    // With the lines of others there are seven tabs.
    await house.alice.config.set({ name: 'calls.lamps', value: ['bob'] })
    await alice.setViewportSize({ width: 360, height: 740 })
    await tab(alice, 'Lines').waitFor()
    await press(alice, 'Alt+n')
    await look('keypad')
    await press(alice, 'Alt+p')
    await alice.getByRole('option', { name: /^Robert/ }).click()
    await look('people')
    await press(alice, 'Alt+w')
    await alice.getByRole('log').waitFor()
    await look('chat')
    await alice.getByRole('button', { name: 'All conversations' }).click()
    await alice.getByRole('list', { name: 'Conversations' }).waitFor()
    await look('conversations')
    await alice.getByRole('button', { name: /^You are: / }).click()
    await alice.getByRole('dialog').getByText('Nothing says otherwise.').waitFor()
    await look('presence')
    await press(alice, 'Escape')
    assert.deepEqual(found, [])
  })

  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true })
  const choose = async (page: Page, menu: string | RegExp, entry: string): Promise<void> => {
    await page.getByRole('button', { name: menu }).click()
    await page.getByRole('menuitem', { name: entry }).click()
  }
  const tab = (page: Page, name: string | RegExp): Locator => page.getByRole('tab', { name })
  const said = (page: Page, text: string | RegExp): Locator => page.locator('.said', { hasText: text }).last()
})

describe('the communicator with ten thousand contacts', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse({
      rosterOf: (person) =>
        person === 'alice'
          ? Array.from({ length: most }, (_, n) => ({ jid: `friend${n + 1}@friends.example`, name: `Friend ${n + 1}` }))
          : [],
    })
  })
  after(() => house?.close())

  test('few of them are in the page, End shows the last, and one is found by name', async () => {
    const page = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    await page.getByRole('tab', { name: 'People' }).click()
    const options = page.getByRole('option')
    await page.locator(`[role=option][aria-setsize="${most}"]`).first().waitFor()
    assert.ok((await page.locator('[role=option]').count()) < 100)
    await page.getByRole('listbox').focus()
    await press(page, 'End')
    await options.filter({ hasText: `Friend ${most}` }).waitFor()
    const last = page.locator('[role=option][aria-selected=true]')
    assert.equal(await last.getAttribute('aria-posinset'), String(most))
    assert.ok(await last.isVisible())
    assert.ok((await page.locator('[role=option]').count()) < 100)
    await press(page, 'Home')
    await page.locator('[aria-selected=true][aria-posinset="1"]').waitFor()
    await page.getByLabel('Find a person').fill('friend 7777')
    await page.locator('[role=option][aria-setsize="1"]').first().waitFor()
  })
})

describe('the communicator without a chat server', whenChromium, () => {
  let house: House
  before(async () => {
    house = await openHouse({ chat: false })
  })
  after(() => house?.close())

  test('both views say in a sentence that there is none, and the head shows no availability', async () => {
    const page = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    for (const view of ['People', 'Chat']) {
      await page.getByRole('tab', { name: view }).click()
      await page
        .getByRole('tabpanel', { name: view })
        .getByText(/^There is no chat server/)
        .waitFor()
    }
    assert.equal(await page.getByRole('button', { name: /^You are: / }).count(), 0)
    assert.deepEqual(await violations(page), [])
  })
})

const most = 10_000
/** Run in the page: targets that are too small for a finger, and a page wider than the window. */
const misfits = `[
  ...[...document.querySelectorAll('button, select, textarea, input:not([type=checkbox]), [role=option]')].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect()
    return width === 0 || (width >= 44 && height >= 44) ? [] : [element.outerHTML.slice(0, 80) + ' is ' + width + ' by ' + height]
  }),
  ...[...document.querySelectorAll('button')].flatMap((element) =>
    element.scrollWidth > element.clientWidth ? [element.outerHTML.slice(0, 80) + ' does not hold its words'] : []),
  ...(document.documentElement.scrollWidth > innerWidth ? ['is ' + document.documentElement.scrollWidth + ' wide'] : []),
]`
