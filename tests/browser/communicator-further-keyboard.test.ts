// Calls in full on the page, by keyboard alone.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { whenChromium } from './house.ts'
import { dial, focused, press, rings, shows, tabTo } from './keyboard.ts'
import { pagesOfPeople } from './pages.ts'

describe('the communicator: calls in full by keyboard alone', whenChromium, () => {
  const people = pagesOfPeople()
  const { set } = people

  const call = async (page: Page, who: string): Promise<void> => {
    const { alice } = people
    await dial(alice, who)
    await rings(page, 'Alice')
    await press(page, 'Alt+a')
    await Promise.all([shows(alice, 'Connected'), shows(page, 'Connected')])
  }

  test('a call is transferred: one shortcut, a number, Enter; the focus goes to the call', async () => {
    const { alice, bob, carol } = people
    await call(bob, 'bob')
    await press(alice, 'Alt+t')
    await alice.locator('.number-form input:focus').waitFor()
    await alice.keyboard.type('carol')
    await press(alice, 'Enter')
    await rings(carol, 'Bob')
    assert.equal(await focused(alice), 'bob')
    await press(carol, 'Alt+a')
    await shows(alice, 'Transferred to carol.')
  })

  test('somebody is asked first, and the two are connected', async () => {
    const { alice, bob, carol } = people
    await call(bob, 'bob')
    await press(alice, 'Alt+t')
    await alice.locator('.number-form input:focus').waitFor()
    await alice.keyboard.type('carol')
    await tabTo(alice, 'Ask first')
    await press(alice, 'Enter')
    await rings(carol, 'Alice')
    await press(carol, 'Alt+a')
    await shows(carol, 'Connected')
    await tabTo(alice, 'Connect them')
    await press(alice, 'Enter')
    await Promise.all([shows(alice, 'Transferred to carol.'), shows(bob, 'Connected')])
  })

  test('two calls are connected with each other', async () => {
    const { alice, bob, carol } = people
    await call(bob, 'bob')
    await call(carol, 'carol')
    await press(alice, 'Alt+t')
    await tabTo(alice, 'Connect with bob')
    await press(alice, 'Space')
    await shows(alice, 'Transferred to bob.')
  })

  test('calls come together by one shortcut; one is silenced, talked to alone, and dropped', async () => {
    const { alice, bob, carol } = people
    await call(bob, 'bob')
    await call(carol, 'carol')
    await press(alice, 'Alt+c')
    await alice.getByRole('article', { name: 'Conference' }).waitFor()
    await tabTo(alice, 'Silence bob')
    await press(alice, 'Enter')
    // The focus stays on the button, which has another name then.
    await alice.locator('button[aria-label="Let bob be heard"]:focus').waitFor()
    await press(alice, 'Enter')
    await alice.locator('button[aria-label="Silence bob"]:focus').waitFor()
    await tabTo(alice, 'Talk to bob alone')
    await press(alice, 'Enter')
    await alice.locator('article[aria-label="bob"]:focus').waitFor()
    await shows(carol, 'Held by the other side')
    await press(alice, 'Alt+c')
    await alice.getByRole('article', { name: 'Conference' }).waitFor()
    await tabTo(alice, 'Drop carol')
    await press(alice, 'Enter')
    await shows(carol, 'The other side has ended the call.')
    await alice.getByRole('article', { name: 'bob' }).waitFor()
  })

  test('a call is recorded and no longer by the same shortcut, and parked with Tab and Enter', async () => {
    const { house, alice, bob } = people
    await set(house.alice, 'calls.park.number', '700')
    await call(bob, 'bob')
    await press(alice, 'Alt+r')
    await shows(alice, 'Recording')
    await press(alice, 'Alt+r')
    await shows(alice, /^Recorded: /)
    await tabTo(alice, 'Park')
    await press(alice, 'Enter')
    await shows(alice, 'Transferred to 700.')
  })

  test('a call that rings is sent on', async () => {
    const { alice, bob, carol } = people
    await dial(alice, 'bob')
    await rings(bob, 'Alice')
    await tabTo(bob, 'Send on')
    await press(bob, 'Enter')
    await bob.locator('.number-form input:focus').waitFor()
    await bob.keyboard.type('carol')
    await press(bob, 'Enter')
    await rings(carol, 'Alice')
  })

  test('a code that the server asks for is typed and sent', async () => {
    const { alice } = people
    await dial(alice, '606')
    await shows(alice, 'The server asks for a code')
    await tabTo(alice, 'Account code')
    await alice.keyboard.type('4711')
    await press(alice, 'Enter')
    await shows(alice, 'Connected')
  })

  test('what is said of one call is chosen before it is dialled', async () => {
    const { alice, bob } = people
    await tabTo(alice, 'For this call')
    await press(alice, 'Enter')
    await tabTo(alice, 'Matter code')
    await alice.keyboard.type('0815')
    await tabTo(alice, 'Precedence')
    await alice.keyboard.type('Flash')
    await tabTo(alice, 'Do not say who calls')
    await press(alice, 'Space')
    await alice.getByText('3 things set').waitFor()
    await dial(alice, 'bob')
    await rings(bob, 'Anonymous caller')
    await bob.getByText('Precedence: Flash').waitFor()
    await press(bob, 'Alt+x')
    await shows(alice, 'The other side declined the call.')
    await tabTo(alice, 'For this call')
    await press(alice, 'Enter')
  })

  test('whoever did not answer is awaited, and called when they are free; the last number is dialled again', async () => {
    const { house, alice, bob } = people
    await set(house.bob, 'calls.waiting', false)
    await dial(bob, '600')
    await shows(bob, 'Connected')
    await dial(alice, 'bob')
    await shows(alice, 'The other side is busy.')
    await tabTo(alice, 'Tell me when')
    await press(alice, 'Enter')
    await alice.getByText('You are told when bob can be called.').waitFor()
    await press(bob, 'Alt+e')
    await alice.getByText('bob can be called now.', { exact: true }).waitFor()
    await tabTo(alice, 'Call bob now')
    await press(alice, 'Enter')
    await rings(bob, 'Alice')
    await press(bob, 'Alt+x')
    await shows(alice, 'The other side declined the call.')
    await tabTo(alice, 'Redial')
    await press(alice, 'Enter')
    await rings(bob, 'Alice')
  })

  test('the lines of others are reached by one shortcut, and picked up', async () => {
    const { carols, alice, bob, carol } = people
    await set(carols, 'calls.lamps', ['bob'])
    await carol.getByRole('tab', { name: 'Lines' }).waitFor()
    await dial(alice, 'bob')
    await rings(bob, 'Alice')
    await press(carol, 'Alt+i')
    await carol.locator('#lines:focus').waitFor()
    await carol.getByText('Rings: Alice calls').waitFor()
    await tabTo(carol, 'Pick up the call at bob')
    await press(carol, 'Enter')
    await Promise.all([shows(alice, 'Connected'), shows(carol, 'Connected')])
  })

  test('do not disturb and forwarding are set and taken back', async () => {
    const { bob } = people
    await tabTo(bob, 'Do not disturb')
    await press(bob, 'Enter')
    await bob.getByText('Do not disturb: calls do not ring here.').waitFor()
    await tabTo(bob, 'Turn off')
    await press(bob, 'Enter')
    await bob.getByText('Do not disturb: calls do not ring here.').waitFor({ state: 'detached' })
    await tabTo(bob, 'Forward calls')
    await press(bob, 'Enter')
    await bob.getByRole('dialog').waitFor()
    await tabTo(bob, 'All calls to')
    await bob.keyboard.type('carol')
    await press(bob, 'Enter')
    await bob.getByRole('dialog').waitFor({ state: 'detached' })
    await bob.locator('button[aria-label="Forward calls"]:focus').waitFor()
    await tabTo(bob, 'Stop')
    await press(bob, 'Enter')
    await bob.getByText('All calls are sent on to carol.').waitFor({ state: 'detached' })
  })
})
