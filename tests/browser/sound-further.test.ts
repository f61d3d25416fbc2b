// The page's sound among several calls: it goes where the person talks, and nowhere else.
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Session } from '@openparley/sdk'
import type { Page } from 'playwright-core'
import { forget, heardBy, heardIn, hears, listenIn, pass, sentenceMs, speech } from './hearing.ts'
import { type House, openCarol, openHouse, whenChromium } from './house.ts'

describe('a page with microphone and speaker in several calls', whenChromium, () => {
  let house: House
  let carol: Session
  let alice: Page
  before(async () => {
    house = await openHouse({ microphone: speech('alice') })
    carol = await openCarol(house)
    alice = await house.open(house.alice, { viewport: { width: 1440, height: 900 } }, listenIn)
    await alice.getByLabel('Number').waitFor()
  })
  after(() => house?.close())

  /** Alice calls them; the id at their side. */
  const call = async (person: Session, number: string): Promise<string> => {
    const coming = person.calls.incoming({ signal: AbortSignal.timeout(20_000) })[Symbol.asyncIterator]()
    await alice.getByLabel('Number').fill(number)
    await alice.getByRole('button', { name: 'Call', exact: true }).click()
    const { value } = await coming.next()
    await coming.return?.()
    await person.calls.answer({ call: value.id })
    await alice.getByRole('article', { name: number }).getByText('Connected').waitFor()
    return value.id
  }
  /** They say that sentence, once, and what they hear is recorded. */
  const says = async (person: Session, id: string, who: string, record: string): Promise<void> => {
    const wav = (await readFile(speech(who))).toString('base64')
    const { handle } = await person.media.upload({ wav })
    await person.calls.attach({ call: id, endpoint: { kind: 'file', play: handle, record } })
    await forget(alice)
    await pass(sentenceMs)
  }

  test('a call that is taken up again is heard and hears; so is everybody in a conference, and who is talked to alone', async () => {
    const bobs = await call(house.bob, 'bob')
    const carols = await call(carol, 'carol')
    await alice.getByRole('button', { name: 'Resume the call with bob' }).click()
    await alice.getByRole('article', { name: 'bob' }).getByText('Connected').waitFor()
    await says(house.bob, bobs, 'bob', 'taken-up.wav')
    hears(await heardIn(alice, 'bob'), least)

    await alice.getByRole('button', { name: 'Merge' }).click()
    await alice.getByRole('button', { name: 'With carol', exact: true }).click()
    await alice.getByRole('article', { name: 'Conference' }).waitFor()
    await says(carol, carols, 'stranger', 'conference.wav')
    hears(await heardIn(alice, 'stranger'), least)

    await alice.getByRole('button', { name: 'Talk to bob alone' }).click()
    await alice.getByRole('article', { name: 'bob' }).getByText('Connected').waitFor()
    await says(house.bob, bobs, 'bob', 'alone.wav')
    hears(await heardIn(alice, 'bob'), least)

    await house.endCalls()
    hears(await heardBy(house, 'taken-up.wav', 'alice'), least)
    hears(await heardBy(house, 'conference.wav', 'alice'), least)
    hears(await heardBy(house, 'alone.wav', 'alice'), least)
  })
})

/**
 * A browser stretches what it plays when packets come unevenly, and here it plays and records three times as much as elsewhere. What is
 * looked at is who is heard: of another's speech there would be less than 0.3.
 */
const least = 0.5
