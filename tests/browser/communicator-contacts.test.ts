import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'
import { focused, press } from './keyboard.ts'

describe('the communicator: what is done with a contact', whenChromium, () => {
  let house: House
  let alice: Page
  before(async () => {
    house = await openHouse()
    for (const person of [house.alice, house.bob]) await person.until('presence', ({ published }) => published, 15_000)
    alice = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    await alice.getByRole('tab', { name: 'People' }).click()
    await alice.getByRole('option', { name: /^Bob/ }).click()
  })
  after(() => house?.close())

  test('a contact comes into a new group and out of it, and the list shows people by their groups', async () => {
    await choose('Groups')
    await alice.getByLabel('New group').fill('Work')
    await alice.getByRole('form', { name: 'Groups' }).getByRole('button', { name: 'Save' }).click()
    await alice.getByText('In Work', { exact: true }).waitFor()
    await alice.getByLabel('Group by').selectOption('Group')
    await alice.getByRole('group', { name: 'Work' }).waitFor({ state: 'attached' })
    await choose('Groups')
    await alice.getByRole('checkbox', { name: 'Work' }).uncheck()
    await alice.getByRole('form', { name: 'Groups' }).getByRole('button', { name: 'Save' }).click()
    await alice.getByText('In Work', { exact: true }).waitFor({ state: 'detached' })
    await alice.getByRole('group', { name: 'No group' }).waitFor({ state: 'attached' })
  })

  test('a contact that is to be removed or blocked is asked for first, and stays where one thinks better of it', async () => {
    for (const entry of ['Remove', 'Block']) {
      await choose(entry)
      const form = alice.getByRole('form', { name: entry })
      await form.getByText(new RegExp(`^${entry} Bob\\? .+\\.$`)).waitFor()
      await form.getByRole('button', { name: 'Cancel' }).click()
      await form.waitFor({ state: 'detached' })
    }
    await alice.getByRole('option', { name: /^Bob\s*Available/ }).waitFor()
  })

  test('by keyboard alone: found by a word, a favourite, renamed, in two groups', async () => {
    await press(alice, 'Alt+p')
    await alice.locator('#contacts:focus').waitFor()
    while ((await focused(alice)) !== 'Find a person') await press(alice, 'Shift+Tab')
    await alice.keyboard.type('bob')
    await alice.getByText('One person').waitFor({ state: 'attached' })
    await press(alice, 'ArrowDown')
    await alice.locator('#contacts:focus').waitFor()
    await press(alice, 'Home')
    await chosen('Make a favourite')
    await alice.getByRole('group', { name: 'Favourites' }).waitFor({ state: 'attached' })
    await chosen('Rename')
    await alice.getByLabel('New name of Bob').and(alice.locator(':focus')).waitFor()
    await press(alice, 'Control+a')
    await alice.keyboard.type('Bobby')
    await press(alice, 'Enter')
    await alice.getByRole('option', { name: /^Bobby/ }).waitFor()
    await chosen('Groups')
    await alice.getByLabel('New group').and(alice.locator(':focus')).waitFor()
    await alice.keyboard.type('Work')
    await press(alice, 'Enter')
    await alice.getByText('In Work', { exact: true }).waitFor()
    await chosen('Groups')
    await alice.getByRole('checkbox', { name: 'Work' }).and(alice.locator(':focus')).waitFor()
    await press(alice, 'Tab')
    await alice.keyboard.type('Friends')
    await press(alice, 'Enter')
    await alice.getByText('In Friends, Work', { exact: true }).waitFor()
  })

  test('by keyboard alone: blocked and let in again, and Escape keeps who was to be removed', async () => {
    await chosen('Block')
    await alice.getByRole('form', { name: 'Block' }).locator('.danger:focus').waitFor()
    await press(alice, 'Enter')
    await alice.getByRole('option', { name: /^Bobby\s*Blocked/ }).waitFor()
    await chosen('Unblock')
    await alice.getByRole('option', { name: /^Bobby\s*Blocked/ }).waitFor({ state: 'detached' })
    await chosen('Remove')
    await alice.getByRole('form', { name: 'Remove' }).locator('.danger:focus').waitFor()
    await press(alice, 'Escape')
    await alice.getByRole('form', { name: 'Remove' }).waitFor({ state: 'detached' })
    await alice.locator('#contacts:focus').waitFor()
    await chosen('Remove')
    await alice.getByRole('form', { name: 'Remove' }).locator('.danger:focus').waitFor()
    await press(alice, 'Enter')
    await alice.getByRole('option', { name: /^Bobby/ }).waitFor({ state: 'detached' })
    await alice.getByText('No contacts yet').or(alice.getByText('Nobody is called so.')).waitFor()
  })

  test('by keyboard alone: who asks is declined, and one who asks again is let in', async () => {
    const address = String(house.lab.people[0]?.xmpp['xmpp.user'])
    const carol = await house.core.open({ ...house.lab.people[2]?.settings, ...house.lab.people[2]?.xmpp })
    await carol.until('presence', ({ published }) => published, 15_000)
    for (const [answer, sees] of [
      ['Decline', 'none'],
      ['Accept', 'both'],
    ] as const) {
      await carol.contacts.add({ address })
      await alice.getByRole('button', { name: new RegExp(`^${answer} carol`, 'i') }).waitFor()
      await press(alice, 'Alt+p')
      for (let n = 0; n < 40 && !(await focused(alice)).toLowerCase().startsWith(`${answer} carol`.toLowerCase()); n++)
        await press(alice, 'Shift+Tab')
      await press(alice, 'Enter')
      await alice.getByRole('list', { name: 'Requests' }).waitFor({ state: 'detached' })
      // Whoever is accepted is asked back.
      if (sees === 'both') await carol.contacts.accept({ address: address }).catch(() => undefined)
      await carol.until(
        'contacts',
        ({ contacts }) =>
          contacts.some(
            (one) => one.address === address && (sees === 'none' ? one.sees === sees : one.sees !== 'asked'),
          ),
        10_000,
      )
      if (sees === 'none') await carol.contacts.remove({ address })
    }
    assert.equal(await alice.locator('.trouble').count(), 0)
  })

  const choose = async (entry: string): Promise<void> => {
    await alice.getByRole('button', { name: /^More for/ }).click()
    await alice.getByRole('menuitem', { name: entry }).click()
  }
  /** From the list to the menu of who is chosen in it, by Tab, and down to an entry. */
  const chosen = async (entry: string): Promise<void> => {
    await press(alice, 'Alt+p')
    await alice.locator('#contacts:focus').waitFor()
    while (!(await focused(alice)).startsWith('More for')) await press(alice, 'Tab')
    await press(alice, 'Enter')
    await alice.locator('[role=menu]:focus').waitFor()
    const found = alice.getByRole('menuitem', { name: entry }).and(alice.locator('[data-highlighted]'))
    for (let n = 0; n < 6 && (await found.count()) === 0; n++) await press(alice, 'ArrowDown')
    await found.waitFor()
    await press(alice, 'Enter')
  }
})
