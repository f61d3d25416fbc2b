// What a server does for calls, on the page: conferences, places where calls are parked, forwarding; by mouse and by keyboard.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { whenChromium } from './house.ts'
import { dial, press, rings, shows, tabTo } from './keyboard.ts'
import { button, pagesOfPeople } from './pages.ts'

describe('the communicator: what the server does', whenChromium, () => {
  const people = pagesOfPeople()
  const call = async (who: string, page: Page): Promise<void> => {
    await dial(people.alice, who)
    await button(page, 'Answer Alice').click()
    await Promise.all([shows(people.alice, 'Connected'), shows(page, 'Connected')])
  }
  const members = (): ReturnType<Page['locator']> =>
    people.alice.getByRole('region', { name: 'In the conference' }).getByRole('listitem')

  for (const by of ['mouse', 'keyboard'] as const)
    test(`a conference of the server lists who is in it, and one is dropped: by ${by}`, async () => {
      const { house, alice, bob, carol, set } = people
      const act = async (name: string): Promise<void> => {
        if (by === 'mouse') return button(alice, name).click()
        await tabTo(alice, name)
        await press(alice, 'Enter')
      }
      await set(house.alice, 'calls.conference.factory', '800')
      await call('bob', bob)
      await call('carol', carol)
      await act('Merge')
      await act('With bob')
      await members().filter({ hasText: 'alice (you)' }).waitFor()
      await members().filter({ hasText: 'carol' }).waitFor()
      await members().filter({ hasText: 'bob' }).waitFor()
      assert.equal(await button(alice, 'Drop Alice').count(), 0)
      await act('Drop Bob')
      await shows(bob, 'The other side has ended the call.')
      await members().filter({ hasText: 'bob' }).waitFor({ state: 'detached' })
      await alice.locator('article:focus').waitFor()
      await shows(carol, 'Connected')
    })

  test('where the server makes no conference the page brings the calls together, and tells why', async () => {
    const { house, alice, bob, carol, set } = people
    await set(house.alice, 'calls.conference.factory', '602')
    await call('bob', bob)
    await call('carol', carol)
    await button(alice, 'Merge').click()
    await button(alice, 'With bob').click()
    await alice.getByRole('article', { name: 'Conference' }).getByText('2 people and you').waitFor()
    await alice.getByRole('status').getByText('Parley brings the calls together itself.').waitFor()
  })

  // Each at a place of its own: the lab lets one go a while after the call was fetched.
  for (const [by, place] of [
    ['mouse', '702'],
    ['keyboard', '703'],
  ] as const)
    test(`a parked call is fetched from the place that is typed: by ${by}`, async () => {
      const { house, alice, bob, set } = people
      assert.equal(await alice.getByRole('button', { name: /^Fetch/ }).count(), 0)
      await set(house.alice, 'calls.park.number', place)
      assert.ok(await button(alice, 'Fetch a parked call: type its place first').isDisabled())
      await call('bob', bob)
      await button(alice, 'Park').click()
      await shows(alice, `Transferred to ${place}.`)
      await shows(bob, 'Connected')
      await alice.getByLabel('Number').fill(place)
      if (by === 'mouse') await button(alice, `Fetch the call that is parked at ${place}`).click()
      else {
        await tabTo(alice, `Fetch the call that is parked at ${place}`)
        await press(alice, 'Enter')
      }
      await shows(alice, 'Connected')
      await bob.getByRole('article', { name: 'Alice' }).waitFor()
      assert.equal(await alice.getByLabel('Number').inputValue(), '')
    })

  for (const by of ['mouse', 'keyboard'] as const)
    test(`the server sends calls on, says so, and no longer: by ${by}`, async () => {
      const { house, alice, bob, carol, set } = people
      const { forwardOf } = openingForwards(bob, by)
      // Taken back when the test is over.
      await set(house.bob, 'calls.forward.at', 'phone')
      await forwardOf({ 'Who sends calls on': 'The server, always', 'All calls to': 'carol', 'When busy, to': '205' })
      await bob.getByText('The server sends all calls to carol.').waitFor()
      await dial(alice, 'bob')
      await rings(carol, 'Alice')
      await button(carol, 'Decline Alice').click()
      await button(bob, 'Forward calls').click()
      const dialog = bob.getByRole('dialog')
      await dialog.getByText('The server sends them on to carol.').waitFor()
      // The lab knows no code for this one.
      await dialog.getByText('The server did not take it.').waitFor()
      assert.ok(await dialog.getByLabel('After how many seconds').isHidden())
      await press(bob, 'Escape')
      await button(bob, 'Stop').click()
      await bob.getByText('The server sends all calls to carol.').waitFor({ state: 'detached' })
      await house.bob.config.unset({ name: 'calls.forward.busy' })
    })

  test('forwarding that the server does not take is told, and is not said to be so', async () => {
    const { house, bob, set } = people
    await set(house.bob, 'calls.forward.codes', { always: '602{number}' })
    await set(house.bob, 'calls.forward.at', 'server')
    await house.bob.config.set({ name: 'calls.forward.always', value: 'carol' })
    await bob.getByText(/^The server does not send calls on to carol\. /).waitFor()
    assert.equal(await bob.getByText('The server sends all calls').count(), 0)
    await button(bob, 'Stop').click()
    await bob.getByText('The server does not send calls on').waitFor({ state: 'detached' })
  })

  test('whoever calls and cannot be answered does not ring, and is told of', async () => {
    const { house, alice, bob, set } = people
    await set(house.alice, 'media.srtp', 'require')
    await set(house.bob, 'media.srtp', 'off')
    await dial(alice, 'bob')
    await shows(alice, 'The two sides have no codec or protection in common.')
    const told = bob.getByRole('listitem').filter({ hasText: 'Alice called and could not get through. ' })
    await told.waitFor()
    assert.equal(await bob.getByRole('button', { name: /^Answer/ }).count(), 0)
    await button(bob, 'Dismiss: Alice could not get through').click()
    await told.waitFor({ state: 'detached' })
  })
})

/** The dialog for forwarding, filled in and saved. */
function openingForwards(
  page: Page,
  by: 'mouse' | 'keyboard',
): { forwardOf(fields: Readonly<Record<string, string>>): Promise<void> } {
  return {
    forwardOf: async (fields) => {
      if (by === 'mouse') await button(page, 'Forward calls').click()
      else {
        await tabTo(page, 'Forward calls')
        await press(page, 'Enter')
      }
      await page.getByRole('dialog').waitFor()
      for (const [label, text] of Object.entries(fields)) {
        const isChoice = label.startsWith('Who')
        if (by === 'mouse') {
          if (isChoice) await page.getByLabel(label).selectOption(text)
          else await page.getByLabel(label).fill(text)
          continue
        }
        await tabTo(page, label)
        await page.keyboard.type(text)
      }
      if (by === 'mouse') await button(page, 'Save').click()
      else await press(page, 'Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    },
  }
}
