import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { whenChromium } from './house.ts'
import { dial, focused, press, rings, shows, tabTo } from './keyboard.ts'
import { pagesOfPeople } from './pages.ts'

describe('the communicator by keyboard alone', whenChromium, () => {
  const people = pagesOfPeople()
  const connect = async (): Promise<void> => {
    const { alice, bob } = people
    await dial(alice, 'bob')
    await rings(bob, 'Alice')
    await press(bob, 'Alt+a')
    await Promise.all([shows(alice, 'Connected'), shows(bob, 'Connected')])
  }

  test('dial, answer, end: with shortcuts, and the focus goes to the call', async () => {
    const { alice, bob } = people
    await connect()
    assert.equal(await focused(alice), 'bob')
    assert.equal(await focused(bob), 'Alice')
    await press(alice, 'Alt+e')
    await shows(bob, 'The other side has ended the call.')
  })

  test('dial, answer, hold, mute and end are reached with Tab and Enter, too', async () => {
    const { alice, bob } = people
    await tabTo(alice, 'Number, name or sip: address')
    await press(alice, 'Control+a')
    await alice.keyboard.type('bob')
    await tabTo(alice, 'Call')
    await press(alice, 'Enter')
    await rings(bob, 'Alice')
    await tabTo(bob, 'Answer Alice')
    await press(bob, 'Enter')
    await Promise.all([shows(alice, 'Connected'), shows(bob, 'Connected')])
    await tabTo(alice, 'Hold')
    await press(alice, 'Enter')
    await shows(bob, 'Held by the other side')
    // The focus stays on the button, which has another name then.
    await alice.locator('button:focus', { hasText: 'Resume' }).waitFor()
    await press(alice, 'Enter')
    await shows(bob, 'Connected')
    await tabTo(alice, 'Mute')
    await press(alice, 'Space')
    await shows(alice, 'Muted')
    await tabTo(alice, 'End call')
    await press(alice, 'Enter')
    await shows(bob, 'The other side has ended the call.')
  })

  test('hold and mute by shortcut', async () => {
    const { alice, bob } = people
    await connect()
    await press(alice, 'Alt+h')
    await Promise.all([shows(alice, 'On hold'), shows(bob, 'Held by the other side')])
    await press(alice, 'Alt+h')
    await shows(bob, 'Connected')
    await press(alice, 'Alt+m')
    await shows(alice, 'Muted')
    await press(alice, 'Alt+m')
    await shows(alice, 'Connected')
  })

  test('digits are typed after one shortcut', async () => {
    const { alice } = people
    await connect()
    await press(alice, 'Alt+k')
    await alice.locator('#digits:focus').waitFor()
    await alice.keyboard.type('159#')
    await alice.getByText('Sent: 159#').waitFor()
  })

  test('a second call is answered, and the first is shown again and resumed', async () => {
    const { house, alice } = people
    await connect()
    await house.bob.calls.dial({ to: 'alice' })
    await rings(alice, 'Bob')
    await press(alice, 'Alt+a')
    await alice.getByRole('heading', { name: 'Other calls' }).waitFor()
    await press(alice, 'Alt+j')
    await shows(alice, 'On hold')
    await press(alice, 'Alt+h')
    await shows(alice, 'Connected')
    await alice.getByRole('button', { name: 'Resume the call with Bob' }).waitFor()
  })

  test('a call is declined, and found in the history and called back', async () => {
    const { alice, bob } = people
    await dial(alice, 'bob')
    await rings(bob, 'Alice')
    await press(bob, 'Alt+x')
    await shows(alice, 'The other side declined the call.')
    await press(bob, 'Alt+l')
    await bob.locator('#history:focus').waitFor()
    await tabTo(bob, 'Call Alice')
    await press(bob, 'Enter')
    await rings(alice, 'Bob')
    await press(alice, 'Alt+x')
    await shows(bob, 'The other side declined the call.')
  })

  test('arrows go from tab to tab, and each view has its panel', async () => {
    const { bob } = people
    await press(bob, 'Alt+s')
    await bob.locator('#services:focus').waitFor()
    await bob.getByRole('tab', { name: 'Status' }).focus()
    await press(bob, 'Home')
    await bob.getByRole('tabpanel', { name: 'Calls' }).waitFor()
    await press(bob, 'ArrowRight')
    await bob.getByRole('tabpanel', { name: 'Keypad' }).waitFor()
    await press(bob, 'ArrowLeft')
    await bob.getByRole('tabpanel', { name: 'Calls' }).waitFor()
    await press(bob, 'ArrowLeft')
    await bob.getByRole('tabpanel', { name: 'Status' }).waitFor()
  })

  test('the list of shortcuts keeps the keyboard until Escape, and gives it back', async () => {
    const { alice } = people
    await tabTo(alice, 'Keyboard shortcuts')
    await press(alice, 'Enter')
    await alice.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    for (let n = 0; n < 3; n++) {
      await press(alice, 'Tab')
      assert.equal(await alice.evaluate(`!!document.activeElement?.closest('[role=dialog]')`), true)
    }
    await press(alice, 'Escape')
    await alice.getByRole('dialog').waitFor({ state: 'detached' })
    await alice.locator('button[aria-label="Keyboard shortcuts"]:focus').waitFor()
  })
})
