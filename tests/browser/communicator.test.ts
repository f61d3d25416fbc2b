import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Session } from '@openparley/sdk'
import type { Locator, Page } from 'playwright-core'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator: Alice’s page and Bob’s page call each other', whenChromium, () => {
  let house: House
  let alice: Page
  let bob: Page
  before(async () => {
    house = await openHouse()
    // Wide enough for all columns on one, and one column with tabs on the other.
    alice = await house.open(house.alice, { viewport: { width: 1440, height: 900 } })
    bob = await house.open(house.bob, { viewport: { width: 360, height: 740 } })
  })
  after(() => house?.close())
  beforeEach(() => house.endCalls())

  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true })
  const dial = async (page: Page, number: string): Promise<void> => {
    await page.getByLabel('Number').fill(number)
    await button(page, 'Call').click()
  }
  /** The large call says so. */
  const shows = (page: Page, text: string): Promise<void> =>
    page.getByRole('article').getByText(text, { exact: true }).waitFor()
  const connect = async (): Promise<void> => {
    await dial(alice, 'bob')
    await button(bob, 'Answer Alice').click()
    await Promise.all([shows(alice, 'Connected'), shows(bob, 'Connected')])
  }
  const live = async (person: Session): Promise<number> =>
    (await person.calls.get()).state.calls.filter(({ state }) => state !== 'ended').length

  test('a page without a code says how to get in, and one whose code was used keeps what its tab was given', async () => {
    const page = await house.browser.newPage()
    const { address } = await house.core.system.oneTimeAddress({ application: 'x', scopes: ['calls.read'] })
    await page.goto(new URL('/', address).href)
    await page.getByText('Open this page from the address').waitFor()
    await page.goto(new URL('/#code=wrong', address).href)
    await page.getByText('The token is wrong, expired or revoked.').waitFor()
    await page.close()
    await bob.reload()
    await bob.getByRole('heading', { name: 'Bob' }).waitFor()
    assert.equal(new URL(bob.url()).hash, '')
  })

  test('a call is dialled, rings there, is answered, and is ended on both pages', async () => {
    await dial(alice, 'bob')
    await shows(alice, 'Ringing …')
    assert.match(await bob.title(), /Alice is calling/)
    await button(bob, 'Answer Alice').click()
    await Promise.all([shows(alice, 'Connected'), shows(bob, 'Connected')])
    await alice.getByRole('timer').getByText('0:02').waitFor()
    await alice.getByRole('article').getByText('Excellent').waitFor()
    await button(alice, 'End call').click()
    await shows(bob, 'The other side has ended the call.')
    assert.deepEqual([await live(house.alice), await live(house.bob)], [0, 0])
  })

  test('a held call says so on both sides, and is resumed', async () => {
    await connect()
    await button(alice, 'Hold').click()
    await Promise.all([shows(alice, 'On hold'), shows(bob, 'Held by the other side')])
    await button(alice, 'Resume').click()
    await Promise.all([shows(alice, 'Connected'), shows(bob, 'Connected')])
  })

  test('muting tells the core, and unmuting again', async () => {
    await connect()
    const muted = async (): Promise<(boolean | undefined)[]> =>
      (await house.alice.calls.get()).state.calls.filter(({ state }) => state === 'connected').map((call) => call.muted)
    await button(alice, 'Mute').click()
    await shows(alice, 'Muted')
    assert.deepEqual(await muted(), [true])
    await button(alice, 'Unmute').click()
    await shows(alice, 'Connected')
    assert.deepEqual(await muted(), [false])
  })

  test('digits that are pressed, typed and pasted reach the other side in order', async () => {
    await connect()
    const heard = digitsAt(house.bob, '12#34*')
    await button(alice, 'Digits').click()
    const keys = alice.getByRole('group', { name: 'Send digits' })
    await keys.getByRole('button', { name: '1' }).click()
    await keys.getByRole('button', { name: '2' }).click()
    await keys.getByRole('button', { name: 'hash' }).click()
    await alice.getByLabel('Digits to send').pressSequentially('3')
    await alice.getByLabel('Digits to send').fill('4*')
    await alice.getByText('Sent: 12#34*').waitFor()
    assert.equal(await heard, '12#34*')
    await alice.getByLabel('Digits to send').fill('x')
    await alice.getByText('Only 0–9').waitFor()
  })

  test('answering a second call holds the first, and resuming the first holds the second', async () => {
    await connect()
    await house.bob.calls.dial({ to: 'alice' })
    await button(alice, 'Answer Bob').click()
    await alice.getByRole('heading', { name: 'Other calls' }).waitFor()
    const held = async (): Promise<string[]> =>
      (await house.alice.calls.get()).state.calls
        .filter(({ state }) => state === 'connected')
        .map((call) => `${call.direction} ${call.held}`)
    assert.deepEqual(await held(), ['outgoing local', 'incoming no'])
    await button(alice, 'Resume the call with bob').click()
    await button(alice, 'Resume the call with Bob').waitFor()
    await shows(alice, 'Connected')
    assert.deepEqual(await held(), ['outgoing no', 'incoming local'])
    await button(alice, 'End the call with Bob').click()
    await alice.getByRole('heading', { name: 'Other calls' }).waitFor({ state: 'detached' })
    assert.equal(await live(house.alice), 1)
  })

  test('a call that another application has taken is shown, and cannot be acted on here', async () => {
    const { call } = await house.bob.calls.dial({ to: 'alice' })
    await button(alice, 'Answer Bob').waitFor()
    const ringing = (await house.alice.calls.get()).state.calls.find(({ state }) => state === 'alerting')
    await house.alice.calls.answer({ call: ringing?.id ?? '' })
    await alice.getByText('Handled by another application').waitFor()
    assert.equal(await button(alice, 'End call').count(), 0)
    assert.equal(await button(alice, 'Answer Bob').count(), 0)
    await house.bob.calls.end({ call })
  })

  test('a declined call tells the caller why, and is no missed call', async () => {
    await dial(alice, 'bob')
    await button(bob, 'Decline Alice').click()
    await shows(alice, 'The other side declined the call.')
    await bob.getByRole('tab', { name: 'History' }).click()
    await bob.getByText(/^Declined · /).waitFor()
  })

  test('a call that was given up is missed there, and one press calls back', async () => {
    await bob.getByRole('tab', { name: 'Keypad' }).click()
    await dial(alice, 'bob')
    await button(bob, 'Answer Alice').waitFor()
    await button(alice, 'End call').click()
    await bob.getByRole('tab', { name: /History.*one missed call/ }).click()
    await bob.getByLabel('Which').selectOption('Missed calls')
    await bob.getByRole('status').getByText('One is shown').waitFor({ state: 'attached' })
    assert.equal(await bob.getByRole('listitem').count(), 1)
    await button(bob, 'Call Alice').click()
    await button(alice, 'Answer Bob').click()
    await shows(bob, 'Connected')
    await button(bob, 'End call').click()
    await shows(alice, 'The other side has ended the call.')
  })

  test('a number is pasted anywhere, and its marks are left out', async () => {
    await alice.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await alice.evaluate(`navigator.clipboard.writeText('tel:+44-20-7946-0018')`)
    await alice.getByRole('heading', { name: 'Alice' }).click()
    await alice.keyboard.press('Control+v')
    assert.equal(await alice.getByLabel('Number').inputValue(), '+442079460018')
    await button(alice, 'Delete the last character').click()
    assert.equal(await alice.getByLabel('Number').inputValue(), '+44207946001')
    await alice.getByLabel('Number').fill('')
  })

  test('what the core refuses is told with its next step, until it is dismissed', async () => {
    await dial(alice, 'sip:')
    await alice.getByRole('alert').getByText('That cannot be dialled.').waitFor()
    await alice.getByRole('alert').getByText('Give a number, a user name or a sip: address.').waitFor()
    await alice.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click()
    await alice.getByText('That cannot be dialled.').waitFor({ state: 'detached' })
    await alice.getByLabel('Number').fill('')
  })

  test('the page asks no other host, and no script or style of it breaks the rules of the door', async () => {
    const page = await house.open(house.alice, { viewport: { width: 360, height: 740 } })
    await page.getByRole('heading', { name: 'Alice' }).waitFor()
    const hosts = new Set<string>()
    const broken: string[] = []
    page.on('request', (request) => hosts.add(new URL(request.url()).host))
    page.on('console', (message) => {
      if (message.type() === 'error') broken.push(message.text())
    })
    page.on('pageerror', (error) => broken.push(error.message))
    await page.reload()
    await page.getByRole('tab', { name: 'History' }).click()
    await button(page, 'Keyboard shortcuts').click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    assert.deepEqual([...hosts], [new URL(page.url()).host])
    assert.deepEqual(broken, [])
    const policy = (await page.request.get(page.url())).headers()['content-security-policy'] ?? ''
    assert.doesNotMatch(policy, /unsafe|\*/)
    await page.close()
  })
})

/** What is heard at that side, as soon as it is as long as expected. */
async function digitsAt(person: Session, expected: string): Promise<string> {
  let heard = ''
  for await (const seen of person.calls.watch({ signal: AbortSignal.timeout(15_000) })) {
    if (seen.type === 'change' && seen.change.type === 'digit') heard += seen.change.digit
    if (heard.length >= expected.length) break
  }
  return heard
}
