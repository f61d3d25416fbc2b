// Web conferences in the communicator: three browsers in the lab's room, and in that of a real Janus.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { compareSpeech, readWav } from '@openparley/media'
import type { Session } from '@openparley/sdk'
import type { Browser, Locator, Page } from 'playwright-core'
import { whenInstalled } from '../peers/peer.ts'
import { janusProgram, startJanus } from '../peers/janus/start.ts'
import { violations } from './axe.ts'
import { pass, sentenceMs, speech } from './hearing.ts'
import { type House, launch, openHouse, whenChromium } from './house.ts'

interface Meeting {
  readonly house: House
  readonly people: readonly { readonly name: string; readonly session: Session; readonly page: Page }[]
  close(): Promise<void>
}

const names = ['alice', 'bob', 'carol'] as const
/** Said and heard the same, by compareSpeech. */
const enough = 0.8

/** Three people with a browser each, whose microphones say different things; `given`: the settings of another server than the lab's. */
async function openMeeting(given?: Readonly<Record<string, unknown>>): Promise<Meeting> {
  const house = await openHouse({ microphone: speech('alice'), conferences: given ?? true })
  const carol = await house.core.open({
    ...house.lab.people[2]?.settings,
    ...house.lab.people[2]?.xmpp,
    ...(given ?? house.lab.people[2]?.conferences),
  })
  const browsers = new Map<string, Browser>()
  for (const name of names.slice(1)) browsers.set(name, await launch(speech(voiceOf(name))))
  const how = { before: join(import.meta.dirname, 'listen-to-each.js') }
  const sessions = [house.alice, house.bob, carol]
  for (const session of sessions) await session.until('presence', ({ published }) => published, 15_000)
  const people = await Promise.all(
    names.map(async (name, n) => {
      const browser = browsers.get(name)
      const session = sessions[n] as Session
      const viewport = n === 1 ? { width: 360, height: 740 } : { width: 1440, height: 900 }
      const page = await house.open(session, { viewport }, { ...how, ...(browser ? { browser } : {}) })
      return { name, session, page }
    }),
  )
  return {
    house,
    people,
    close: async () => {
      await house.close()
      for (const browser of browsers.values()) await browser.close()
    },
  }
}

function meetingSuite(
  where: string,
  skip: { readonly skip: string | false },
  open: () => Promise<Meeting & { stop(): Promise<void> }>,
): void {
  describe(`a web conference of three pages ${where}`, skip, () => {
    let meeting: Awaited<ReturnType<typeof open>>
    let pages: readonly Page[]
    before(async () => {
      meeting = await open()
      pages = meeting.people.map(({ page }) => page)
    })
    after(async () => {
      await meeting?.close()
      await meeting?.stop()
    })

    test('who is asked by chat joins by the invitation; each hears and sees the others, and the screen of one', async () => {
      const [alice, bob, carol] = pages as [Page, Page, Page]
      const [ofBob, ofCarol] = names.slice(1).map((name) => addressOf(meeting.house, name)) as [string, string]
      await alice.getByRole('tab', { name: 'Video' }).click()
      await button(alice, 'Start a conference').click()
      await alice.getByLabel('What it is about').fill('Plans')
      await alice.getByLabel('Ask somebody into it: an address').fill(ofBob)
      await button(alice, 'Start').click()
      await stage(alice).getByText('Only you are there').waitFor()
      await bob.getByRole('tab', { name: 'Chat' }).click()
      await bob
        .getByRole('button', { name: /^alice/i })
        .first()
        .click()
      await button(bob, 'Join the conference').click()
      await stage(bob).waitFor()
      await button(alice, 'Ask').click()
      await alice.getByLabel('Ask somebody into it: an address').fill(ofCarol)
      await alice.getByRole('form', { name: 'Ask people into it' }).getByRole('button', { name: 'Ask' }).click()
      await alice.getByText(`${ofCarol} was asked.`).waitFor()
      await carol.getByRole('tab', { name: 'Video' }).click()
      await button(carol, 'Join Plans').click()
      for (const page of pages) await stage(page).getByText('3 people there').waitFor()
      // Before there are pictures: three browsers that make some leave a small machine no time for sound.
      for (const page of pages)
        await page.evaluate(() => {
          for (const each of (globalThis as unknown as Heard).heard) each.length = 0
        })
      await pass(sentenceMs)
      for (const [n, page] of pages.entries()) {
        const others = names.filter((_, m) => m !== n)
        const tracks = await page.evaluate(() => (globalThis as unknown as Heard).heard)
        const best: number[] = []
        for (const who of others) best.push(await likest(tracks, who))
        assert.ok(
          best.every((each) => each >= enough),
          `${names[n]} hears ${others.join(', ')}: ${best.join(', ')}`,
        )
      }

      for (const page of pages) await button(page, 'Camera on').click()
      for (const page of pages) await until('pictures of two others', async () => (await moving(page)) === 2)

      await button(alice, 'Share screen').click()
      for (const page of [bob, carol])
        await until('the screen is seen', async () => (await moving(page, 'figure.screen video')) === 1)
      await button(alice, 'Stop sharing').click()
      for (const page of [bob, carol]) await page.locator('figure.screen').waitFor({ state: 'detached' })
    })

    test('who is muted by the host is heard by nobody; who mutes themselves is shown so; the page is well', async () => {
      const [alice, bob, carol] = pages as [Page, Page, Page]
      const who = (page: Page, name: string): Locator =>
        page.getByRole('list', { name: 'Who is there' }).getByRole('listitem').filter({ hasText: name })
      await stage(bob).getByRole('button', { name: 'Mute', exact: true }).click()
      await who(carol, 'Bob').getByText('muted').waitFor()
      await stage(bob).getByRole('button', { name: 'Unmute', exact: true }).click()
      await button(alice, 'Mute Bob for all').click()
      await who(carol, 'Bob').getByText('muted').waitFor()
      await who(bob, 'Bob').getByText('muted').waitFor()
      await button(alice, 'Let Bob be heard again').click()
      await who(carol, 'Bob').getByText('muted').waitFor({ state: 'detached' })
      for (const page of pages) assert.deepEqual(await violations(page), [])
    })

    test('who leaves is gone for the others, and an end is one for all', async () => {
      const [alice, bob, carol] = pages as [Page, Page, Page]
      await stage(carol).getByRole('button', { name: 'Leave', exact: true }).click()
      await stage(carol).waitFor({ state: 'detached' })
      for (const page of [alice, bob]) await stage(page).getByText('2 people there').waitFor()
      await stage(alice).getByRole('button', { name: 'End for all', exact: true }).first().click()
      await alice
        .getByRole('form', { name: 'End the conference for everybody?' })
        .getByRole('button', { name: 'End for all' })
        .click()
      for (const page of [alice, bob]) await stage(page).waitFor({ state: 'detached' })
    })
  })
}

meetingSuite('in the lab’s room', whenChromium, async () => ({ ...(await openMeeting()), stop: async () => {} }))

const janusInstalled = whenInstalled('janus', [janusProgram])
meetingSuite('at Janus', whenChromium.skip === false ? janusInstalled : whenChromium, async () => {
  const janus = await startJanus()
  const meeting = await openMeeting(janus.settings).catch(async (error: unknown) => {
    await janus.stop()
    throw error
  })
  return { ...meeting, stop: () => janus.stop() }
})

/** Whose recording a person's microphone says. */
const voiceOf = (name: string): string => (name === 'carol' ? 'stranger' : name)

function addressOf({ lab }: House, name: string): string {
  return String(lab.people.find((each) => each.name === name)?.xmpp['xmpp.user'])
}

function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true })
}

function stage(page: Page): Locator {
  return page.getByRole('region', { name: /^Conference: / })
}

/** In a page: what came by each track of sound. */
interface Picture {
  readonly muted: boolean
  getVideoPlaybackQuality(): { readonly totalVideoFrames: number }
}

interface Heard {
  readonly heard: number[][]
}

/** How many pictures of others move: frames are decoded between two looks. */
async function moving(page: Page, of = 'figure.camera:not(.unlit) video'): Promise<number> {
  const frames = (): Promise<number[]> =>
    page
      .locator(of)
      .evaluateAll((videos) =>
        (videos as unknown as readonly Picture[])
          .filter(({ muted }) => !muted)
          .map((video) => video.getVideoPlaybackQuality().totalVideoFrames),
      )
  const first = await frames()
  await pass(500)
  const second = await frames()
  return second.filter((count, n) => count > (first[n] ?? Infinity)).length
}

/** How much the track that is most like it is like what that person says. */
async function likest(tracks: readonly (readonly number[])[], who: string): Promise<number> {
  const reference = readWav(await readFile(speech(voiceOf(who))))
  let best = 0
  for (const samples of tracks) {
    const recording = { samples: Int16Array.from(samples), sampleRate: 8000 }
    best = Math.max(best, compareSpeech({ reference, recording }).heard)
    if (best >= enough) break
  }
  return best
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const last = performance.now() + 30_000
  while (!(await is())) assert.ok(performance.now() < last, what)
}
