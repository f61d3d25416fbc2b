// A page's microphone and speaker in a call: what is said there is heard at the other end, and the other way round.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
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

  test('two pages hear each other through the lab; hold, resume and mute do what they say', async () => {
    const alice = await house.open(house.alice, {}, listenIn)
    const bob = await house.open(house.bob, {}, { ...listenIn, browser: bobsBrowser })
    await dial(alice, 'bob')
    await bob.getByRole('button', { name: /^Answer/ }).click()
    await alice.getByText('Connected').first().waitFor()
    await pass(sentenceMs)
    hears(await heardIn(alice, 'bob'))
    hears(await heardIn(bob, 'alice'))

    await holdAndMute(alice, bob, (page, what) => page.getByText(what).first().waitFor())
    await alice.getByRole('button', { name: 'End call' }).click()
    await bob.getByText('The other side has ended the call.').first().waitFor()
  })

  test('a page that is reloaded in a call comes back to it, heard and hearing', async () => {
    const page = await house.open(house.alice, {}, listenIn)
    const answered = answerWith(house, { kind: 'file', play: await uploaded(house, 'bob'), record: 'reloaded.wav' })
    await dial(page, 'bob')
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
  })

  test('a call that is answered in one of two pages stops ringing in the other', async () => {
    const [one, other] = [await house.open(house.alice), await house.open(house.alice)]
    const { call } = await house.bob.calls.dial({ to: 'alice' })
    for (const page of [one, other]) await page.getByRole('button', { name: /^Answer/ }).waitFor()
    await one.getByRole('button', { name: /^Answer/ }).click()
    await one.getByRole('button', { name: 'End call' }).waitFor()
    await other.getByRole('button', { name: /^Answer/ }).waitFor({ state: 'detached' })
    await house.bob.calls.end({ call })
    for (const page of [one, other]) await page.close()
  })
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

  test('two pages hear each other through Asterisk; hold, resume and mute do what they say', async () => {
    const alice = await house.open(house.alice, {}, listenIn)
    const bob = await house.open(house.bob, {}, { ...listenIn, browser: bobsBrowser })
    await dial(alice, '102')
    await bob.getByRole('button', { name: /^Answer/ }).click()
    await alice.getByText('Connected').first().waitFor()
    await pass(sentenceMs)
    hears(await heardIn(alice, 'bob'))
    hears(await heardIn(bob, 'alice'))
    // Asterisk takes the hold on itself: the other side is not told.
    await holdAndMute(alice, bob, async () => {})
    await alice.getByRole('button', { name: 'End call' }).click()
    await bob.getByText('The other side has ended the call.').first().waitFor()
  })
})

/** Alice holds, resumes, and mutes, in a call with Bob; each hears what they should. */
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

/** In a page: whether the core sends it sound, as it does once the page is joined to a call. */
const receives = (): boolean => (globalThis as unknown as Listening).received() > 0

/** Of 32,767: speech has some hundreds. */
const quiet = 20
