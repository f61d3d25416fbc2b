// Calls in full on the page, by mouse: Alice's page acts, Bob's and Carol's show what comes of it.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Session } from '@openparley/sdk'
import type { Page } from 'playwright-core'
import { whenChromium } from './house.ts'
import { button, pagesOfPeople } from './pages.ts'

describe('the communicator: calls in full', whenChromium, () => {
  const pages = pagesOfPeople()
  const { set } = pages
  const shows = (page: Page, text: string | RegExp): Promise<void> =>
    page.getByRole('article').getByText(text, { exact: true }).waitFor()
  const dial = async (page: Page, number: string): Promise<void> => {
    if ((page.viewportSize()?.width ?? 0) < 720) await page.getByRole('tab', { name: 'Keypad' }).click()
    await page.getByLabel('Number').fill(number)
    await button(page, 'Call').click()
  }
  const callBob = async (): Promise<void> => {
    await dial(pages.alice, 'bob')
    await button(pages.bob, 'Answer Alice').click()
    await Promise.all([shows(pages.alice, 'Connected'), shows(pages.bob, 'Connected')])
  }
  const callCarol = async (): Promise<void> => {
    await dial(pages.alice, 'carol')
    await button(pages.carol, 'Answer Alice').click()
    await Promise.all([shows(pages.alice, 'Connected'), shows(pages.carol, 'Connected')])
  }
  const up = async (person: Session): Promise<readonly string[]> =>
    (await person.calls.get()).state.calls.filter(({ state }) => state !== 'ended').map(({ remote }) => remote.number)

  test('a call is transferred to a number, and its end says where it went', async () => {
    await callBob()
    await button(pages.alice, 'Transfer').click()
    const panel = pages.alice.getByRole('group', { name: 'Transfer' })
    await panel.getByLabel('Let bob go on with').fill('carol')
    await button(pages.alice, 'Transfer').last().click()
    await shows(pages.alice, 'It rings at carol …')
    await button(pages.carol, 'Answer Bob').click()
    await shows(pages.alice, 'Transferred to carol.')
    await shows(pages.bob, 'Connected')
    assert.deepEqual(
      [await up(pages.house.alice), await up(pages.house.bob), await up(pages.carols)],
      [[], ['carol'], ['bob']],
    )
  })

  test('a transfer that fails says so, and the call goes on', async () => {
    await callBob()
    await button(pages.alice, 'Transfer').click()
    await pages.alice.getByLabel('Let bob go on with').fill('602')
    await pages.alice.keyboard.press('Enter')
    await shows(pages.alice, '602 could not be reached; bob is still with you')
    assert.deepEqual(await up(pages.house.alice), ['bob'])
    await button(pages.alice, 'Transfer').waitFor()
  })

  test('somebody is asked first, and then the two are connected', async () => {
    await callBob()
    await button(pages.alice, 'Transfer').click()
    await pages.alice.getByLabel('Let bob go on with').fill('carol')
    await button(pages.alice, 'Ask first').click()
    await shows(pages.alice, 'You are asking for bob, who is on hold.')
    assert.equal(await button(pages.alice, 'Connect them').count(), 0)
    await shows(pages.bob, 'Held by the other side')
    await button(pages.carol, 'Answer Alice').click()
    await button(pages.alice, 'Connect them').click()
    await shows(pages.bob, 'Connected')
    await pages.alice
      .getByText(/^Transferred to/)
      .first()
      .waitFor()
    assert.deepEqual(
      [await up(pages.house.alice), await up(pages.house.bob), await up(pages.carols)],
      [[], ['carol'], ['bob']],
    )
  })

  test('who is asked and does not take it is let go, and the call on hold is taken up', async () => {
    await callBob()
    await button(pages.alice, 'Transfer').click()
    await pages.alice.getByLabel('Let bob go on with').fill('carol')
    await button(pages.alice, 'Ask first').click()
    await button(pages.carol, 'Answer Alice').click()
    await button(pages.alice, 'Back to bob').click()
    await Promise.all([shows(pages.alice, 'Connected'), shows(pages.bob, 'Connected')])
    assert.deepEqual(await up(pages.house.alice), ['bob'])
  })

  test('two calls that one has become one, without asking either', async () => {
    await callBob()
    await callCarol()
    await button(pages.alice, 'Transfer').click()
    await button(pages.alice, 'Connect with bob').click()
    await pages.alice
      .getByText(/^Transferred to/)
      .first()
      .waitFor()
    await Promise.all([shows(pages.bob, 'Connected'), shows(pages.carol, 'Connected')])
    assert.deepEqual(
      [await up(pages.house.alice), await up(pages.house.bob), await up(pages.carols)],
      [[], ['carol'], ['bob']],
    )
  })

  test('a conference: two calls come together; one is silenced, heard again, talked to alone, and dropped', async () => {
    await callBob()
    await callCarol()
    await button(pages.alice, 'Merge').click()
    await button(pages.alice, 'With bob').click()
    const card = pages.alice.getByRole('article', { name: 'Conference' })
    await card.getByText('2 people and you').waitFor()
    await button(pages.alice, 'Silence bob').click()
    await card.getByText(/Silenced/).waitFor()
    await button(pages.alice, 'Let bob be heard').click()
    await button(pages.alice, 'Silence bob').waitFor()
    await button(pages.alice, 'Hold').click()
    await Promise.all([shows(pages.bob, 'Held by the other side'), shows(pages.carol, 'Held by the other side')])
    await button(pages.alice, 'Resume').click()
    await Promise.all([shows(pages.bob, 'Connected'), shows(pages.carol, 'Connected')])
    await button(pages.alice, 'Talk to bob alone').click()
    await card.waitFor({ state: 'detached' })
    await pages.alice.getByRole('article', { name: 'bob' }).getByText('Connected').waitFor()
    await shows(pages.carol, 'Held by the other side')
    await button(pages.alice, 'Merge').click()
    await button(pages.alice, 'With carol').click()
    await card.waitFor()
    await button(pages.alice, 'Drop carol').click()
    await shows(pages.carol, 'The other side has ended the call.')
    await pages.alice.getByRole('article', { name: 'bob' }).waitFor()
    assert.deepEqual(await up(pages.house.alice), ['bob'])
  })

  test('a conference is ended for all at once', async () => {
    await callBob()
    await callCarol()
    await button(pages.alice, 'Merge').click()
    await button(pages.alice, 'With bob').click()
    await button(pages.alice, 'End all').click()
    await Promise.all([
      shows(pages.bob, 'The other side has ended the call.'),
      shows(pages.carol, 'The other side has ended the call.'),
    ])
    assert.deepEqual(await up(pages.house.alice), [])
  })

  test('a call is recorded, says so while it is, and tells the name of the file', async () => {
    await callBob()
    await button(pages.alice, 'Record').click()
    await shows(pages.alice, 'Recording')
    await button(pages.alice, 'Stop').click()
    const told = pages.alice.getByRole('article').getByText(/^Recorded: /)
    await told.waitFor()
    const name = ((await told.textContent()) ?? '').slice('Recorded: '.length)
    assert.match(name, /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d bob\.wav$/)
    assert.ok(existsSync(join(pages.house.folder, name)))
    assert.equal(await pages.alice.getByRole('article').getByText('Recording', { exact: true }).count(), 0)
  })

  test('a call is parked where there is a place for it, and another person fetches it', async () => {
    await callBob()
    assert.equal(await button(pages.alice, 'Park').count(), 0)
    await set(pages.house.alice, 'calls.park.number', '700')
    await button(pages.alice, 'Park').click()
    await shows(pages.alice, 'Transferred to 700.')
    await dial(pages.carol, '701')
    await pages.house.bob.calls.until(
      (await pages.house.bob.calls.get()).state.calls.find(({ state }) => state !== 'ended')?.id ?? '',
      ({ remote }) => remote.number === 'carol',
      { timeoutMs: 5000 },
    )
    await shows(pages.carol, 'Connected')
  })

  test('a call that rings is sent on to somebody else', async () => {
    await dial(pages.alice, 'bob')
    await button(pages.bob, 'Send on').click()
    await pages.bob.getByLabel('Send this call on to').fill('carol')
    await button(pages.bob, 'Send on').last().click()
    await button(pages.carol, 'Answer Alice').click()
    await shows(pages.alice, 'Connected')
    assert.deepEqual(await up(pages.house.bob), [])
  })

  test('a server that asks for a code gets it, asked in the call or given when dialling', async () => {
    const { alice } = pages
    await dial(alice, '606')
    await shows(alice, 'The server asks for a code')
    await alice.getByRole('article').getByLabel('Account code').fill('4711')
    await button(alice, 'Send code').click()
    await shows(alice, 'Connected')
    await button(alice, 'End call').click()
    await button(alice, 'Dismiss').click()
    await alice.getByText('For this call').click()
    await alice.getByLabel('Account code').fill('4711')
    await alice.getByLabel('Matter code').fill('0815')
    await alice.getByText('2 things set').waitFor()
    await dial(alice, '606')
    await shows(alice, 'Connected')
    // They were for that call alone.
    assert.equal(await alice.getByLabel('Account code').inputValue(), '')
    await button(alice, 'End call').click()
    await shows(alice, 'Call ended.')
    const { entries } = await pages.house.alice.history.list()
    assert.deepEqual([entries[0]?.account, entries[0]?.matter], ['4711', '0815'])
    await alice.getByText('For this call').click()
  })

  test('an important call says how important it is, on both sides, and who hides is not named', async () => {
    const { alice, bob } = pages
    await alice.getByText('For this call').click()
    await alice.getByLabel('Precedence').selectOption('dsn.flash')
    await alice.getByLabel('Do not say who calls').check()
    await dial(alice, 'bob')
    await shows(alice, 'Precedence: Flash')
    const ringing = bob.getByRole('region', { name: 'Incoming call' })
    await ringing.getByText('Precedence: Flash').waitFor()
    await button(bob, 'Answer Anonymous caller').click()
    await shows(bob, 'Connected')
    assert.equal(await alice.getByLabel('Precedence').inputValue(), '')
    await alice.getByText('For this call').click()
    await button(bob, 'End call').click()
    await shows(bob, 'Call ended.')
    assert.equal(await button(bob, 'Call again').count(), 0)
  })

  test('whoever is busy can be awaited: one press calls them when they are free', async () => {
    const { alice, bob } = pages
    await set(pages.house.bob, 'calls.waiting', false)
    await dial(bob, '600')
    await shows(bob, 'Connected')
    await dial(alice, 'bob')
    await shows(alice, 'The other side is busy.')
    await button(alice, 'Tell me when').click()
    await alice.getByText('You are told when bob can be called.').waitFor()
    await button(bob, 'End call').click()
    await alice.getByText('bob can be called now.', { exact: true }).waitFor()
    await button(alice, 'Call bob now').click()
    await button(bob, 'Answer Alice').click()
    await shows(alice, 'Connected')
    assert.equal(await alice.getByText('bob can be called now.', { exact: true }).count(), 0)
  })

  test('the last number is dialled again', async () => {
    await dial(pages.alice, '602')
    await shows(pages.alice, 'The other side is busy.')
    await button(pages.alice, 'Dismiss').click()
    await button(pages.alice, 'Redial').click()
    await pages.alice.getByRole('article', { name: '602' }).getByText('The other side is busy.').waitFor()
  })

  test('the lines of others are seen, called, and picked up', async () => {
    await set(pages.carols, 'calls.lamps', ['bob'])
    await pages.carol.getByRole('tab', { name: 'Lines' }).click()
    const line = pages.carol.getByRole('listitem').filter({ hasText: 'bob' })
    await line.getByText('Free').waitFor()
    await button(pages.carol, 'Call bob').click()
    await button(pages.bob, 'Decline Carol').click()
    await dial(pages.alice, 'bob')
    await pages.carol.getByRole('tab', { name: /Lines.*Rings/ }).click()
    await line.getByText('Rings: Alice calls').waitFor()
    await button(pages.carol, 'Pick up the call at bob').click()
    await Promise.all([shows(pages.alice, 'Connected'), shows(pages.carol, 'Connected')])
    await button(pages.bob, 'Answer Alice').waitFor({ state: 'detached' })
  })

  test('a call is picked up from the keypad, at the line that is typed or in the group', async () => {
    await pages.carol.getByRole('tab', { name: 'Keypad' }).click()
    assert.equal(await pages.carol.getByRole('button', { name: /^Pick up/ }).count(), 0)
    await set(pages.carols, 'calls.lamps', ['bob'])
    assert.ok(await button(pages.carol, 'Pick up a call that rings in your group').isDisabled())
    await dial(pages.alice, 'bob')
    await button(pages.bob, 'Answer Alice').waitFor()
    await pages.carols.until('calls', ({ lamps }) => lamps[0]?.is === 'ringing', 5000)
    await pages.carol.getByLabel('Number').fill('bob')
    await button(pages.carol, 'Pick up the call that rings at bob').click()
    await Promise.all([shows(pages.alice, 'Connected'), shows(pages.carol, 'Connected')])
    await button(pages.alice, 'End call').click()
    await shows(pages.carol, 'The other side has ended the call.')
    // The lab has no groups: its echo answers.
    await set(pages.carols, 'calls.pickUp.group', '600')
    await pages.carol.getByRole('tab', { name: 'Keypad' }).click()
    await button(pages.carol, 'Pick up a call that rings in your group').click()
    await pages.carol.getByRole('article', { name: '600' }).getByText('Connected').waitFor()
  })

  test('do not disturb is one press, is told above everything, and is taken back there', async () => {
    const { alice, bob } = pages
    await button(bob, 'Do not disturb').click()
    await bob.getByText('Do not disturb: calls do not ring here.').waitFor()
    await dial(alice, 'bob')
    await shows(alice, 'The other side is busy.')
    await button(bob, 'Turn off').click()
    await bob.getByText('Do not disturb: calls do not ring here.').waitFor({ state: 'detached' })
    assert.equal((await pages.house.bob.config.get()).state.settings['calls.doNotDisturb']?.value, false)
    await pages.house.bob.config.unset({ name: 'calls.doNotDisturb' })
  })

  test('calls are sent on where one says, and stop being so with one press', async () => {
    const { alice, bob } = pages
    await button(bob, 'Forward calls').click()
    await bob.getByLabel('All calls to').fill('carol')
    await button(bob, 'Save').click()
    await bob.getByText('All calls are sent on to carol.').waitFor()
    await dial(alice, 'bob')
    await button(pages.carol, 'Answer Alice').click()
    await shows(alice, 'Connected')
    await button(bob, 'Stop').click()
    await bob.getByText('All calls are sent on to carol.').waitFor({ state: 'detached' })
    await bob.getByRole('tab', { name: 'History' }).click()
    await bob
      .getByText(/^Sent on · /)
      .first()
      .waitFor()
  })

  test('messages that wait are told, until they are heard', async () => {
    pages.house.lab.mailbox('alice', { fresh: 2, old: 1 })
    await pages.alice.getByText('2 new messages', { exact: true }).waitFor()
    pages.house.lab.mailbox('alice', { fresh: 0, old: 3 })
    await pages.alice.getByText('2 new messages', { exact: true }).waitFor({ state: 'detached' })
  })

  test('who holds is reminded, and no longer when the call is taken up', async () => {
    await set(pages.house.alice, 'calls.hold.remindMs', 1000)
    await callBob()
    await button(pages.alice, 'Hold').click()
    await pages.alice.getByText(/^Still on hold: 0:0\d$/).waitFor()
    await pages.alice.getByRole('status').getByText('bob is still on hold').waitFor()
    await button(pages.alice, 'Resume').click()
    await pages.alice.getByText(/^Still on hold/).waitFor({ state: 'detached' })
  })
})
