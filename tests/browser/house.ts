// A lab, a core with Alice and Bob, and a browser with a page for each: what the tests of pages stand on.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, type LabOptions, startLab } from '@openparley/lab'
import { connect, type Core, type Session } from '@openparley/sdk'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildCommunicator } from '../../scripts/build-communicator.ts'

export interface HowToOpen {
  /** A script's path that runs before the page's own. */
  readonly before?: string
  /** One more of these. */
  readonly also?: string
  /** Another than the house's own, with another microphone. */
  readonly browser?: Browser
}

export interface House {
  readonly lab: Lab
  readonly core: Core
  readonly alice: Session
  readonly bob: Session
  readonly browser: Browser
  /** Recordings lie here. It goes with the house. */
  readonly folder: string
  /** A page of its own for that person, let in. */
  open(person: Session, look?: Parameters<Browser['newContext']>[0], how?: HowToOpen): Promise<Page>
  /** Ends every call that a test has left, whoever handles it. */
  endCalls(): Promise<void>
  close(): Promise<void>
}

/** Debian's Chromium, or the one that CHROMIUM names. */
const chromiumPath: string = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** For `test(name, whenChromium, …)`: skipped where it is missing, and fails there under PARLEY_PEERS=required. */
export const whenChromium: { readonly skip: string | false } = {
  skip: existsSync(chromiumPath) || process.env['PARLEY_PEERS'] === 'required' ? false : 'chromium is not installed',
}

/** `microphone`: a WAV file that the pages' microphone says, again and again; `camera`: a Y4M file that their camera sees. */
export function launch(microphone?: string, camera?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      // Root has no sandbox in Chromium; whoever tests as root knows why.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
      ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
    ],
  })
}

/** A lab and a core that has the pages, with a home of its own. */
export async function openCore(
  faults: readonly { readonly name: string; readonly value?: string }[] = [],
  options: LabOptions = {},
): Promise<{ readonly lab: Lab; readonly core: Core; readonly folder: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-browser-'))
  const env = {
    ...process.env,
    PARLEY_HOME: folder,
    PARLEY_POLICY: join(folder, 'policy.json'),
    PARLEY_PAGES: await buildCommunicator(),
  }
  const lab = await startLab({ ...options, faults })
  const core = await connect({ application: 'test', role: 'approve', leaves: 'stop', env })
  return {
    lab,
    core,
    folder,
    close: async () => {
      await core.system.stop({ when: 'now' })
      await core.closed
      core.close()
      await lab.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

export interface HouseOptions {
  /** A WAV file that the pages' microphone says, again and again. */
  readonly microphone?: string
  /** A Y4M file that the pages' camera sees. */
  readonly camera?: string
  /** Alice's and Bob's settings; those of the lab unless said. */
  readonly people?: readonly Readonly<Record<string, unknown>>[]
  /** Whether Alice has a phone on her desk: she has none unless said. */
  readonly desk?: true
  /** Whether they have chat settings: so unless said. */
  readonly chat?: false
  /** Whether they have the lab’s conference server, or the settings of another: they have none unless said. */
  readonly conferences?: true | Readonly<Record<string, unknown>>
  /** Whether they have a mailbox, or an address book: neither unless said. */
  readonly also?: readonly ('voicemail' | 'cards')[]
  /** What is in Alice's address book, each a vCard. */
  readonly cards?: readonly string[]
  /** Whom they have in their contacts: each other unless said. */
  readonly rosterOf?: LabOptions['rosterOf']
}

export async function openHouse({
  microphone,
  camera,
  people,
  desk,
  chat,
  conferences,
  also = [],
  cards = [],
  rosterOf,
}: HouseOptions = {}): Promise<House> {
  // First: where there is no browser, nothing else is left behind.
  const browser = await launch(microphone, camera)
  const { lab, core, folder, close } = await openCore([], rosterOf ? { rosterOf } : {})
  for (const [n, card] of cards.entries()) lab.cards.put('alice', card, `card-${n}`)
  const [alice, bob] = await Promise.all(
    (
      people ??
      lab.people.slice(0, 2).map(({ name, settings, xmpp, desk: onDesk, ...rest }) => ({
        ...settings,
        ...(chat === false ? {} : xmpp),
        ...(conferences === true ? rest.conferences : conferences),
        ...Object.assign({}, ...also.map((each) => rest[each])),
        ...(desk && name === 'alice' ? onDesk : {}),
      }))
    ).map((settings) => core.open({ ...settings, 'media.folder': folder })),
  )
  if (!alice || !bob) throw new Error('the lab has no people')
  await Promise.all([alice, bob].map(({ phones }) => phones.ready({ timeoutMs: 15_000 })))
  const contexts: BrowserContext[] = []
  return {
    lab,
    core,
    alice,
    bob,
    browser,
    folder,
    open: async (person, look = {}, { before, also, browser: other = browser } = {}) => {
      const context = await other.newContext({ reducedMotion: 'reduce', ...look })
      contexts.push(context)
      for (const path of [before, also]) if (path !== undefined) await context.addInitScript({ path })
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      await page.goto((await core.system.oneTimeAddress(pageOf(person))).address)
      return page
    },
    endCalls: async () => {
      for (const page of contexts.flatMap((context) => context.pages())) {
        const end = page.getByRole('button', { name: /^(End call|End all|End the call with|Decline )/ })
        // The other side may end it in this very moment: then there is nothing left to click.
        while ((await end.count()) > 0)
          await end
            .first()
            .click({ timeout: 1000 })
            .catch(() => undefined)
      }
      for (const { calls } of [alice, bob]) {
        for (const call of (await calls.get()).state.calls) {
          await calls.until(call.id, ({ state }) => state === 'ended', { timeoutMs: 5000 })
        }
      }
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()))
      await browser.close()
      await close()
    },
  }
}

/** The lab's third person, who goes with the house. */
export async function openCarol({ core, lab, folder }: House): Promise<Session> {
  const carol = await core.open({ ...lab.people[2]?.settings, 'media.folder': folder })
  await carol.phones.ready({ timeoutMs: 15_000 })
  return carol
}

function pageOf(person: Session): Parameters<Core['system']['oneTimeAddress']>[0] {
  return {
    application: 'communicator',
    session: person.id,
    scopes: [
      'calls.read',
      'calls.control',
      'media.use',
      'history.read',
      'history.write',
      'voicemail.read',
      'voicemail.write',
      'directory.read',
      'phones.read',
      'phones.control',
      'system.read',
      'config.read',
      'config.write',
      'presence.read',
      'presence.write',
      'contacts.read',
      'contacts.write',
      'chat.read',
      'chat.write',
      'conferences.read',
      'conferences.use',
    ],
  }
}
