// A page's camera in a call: what it sees is seen at the other end, and the other way round.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Asterisk, asteriskProgram, startAsterisk } from '../peers/asterisk/start.ts'
import { whenInstalled } from '../peers/peer.ts'
import { violations } from './axe.ts'
import { type House, launch, openHouse, whenChromium } from './house.ts'
import { cameras, sees } from './seeing.ts'

describe('a page with a camera', whenChromium, () => {
  const films = cameras()
  let house: House
  let bobsBrowser: Browser
  before(async () => {
    house = await openHouse({ camera: films.red })
    bobsBrowser = await launch(undefined, films.blue)
  })
  afterEach(() => house.endCalls())
  after(async () => {
    await bobsBrowser?.close()
    await house?.close()
    films.remove()
  })

  test('two pages that call with video see each other, nothing of it is out of reach, and a key turns the camera off', async () => {
    const [alice, bob] = await both(house, bobsBrowser)
    await alice.getByLabel('Number').fill('bob')
    await alice.getByRole('button', { name: 'Call with video' }).click()
    await bob.getByRole('button', { name: /^With video: answer/ }).click()
    await sees(alice, 'Picture of Bob', 'blue')
    await sees(bob, 'Picture of Alice', 'red')
    for (const page of [alice, bob]) assert.deepEqual(await violations(page), [])
    await alice.keyboard.press('Alt+o')
    await bob.getByText('Alice shows no picture.').waitFor()
    await part(alice, bob)
  })

  test('video is asked for in a call and accepted, paused, held, resumed and ended, and the call goes on', async () => {
    const [alice, bob] = await both(house, bobsBrowser)
    await talk(alice, bob, 'bob')
    await addAndEnd(alice, bob)
    await part(alice, bob)
  })

  test('with media.video accept theirs is shown at once, and the own camera stays off', async () => {
    await house.bob.config.set({ name: 'media.video', value: 'accept' })
    const [alice, bob] = await both(house, bobsBrowser)
    await talk(alice, bob, 'bob')
    await press(alice, 'Video')
    await sees(bob, 'Picture of Alice', 'red')
    assert.equal(await bob.getByLabel('Your picture').count(), 0)
    await alice.getByText('Bob shows no picture.').waitFor()
    await part(alice, bob)
    await house.bob.config.unset({ name: 'media.video' })
  })

  test('two pages see each other in H.264, where that comes first', async () => {
    for (const person of [house.alice, house.bob])
      await person.config.set({ name: 'media.video.codecs', value: ['H264', 'VP8'] })
    const [alice, bob] = await both(house, bobsBrowser)
    await alice.getByLabel('Number').fill('bob')
    await press(alice, 'Call with video')
    await bob.getByRole('button', { name: /^With video: answer/ }).click()
    await sees(alice, 'Picture of Bob', 'blue')
    await sees(bob, 'Picture of Alice', 'red')
    const { state } = await house.alice.calls.get()
    assert.deepEqual(state.calls.at(-1)?.video, { is: 'active', direction: 'sendrecv', codec: 'H264' })
    await part(alice, bob)
    for (const person of [house.alice, house.bob]) await person.config.unset({ name: 'media.video.codecs' })
  })

  test('a camera is sent with no more than what was agreed on, however much it has to show', async () => {
    await house.bob.config.set({ name: 'media.video.mostKbps', value: 100 })
    const counting = { before: join(import.meta.dirname, 'count-video.js') }
    const alice = await house.open(house.alice, {}, counting)
    const bob = await house.open(house.bob, {}, { browser: bobsBrowser })
    await alice.getByLabel('Number').fill('bob')
    await press(alice, 'Call with video')
    await bob.getByRole('button', { name: /^With video: answer/ }).click()
    await sees(bob, 'Picture of Alice', 'red')
    // The browser would begin with 300 kbit/s, and take all of the 1,500 that are set for Alice.
    const target = (): Promise<number> =>
      alice.evaluate(() => (globalThis as unknown as { videoTarget(): Promise<number> }).videoTarget())
    const last = performance.now() + 20_000
    let now = await target()
    while (now === 0 || now > 100_000) {
      assert.ok(performance.now() < last, `${now} bit/s`)
      now = await target()
    }
    await part(alice, bob)
    await house.bob.config.unset({ name: 'media.video.mostKbps' })
  })

  test('a page that is reloaded in a call with video sees the other side again, and is seen', async () => {
    const [alice, bob] = await both(house, bobsBrowser)
    await alice.getByLabel('Number').fill('bob')
    await press(alice, 'Call with video')
    await bob.getByRole('button', { name: /^With video: answer/ }).click()
    await sees(bob, 'Picture of Alice', 'red')
    await bob.reload()
    await sees(bob, 'Picture of Alice', 'red')
    await sees(alice, 'Picture of Bob', 'blue')
    await part(alice, bob)
  })
})

describe('pages with cameras on Asterisk', bothInstalled(), () => {
  const films = cameras()
  let asterisk: Asterisk
  let house: House
  let bobsBrowser: Browser
  before(async () => {
    asterisk = await startAsterisk({ video: true })
    const settings = (user: string): Record<string, unknown> => ({
      'softphone.servers': `sip:127.0.0.1:${asterisk.port};transport=udp`,
      'softphone.user': user,
      'softphone.password': `secret-${user}`,
      'softphone.displayName': user === '101' ? 'Alice' : 'Bob',
    })
    house = await openHouse({ camera: films.red, people: [settings('101'), settings('102')] })
    bobsBrowser = await launch(undefined, films.blue)
  })
  afterEach(() => house.endCalls())
  after(async () => {
    await bobsBrowser?.close()
    await house?.close()
    await asterisk?.stop()
    films.remove()
  })

  for (const codec of ['VP8', 'H264'])
    test(`two pages that call with video see each other through Asterisk, in ${codec}`, async () => {
      for (const person of [house.alice, house.bob])
        await person.config.set({ name: 'media.video.codecs', value: [codec] })
      const [alice, bob] = await both(house, bobsBrowser)
      await alice.getByLabel('Number').fill('102')
      await press(alice, 'Call with video')
      await bob.getByRole('button', { name: /^With video: answer/ }).click()
      await sees(alice, /^Picture of/, 'blue')
      await sees(bob, /^Picture of/, 'red')
      await part(alice, bob)
    })

  test('video that is added in a call through Asterisk is seen at both ends, and the call goes on without it', async () => {
    for (const person of [house.alice, house.bob]) await person.config.unset({ name: 'media.video.codecs' })
    const [alice, bob] = await both(house, bobsBrowser)
    await talk(alice, bob, '102')
    await press(alice, 'Video')
    await bob.getByText(/asks for video/).waitFor()
    await press(bob, 'Camera on')
    await sees(alice, /^Picture of/, 'blue')
    await sees(bob, /^Picture of/, 'red')
    await press(bob, 'Stop video')
    await bob.getByRole('button', { name: 'Video', exact: true }).waitFor()
    await part(alice, bob)
  })
})

/** In a call of sound alone. */
async function addAndEnd(alice: Page, bob: Page): Promise<void> {
  await press(alice, 'Video')
  await bob.getByText('Alice asks for video.').waitFor()
  await press(bob, 'Camera on')
  await sees(alice, 'Picture of Bob', 'blue')
  await sees(bob, 'Picture of Alice', 'red')

  await press(bob, 'Camera off')
  await alice.getByText('Bob shows no picture.').waitFor()
  await sees(bob, 'Picture of Alice', 'red')
  await press(bob, 'Camera on')
  await sees(alice, 'Picture of Bob', 'blue')

  await press(alice, 'Hold')
  await bob.getByText('Held by the other side').first().waitFor()
  await bob.getByLabel('Picture of Alice').waitFor({ state: 'detached' })
  await press(alice, 'Resume')
  await sees(alice, 'Picture of Bob', 'blue')
  await sees(bob, 'Picture of Alice', 'red')

  await press(bob, 'Stop video')
  await alice.getByLabel('Picture of Bob').waitFor({ state: 'detached' })
  await alice.getByRole('button', { name: 'Video', exact: true }).waitFor()
}

function bothInstalled(): { readonly skip: string | false } {
  const installed = whenInstalled('asterisk (tests/peers/asterisk/install.sh)', [asteriskProgram])
  return whenChromium.skip === false ? installed : whenChromium
}

async function talk(alice: Page, bob: Page, number: string): Promise<void> {
  await alice.getByLabel('Number').fill(number)
  await press(alice, 'Call')
  await bob.getByRole('button', { name: /^Answer/ }).click()
  await alice.getByText('Connected').first().waitFor()
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

async function both(house: House, bobsBrowser: Browser): Promise<[Page, Page]> {
  return [await house.open(house.alice), await house.open(house.bob, {}, { browser: bobsBrowser })]
}

async function part(alice: Page, bob: Page): Promise<void> {
  await alice.getByRole('button', { name: 'End call' }).click()
  await bob.getByText('The other side has ended the call.').first().waitFor()
  for (const page of [alice, bob]) await page.close()
}
