import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'
import { focused, press, tabTo } from './keyboard.ts'

describe('the communicator: rooms', whenChromium, () => {
  let house: House
  let alice: Page
  let bob: Page
  let plans: string
  before(async () => {
    house = await openHouse()
    for (const person of [house.alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    plans = `plans@rooms.${String(house.lab.people[0]?.xmpp['xmpp.user']).split('@')[1]}`
    await house.bob.chat.join({ room: plans, nickname: 'Bob' })
    alice = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    bob = await house.open(house.bob, { viewport: { width: 1440, height: 900 } })
    for (const page of [alice, bob]) await page.getByRole('tab', { name: 'Chat' }).click()
  })
  after(() => house?.close())

  test('what is refused is said with what to do, and can be typed otherwise: no address, a name that is taken', async () => {
    await button(alice, 'Join a room').click()
    await alice.getByLabel('Address of the room').fill('no address')
    await button(alice, 'Join').click()
    await problem(alice, 'That is no address of a person or room. Give an address: alice@example.com.')
    await alice.getByLabel('Address of the room').fill(plans)
    await alice.getByLabel('Your name there').fill('Bob')
    await button(alice, 'Join').click()
    await problem(alice, 'Somebody in the room has that nickname. Choose another.')
    await alice.getByLabel('Your name there').fill('Alice')
    await button(alice, 'Join').click()
    await alice.getByText('You are in it as Alice').waitFor()
    await alice.locator('#message:focus').waitFor()
    assert.equal(await alice.locator('.trouble').count(), 0)
  })

  test('who is there is seen, and who wrote; a reply and a reaction name people by their names there', async () => {
    await bob.getByRole('button', { name: /^plans/ }).click()
    await bob.locator('#message:focus').fill('Who comes along?')
    await press(bob, 'Enter')
    await message(alice, 'Who comes along?').locator('.writer', { hasText: 'Bob' }).waitFor()
    await button(alice, '2 people there').click()
    const there = alice.getByRole('list', { name: 'Who is there' }).getByRole('listitem')
    assert.deepEqual(await there.allTextContents(), ['Alice (you)', 'Bob'])
    await button(alice, '2 people there').click()
    await choose(alice, 'Who comes along?', 'React: thumbs up')
    await bob.getByRole('button', { name: '👍 1: Alice', pressed: false }).click()
    await alice.getByRole('button', { name: '👍 2: You, Bob', pressed: true }).waitFor()
    await choose(alice, 'Who comes along?', 'Reply')
    await alice.locator('#message:focus').fill('I do.')
    await press(alice, 'Enter')
    await bob.getByRole('button', { name: 'In reply to You: Who comes along?. Go to it' }).waitFor()
    await message(bob, 'I do.').locator('.writer', { hasText: 'Alice' }).waitFor()
  })

  test('what the room is about is shown above', async () => {
    const { stanzas } = house.lab.record().xmpp
    const to = stanzas['alice']?.findLast(({ type }) => type === 'groupchat')?.to
    const subject = '<subject>Holidays &lt;i>2027&lt;/i></subject>'
    house.lab.xmpp.inject(`<message type="groupchat" from="${plans}/Bob" to="${to}">${subject}</message>`)
    await alice.getByText('Subject: Holidays <i>2027</i>').waitFor()
  })

  test('while the server is away one is joining, and then in it again', async () => {
    await house.lab.xmpp.go()
    await alice.getByText('Joining …').waitFor()
    await house.lab.xmpp.comeBack()
    await alice.getByText('You are in it as Alice').waitFor()
    await button(alice, '2 people there').waitFor()
  })

  test('who leaves is asked, reads on what was said, writes no more, and comes again by another name', async () => {
    await button(alice, 'Leave the room').click()
    await alice.getByRole('form', { name: 'Leave the room' }).getByRole('button', { name: 'Cancel' }).click()
    await alice.getByText('You are in it as Alice').waitFor()
    await button(alice, 'Leave the room').click()
    await alice.getByRole('form', { name: 'Leave the room' }).locator('.danger:focus').click()
    await alice.getByText('You are not in this room.').waitFor()
    await button(bob, 'One person there').waitFor()
    assert.equal(await alice.locator('#message').count(), 0)
    assert.ok(await message(alice, 'I do.').isVisible())
    await button(alice, 'Join again').click()
    await alice.getByLabel('Your name there').fill('Alicia')
    await button(alice, 'Join').click()
    await alice.getByText('You are in it as Alicia').waitFor()
    await button(bob, '2 people there').waitFor()
  })

  test('the same by keyboard alone: a room is joined, looked about in, written in and left', async () => {
    await press(alice, 'Alt+w')
    while ((await focused(alice)) !== 'All conversations') await press(alice, 'Shift+Tab')
    await press(alice, 'Enter')
    await alice.locator('#chat:focus').waitFor()
    await tabTo(alice, 'Join a room')
    await press(alice, 'Enter')
    await alice.getByLabel('Address of the room').and(alice.locator(':focus')).waitFor()
    await alice.keyboard.type(plans.replace('plans', 'Ideas'))
    await press(alice, 'Tab', 'Control+a')
    await alice.keyboard.type('Alice')
    await press(alice, 'Enter')
    await alice.getByText('You are in it as Alice').waitFor()
    await alice.locator('#message:focus').waitFor()
    await alice.keyboard.type('First!')
    await press(alice, 'Enter')
    await message(alice, 'First!')
      .getByText(/· Sent$/)
      .waitFor()
    while ((await focused(alice)) !== 'One person there') await press(alice, 'Shift+Tab')
    await press(alice, 'Enter')
    await alice.getByRole('list', { name: 'Who is there' }).waitFor()
    await tabTo(alice, 'Leave the room')
    await press(alice, 'Enter')
    await alice.getByRole('form', { name: 'Leave the room' }).locator('.danger:focus').waitFor()
    await press(alice, 'Escape')
    await alice.getByRole('form', { name: 'Leave the room' }).waitFor({ state: 'detached' })
    while ((await focused(alice)) !== 'Leave the room') await press(alice, 'Shift+Tab')
    await press(alice, 'Enter')
    await alice.getByRole('form', { name: 'Leave the room' }).locator('.danger:focus').waitFor()
    await press(alice, 'Enter')
    await alice.getByText('You are not in this room.').waitFor()
  })

  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true })
  const problem = (page: Page, text: string): Promise<void> => page.locator('.trouble', { hasText: text }).waitFor()
  const message = (page: Page, text: string): Locator =>
    page.locator('.message').filter({ has: page.locator('.text', { hasText: text }) })
  const choose = async (page: Page, text: string, entry: string): Promise<void> => {
    await message(page, text)
      .last()
      .getByRole('button', { name: /^More for the message/ })
      .click()
    await page.getByRole('menuitem', { name: entry }).click()
  }
})
