// What a call manager says of a line, and what becomes of a call when it is lost: told above everything, and on the call.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { type House, openHouse, whenChromium } from './house.ts'

describe('the communicator on a call manager’s device', whenChromium, () => {
  let house: House
  let page: Page
  before(async () => {
    house = await openHouse()
    const carol = await house.core.open({ ...house.lab.people[2]?.signIn })
    await carol.phones.ready({ timeoutMs: 15_000 })
    page = await house.open(carol, { viewport: { width: 360, height: 740 } })
    await page.getByLabel('Number').waitFor()
  })
  after(() => house?.close())

  test('where it sends calls, that it lets none through, messages that wait and what it wants shown', async () => {
    const { lab } = house
    lab.refer('carol', '<cfwdallupdate><linenumber>1</linenumber><fwdaddress>601</fwdaddress></cfwdallupdate>')
    await page.getByText('The server sends all calls to 601.').waitFor()
    lab.refer('carol', '<dndupdate><state>enable</state><option>ringeroff</option></dndupdate>')
    await page.getByText('The server lets no calls through: do not disturb.').waitFor()
    lab.refer(
      'carol',
      '<bulkupdate><contact line="1"><mwi>yes</mwi><emwi><voice-msg new="2" old="5"/></emwi></contact></bulkupdate>',
    )
    await page.getByText('2 new messages', { exact: true }).waitFor()
    lab.refer(
      'carol',
      '<statuslineupdatereq><statustext>Lunch</statustext><displaytimeout>60</displaytimeout></statuslineupdatereq>',
    )
    await page.getByText('Lunch', { exact: true }).waitFor()
    assert.deepEqual(await violations(page), [])
  })

  test('a call that outlives its server says so, and can be ended', async () => {
    await page.getByLabel('Number').fill('600')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.getByRole('article').getByText('Connected', { exact: true }).waitFor()
    await house.lab.go()
    await page.getByText('The server is lost. You still hear each other').waitFor({ timeout: 60_000 })
    assert.equal(await page.getByRole('button', { name: 'Transfer' }).count(), 0)
    assert.deepEqual(await violations(page), [])
    await page.getByRole('button', { name: 'End call' }).click()
    await page.getByRole('article').getByText('Call ended.').waitFor()
  })
})
