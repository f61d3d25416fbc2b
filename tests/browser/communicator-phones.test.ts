// A person with a phone on the desk beside the page: which one acts, calls at it, and a call that moves.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator with a phone on the desk', whenChromium, () => {
  let house: House
  let alice: Page
  before(async () => {
    house = await openHouse({ desk: true, chat: false })
    await house.alice.until(
      'phones',
      ({ phones }) => phones.length === 2 && phones.every(({ state }) => state.is === 'ready'),
      15_000,
    )
    alice = await house.open(house.alice, { viewport: { width: 1440, height: 900 } })
    await alice.getByLabel('Number').waitFor()
  })
  after(() => house?.close())
  afterEach(() => house.endCalls())

  const answered = async (): Promise<string> => {
    const { calls } = await house.bob.until(
      'calls',
      ({ calls: all }) => all.some(({ state }) => state === 'alerting'),
      10_000,
    )
    const { id = '' } = calls.find(({ state }) => state === 'alerting') ?? {}
    await house.bob.calls.answer({ call: id })
    return id
  }

  test('the phone that acts is chosen; a call is made there, and taken here without an end for the other side', async () => {
    const phone = alice.getByRole('combobox', { name: /^Phone/ })
    await phone.waitFor()
    assert.deepEqual(await phone.locator('option').allTextContents(), ['This computer', 'On your desk'])
    await phone.selectOption('On your desk')
    await house.alice.until(
      'phones',
      ({ phones }) => phones.some(({ kind, chosen }) => kind === 'desk' && chosen),
      5000,
    )
    await alice.getByLabel('Number').fill('bob')
    await alice.keyboard.press('Enter')
    const ofBob = await answered()
    const here = alice.getByRole('button', { name: 'Take it here' })
    await here.waitFor()
    assert.deepEqual(
      house.lab.desk.calls('desk-alice').map(({ state }) => state),
      ['connected'],
    )
    assert.equal(await alice.getByRole('button', { name: 'Mute' }).count(), 0)
    assert.deepEqual(await violations(alice), [])
    await here.click()
    await alice.getByRole('button', { name: 'Mute' }).waitFor()
    await alice.getByRole('button', { name: 'To the desk' }).waitFor()
    assert.deepEqual(house.lab.desk.calls('desk-alice'), [])
    assert.equal((await house.bob.calls.get()).state.calls.find(({ id }) => id === ofBob)?.state, 'connected')
  })

  test('what a hand does at the phone is seen: a call, and that it does not ring', async () => {
    const touch = (what: string, to?: string): void => house.lab.desk.touch('desk-alice', what, to)
    touch('dial', 'bob')
    await answered()
    await alice.getByRole('article', { name: 'bob' }).getByRole('button', { name: 'Hold' }).click()
    await alice.getByRole('button', { name: 'Resume' }).waitFor()
    assert.deepEqual(
      house.lab.desk.calls('desk-alice').map(({ state }) => state),
      ['hold'],
    )
    touch('hang-up')
    await alice.getByRole('button', { name: 'Resume' }).waitFor({ state: 'detached' })
    touch('do-not-disturb', 'on')
    await alice.getByText('The phone on your desk does not ring: do not disturb.').waitFor()
    await alice.getByRole('button', { name: 'Turn off' }).click()
    await alice.getByText('The phone on your desk does not ring: do not disturb.').waitFor({ state: 'detached' })
    assert.equal(house.lab.desk.line('desk-alice')?.doNotDisturb, false)
  })
})
