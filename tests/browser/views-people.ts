// The views of people and messages, one after another, for whoever looks at them: axe, or a person at screenshots.
import type { Session } from '@openparley/sdk'
import type { Locator, Page } from 'playwright-core'
import type { House } from './house.ts'

/** Leads a page of Alice's through its views; `look` is called at each, with nothing moving. */
export async function peopleViews(house: House, look: (name: string, page: Page) => Promise<void>): Promise<void> {
  const { alice, bob, lab } = house
  const [toAlice, toBob] = lab.people.map(({ xmpp }) => String(xmpp['xmpp.user'])) as [string, string]
  const page = await house.open(alice, { viewport: { width: 360, height: 740 } })
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })
  const choose = async (of: Locator, name: string): Promise<void> => {
    await of.click()
    await page.getByRole('menuitem', { name }).click()
  }
  const go = (view: string | RegExp): Promise<void> => page.getByRole('tab', { name: view }).click()
  const said = (text: string): Locator => page.locator('.message', { hasText: text }).last()
  for (const person of [alice, bob]) await person.until('presence', ({ published }) => published, 15_000)
  await alice.contacts.update({ address: toBob, groups: ['Friends', 'Work'], favourite: true })

  await bob.contacts.publishPhoto({ photo: { type: 'image/png', content: picture } })
  const numbers = [
    { number: '+44 20 7946 0018', kind: 'work' as const },
    { number: '+44 7700 900123', kind: 'mobile' as const },
  ]
  const card = {
    name: 'Robert Miller',
    title: 'Head of Docks',
    organisation: 'Harbour',
    numbers,
    mail: ['bob@example.com'],
  }
  await bob.contacts.publishCard({ card })
  await go('People')
  await page.getByRole('option', { name: /^Bob/ }).click()
  await page.locator('.portrait img').waitFor()
  await page.getByText('+44 7700 900123').waitFor()
  await look('people', page)
  await button('More for Bob').click()
  await page.getByRole('menu').waitFor()
  await look('people-menu', page)
  await page.keyboard.press('Escape')
  for (const [entry, view] of [
    ['Groups', 'people-groups'],
    ['Rename', 'people-rename'],
    ['Remove', 'people-remove'],
  ] as const) {
    await choose(button('More for Bob'), entry)
    await page.getByRole('form', { name: entry }).waitFor()
    await look(view, page)
    await page.keyboard.press('Escape')
  }
  await button('Add a contact').click()
  await look('people-add', page)
  await page.keyboard.press('Escape')

  await alice.chat.send({ to: toBob, text: 'Lunch at *two*? The place is ~the usual~ _new_: https://example.com/menu' })
  const asked = await lastIn(bob, toAlice, /^Lunch/)
  await bob.chat.send({ to: toAlice, text: 'Gladly.', replyTo: asked })
  await bob.chat.react({ message: asked, emoji: ['👍', '🎉'] })
  await bob.chat.send({
    to: toAlice,
    text: '> The place is new\nThen I call first: tel:+442079460018\n```sh\nmake lunch\n```',
  })
  const { handle } = await bob.chat.upload({ name: 'the way to the harbour.png', content: picture })
  await bob.chat.sendFile({ to: toAlice, file: handle })
  const { call } = await bob.calls.dial({ to: toAlice })
  await alice.until('calls', (state) => state.calls.some((each) => each.state === 'alerting'))
  await bob.calls.end({ call })
  await go(/^Chat/)
  await page.getByRole('button', { name: /^Bob/ }).click()
  await said('make lunch').waitFor()
  await said('Missed call').waitFor()
  await alice.chat.send({ to: toBob, text: 'Half past two.' })
  const mine = await lastIn(alice, toBob, /^Half/)
  await said('Half past two.').getByText('Read').or(said('Half past two.').getByText('Delivered')).waitFor()
  await alice.chat.correct({ message: mine, text: 'Quarter past two.' })
  await said('Quarter past two.')
    .getByText(/edited/)
    .waitFor()
  const more = (text: string): Locator => said(text).getByRole('button', { name: /^More for the message of/ })
  await choose(more('Gladly.'), 'React: heart')
  await page.getByRole('button', { name: '❤️ 1: You' }).waitFor()
  await look('talk', page)
  await page
    .getByRole('button', { name: /^More for the message of You/ })
    .last()
    .click()
  await page.getByRole('menu').waitFor()
  await look('talk-menu', page)
  await page.keyboard.press('Escape')
  await choose(more('make lunch'), 'Reply')
  await page.getByText('Reply to Bob').waitFor()
  await look('talk-reply', page)
  await page.keyboard.press('Escape')
  await button('Search in this conversation').click()
  await page.getByLabel('Words').fill('past two')
  await page.keyboard.press('Enter')
  await page.getByText('One message').waitFor()
  await look('talk-search', page)
  await page.keyboard.press('Escape')

  await alice.chat.send({ to: `nobody@${toBob.split('@')[1]}`, text: 'Is anybody there?' })
  await button('All conversations').click()
  await page.getByRole('button', { name: /^nobody/ }).click()
  await said('Is anybody there?')
    .getByText(/Not sent/)
    .waitFor()
  await look('talk-failed', page)

  const room = `plans@rooms.${toBob.split('@')[1]}`
  await bob.chat.join({ room, nickname: 'Bob' })
  await bob.chat.send({ to: room, text: 'Who comes along?' })
  await button('All conversations').click()
  await button('Join a room').click()
  await page.getByLabel('Address of the room').fill(room)
  await look('room-join', page)
  await page.keyboard.press('Enter')
  await page.getByText('You are in it as').waitFor()
  await said('Who comes along?').waitFor()
  await page.locator('#message').fill('I do.')
  await page.keyboard.press('Enter')
  await button('2 people there').click()
  await page.getByRole('list', { name: 'Who is there' }).waitFor()
  await look('room', page)
  await button('Leave the room').click()
  await page.getByRole('form', { name: 'Leave the room' }).waitFor()
  await look('room-leave', page)
  await page.keyboard.press('Enter')
  await button('Join again').waitFor()
  await look('room-out', page)
  await button('All conversations').click()
  await page.getByRole('list', { name: 'Conversations' }).waitFor()
  await look('conversations', page)
  await bob.chat.leave({ room })
  await page.close()
}

/** The id of the message that says so, as soon as it is there. */
async function lastIn(person: Session, conversation: string, text: RegExp): Promise<string> {
  await person.until(
    'chat',
    ({ conversations }) =>
      conversations.some(({ address, last }) => address === conversation && text.test(last?.text ?? '')),
    15_000,
  )
  const { messages } = await person.chat.list({ conversation, limit: 1 })
  return messages[0]?.id as string
}

/** One pixel. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
