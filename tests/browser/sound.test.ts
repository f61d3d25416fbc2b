// A page's microphone and speaker in a call: what is said there is heard at the other end, and the other way round.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Asterisk, asteriskProgram, startAsterisk } from '../peers/asterisk/start.ts'
import { whenInstalled } from '../peers/peer.ts'
import {
  forget,
  heardBy,
  heardIn,
  hears,
  type Listening,
  listenIn,
  loudnessIn,
  pass,
  sentenceMs,
  speech,
} from './hearing.ts'
import { type House, launch, openHouse, whenChromium } from './house.ts'

describe('a page with microphone and speaker', whenChromium, () => {
  let house: House
  let bobsBrowser: Browser
  before(async () => {
    house = await openHouse({ microphone: speech('alice') })
    bobsBrowser = await launch(speech('bob'))
  })
  after(async () => {
    await bobsBrowser.close()
    await house.close()
  })

  test('two pages hear each other through the lab; hold, resume, mute and unmute do what they say', async () => {
    const [alice, bob] = await bothIn(house, bobsBrowser, 'bob')
    assert.deepEqual(await codecsOf(alice), ['audio/PCMU', 'audio/PCMU'])
    await holdAndMute(alice, bob, (page, what) => page.getByText(what).first().waitFor())
    await part(alice, bob)
  })

  test('two pages that ask for Opus speak it, both ways, and hear each other', async () => {
    const [alice, bob] = await bothIn(house, bobsBrowser, 'bob', join(import.meta.dirname, 'ask-for-opus.js'))
    for (const page of [alice, bob]) assert.deepEqual(await codecsOf(page), ['audio/opus', 'audio/opus'])
    await part(alice, bob)
  })

  test('another microphone is chosen in a call and is heard, and the levels move with what is said', async () => {
    const page = await house.open(house.alice, {}, listenIn)
    const answered = answerWith(house, { kind: 'file', play: await uploaded(house, 'bob') })
    await dial(page, 'bob')
    const id = await answered
    await page.getByText('Connected').first().waitFor()
    await page.getByRole('button', { name: 'Sound' }).click()
    const dialog = page.getByRole('dialog')
    for (const which of ['Microphone', 'Speaker'])
      await until(async () => (await dialog.getByLabel(`${which}: level`).evaluate(levelOf)) > 0.01, `${which}: level`)
    const devices = dialog.getByLabel('Microphone', { exact: true })
    const values = await devices.locator('option').evaluateAll((all) => all.map((each) => each.getAttribute('value')))
    const other = values.findLast((value) => value !== 'default') as string
    await devices.selectOption(other)
    await until(async () => (await devices.inputValue()) === other, 'the other microphone')
    await page.keyboard.press('Escape')
    await house.bob.calls.attach({ call: id, endpoint: { kind: 'file', record: 'other-microphone.wav' } })
    await pass(sentenceMs)
    await house.bob.calls.end({ call: id })
    await house.bob.calls.until(id, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
    hears(await heardBy(house, 'other-microphone.wav', 'alice'))
    await page.close()
  })

  test('a page that is reloaded in a call comes back to it, heard and hearing', () => reloaded(house, 'bob'))

  test('a call that is answered in one of two pages stops ringing in the other', () => answeredInOne(house, 'alice'))
})

describe('pages on Asterisk', bothInstalled(), () => {
  let asterisk: Asterisk
  let house: House
  let bobsBrowser: Browser
  before(async () => {
    asterisk = await startAsterisk()
    const settings = (user: string): Record<string, unknown> => ({
      'softphone.servers': `sip:127.0.0.1:${asterisk.port};transport=udp`,
      'softphone.user': user,
      'softphone.password': `secret-${user}`,
      'softphone.displayName': user === '101' ? 'Alice' : 'Bob',
    })
    house = await openHouse({ microphone: speech('alice'), people: [settings('101'), settings('102')] })
    bobsBrowser = await launch(speech('bob'))
  })
  after(async () => {
    await bobsBrowser?.close()
    await house?.close()
    await asterisk?.stop()
  })

  test('two pages hear each other through Asterisk; hold, resume, mute and unmute do what they say', async () => {
    const [alice, bob] = await bothIn(house, bobsBrowser, '102')
    // Asterisk takes the hold on itself: the other side is not told.
    await holdAndMute(alice, bob, async () => {})
    await part(alice, bob)
  })

  test('digits that a page sends pass through Asterisk, and a second call holds the first and gives it back', async () => {
    const page = await house.open(house.alice, {}, listenIn)
    const answered = answerWith(house, { kind: 'none' })
    await dial(page, '102')
    const id = await answered
    await page.getByText('Connected').first().waitFor()
    const digits = digitsAt(house.bob, '12#')
    await page.getByRole('button', { name: 'Digits' }).click()
    await page.getByLabel('Digits to send').fill('12#')
    assert.equal(await digits, '12#')

    await house.bob.calls.dial({ to: '101' })
    await page.getByRole('button', { name: /^Answer/ }).click()
    await page.getByRole('heading', { name: 'Other calls' }).waitFor()
    const held = async (): Promise<string[]> =>
      (await house.alice.calls.get()).state.calls
        .filter(({ state }) => state === 'connected')
        .map((call) => `${call.direction} ${call.held}`)
    assert.deepEqual(await held(), ['outgoing local', 'incoming no'])
    await page
      .getByRole('button', { name: /^Resume the call/ })
      .first()
      .click()
    await until(async () => (await held()).join() === 'outgoing no,incoming local', 'the first is resumed')
    await house.bob.calls.attach({ call: id, endpoint: { kind: 'file', play: await uploaded(house, 'bob') } })
    await forget(page)
    await pass(sentenceMs)
    hears(await heardIn(page, 'bob'))
    await house.endCalls()
    await page.close()
  })

  test('a page that is reloaded in a call through Asterisk comes back to it, heard and hearing', () =>
    reloaded(house, '102'))

  test('a call through Asterisk that is answered in one of two pages stops ringing in the other', () =>
    answeredInOne(house, '101'))
})

/** Alice's page calls Bob's, and each hears the other. `also`: a script that runs before the pages' own, beside the listening one. */
async function bothIn(house: House, bobsBrowser: Browser, number: string, also?: string): Promise<[Page, Page]> {
  const alice = await house.open(house.alice, {}, { ...listenIn, ...(also === undefined ? {} : { also }) })
  const bob = await house.open(
    house.bob,
    {},
    { ...listenIn, browser: bobsBrowser, ...(also === undefined ? {} : { also }) },
  )
  await dial(alice, number)
  await bob.getByRole('button', { name: /^Answer/ }).click()
  await alice.getByText('Connected').first().waitFor()
  await forget(alice, bob)
  await pass(sentenceMs)
  hears(await heardIn(alice, 'bob'))
  hears(await heardIn(bob, 'alice'))
  return [alice, bob]
}

async function part(alice: Page, bob: Page): Promise<void> {
  await alice.getByRole('button', { name: 'End call' }).click()
  await bob.getByText('The other side has ended the call.').first().waitFor()
  for (const page of [alice, bob]) await page.close()
}

async function reloaded(house: House, number: string): Promise<void> {
  const page = await house.open(house.alice, {}, listenIn)
  const answered = answerWith(house, { kind: 'file', play: await uploaded(house, 'bob'), record: 'reloaded.wav' })
  await dial(page, number)
  const id = await answered
  await page.getByText('Connected').first().waitFor()
  await page.reload()
  await page.getByText('Connected').first().waitFor()
  await page.waitForFunction(receives)
  await house.bob.calls.attach({
    call: id,
    endpoint: { kind: 'file', play: await uploaded(house, 'bob'), record: 'after.wav' },
  })
  await forget(page)
  await pass(sentenceMs)
  hears(await heardIn(page, 'bob'))
  await house.bob.calls.end({ call: id })
  await house.bob.calls.until(id, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
  hears(await heardBy(house, 'after.wav', 'alice'))
  await page.close()
}

async function answeredInOne(house: House, number: string): Promise<void> {
  const [one, other] = [await house.open(house.alice), await house.open(house.alice)]
  const { call } = await house.bob.calls.dial({ to: number })
  for (const page of [one, other]) await page.getByRole('button', { name: /^Answer/ }).waitFor()
  await one.getByRole('button', { name: /^Answer/ }).click()
  await one.getByRole('button', { name: 'End call' }).waitFor()
  await other.getByRole('button', { name: /^Answer/ }).waitFor({ state: 'detached' })
  await house.bob.calls.end({ call })
  for (const page of [one, other]) await page.close()
}

/** Alice holds, resumes, mutes and unmutes, in a call with Bob; each hears what they should. */
async function holdAndMute(
  alice: Page,
  bob: Page,
  told: (page: Page, what: RegExp | string) => Promise<void>,
): Promise<void> {
  await alice.getByRole('button', { name: 'Hold' }).click()
  await told(bob, /hold/i)
  // What the browser holds back is still heard.
  await pass(1500)
  await forget(alice, bob)
  await pass(2000)
  assert.ok((await loudnessIn(alice)) < quiet && (await loudnessIn(bob)) < quiet)
  await alice.getByRole('button', { name: 'Resume' }).click()
  await told(bob, 'Connected')
  await pass(1000)
  await alice.getByRole('button', { name: 'Mute' }).click()
  await alice.getByRole('button', { name: 'Unmute' }).waitFor()
  await pass(1500)
  await forget(alice, bob)
  await pass(sentenceMs)
  hears(await heardIn(alice, 'bob'))
  assert.ok((await loudnessIn(bob)) < quiet)
  await alice.getByRole('button', { name: 'Unmute' }).click()
  await alice.getByRole('button', { name: 'Mute' }).waitFor()
  await pass(1000)
  await forget(alice, bob)
  await pass(sentenceMs)
  hears(await heardIn(alice, 'bob'))
  hears(await heardIn(bob, 'alice'))
}

function bothInstalled(): { readonly skip: string | false } {
  const installed = whenInstalled('asterisk (tests/peers/asterisk/install.sh)', [asteriskProgram])
  return whenChromium.skip === false ? installed : whenChromium
}

async function dial(page: Page, number: string): Promise<void> {
  await page.getByLabel('Number').fill(number)
  await page.getByRole('button', { name: 'Call', exact: true }).click()
}

/** Bob answers the next call; its id. */
async function answerWith(
  { bob }: House,
  endpoint: Parameters<House['bob']['calls']['answer']>[0]['endpoint'],
): Promise<string> {
  for await (const { id } of bob.calls.incoming({ signal: AbortSignal.timeout(20_000) })) {
    await bob.calls.answer({ call: id, endpoint })
    return id
  }
  throw new Error('no call came')
}

async function uploaded({ bob }: House, who: string): Promise<string> {
  return (await bob.media.upload({ wav: (await readFile(speech(who))).toString('base64') })).handle
}

/** What the page's connection to the core speaks: what it sends, what it gets. */
function codecsOf(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(() => (globalThis as unknown as Listening).codecs())
}

/** In a page: how high a meter stands. */
const levelOf = (meter: object): number => (meter as { value: number }).value

async function until(is: () => Promise<boolean>, what: string): Promise<void> {
  const last = performance.now() + 20_000
  while (!(await is())) {
    assert.ok(performance.now() < last, what)
    await pass(50)
  }
}

/** What is heard at that side, as soon as it is as long as expected. */
async function digitsAt(person: House['bob'], expected: string): Promise<string> {
  let heard = ''
  for await (const seen of person.calls.watch({ signal: AbortSignal.timeout(20_000) })) {
    if (seen.type === 'change' && seen.change.type === 'digit') heard += seen.change.digit
    if (heard.length >= expected.length) break
  }
  return heard
}

/** In a page: whether the core sends it sound, as it does once the page is joined to a call. */
const receives = (): boolean => (globalThis as unknown as Listening).received() > 0

/** Of 32,767: speech has some hundreds. */
const quiet = 20
