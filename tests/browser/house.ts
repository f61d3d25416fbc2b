// A lab, a core with Alice and Bob, and a browser with a page for each: what the tests of pages stand on.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, startLab } from '@openparley/lab'
import { connect, type Core, type Session } from '@openparley/sdk'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildCommunicator } from '../../scripts/build-communicator.ts'

export interface House {
  readonly lab: Lab
  readonly core: Core
  readonly alice: Session
  readonly bob: Session
  readonly browser: Browser
  /** A page of its own for that person, let in and ready. */
  open(person: Session, look?: Parameters<Browser['newContext']>[0]): Promise<Page>
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

export async function openHouse(): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'parley-browser-'))
  const env = { ...process.env, PARLEY_HOME: home, PARLEY_PAGES: await buildCommunicator() }
  const lab = await startLab()
  const core = await connect({ application: 'test', role: 'approve', leaves: 'stop', env })
  const [alice, bob] = await Promise.all(lab.people.map(({ settings }) => core.open(settings)))
  if (!alice || !bob) throw new Error('the lab has no people')
  await Promise.all([alice, bob].map(({ phones }) => phones.ready({ timeoutMs: 15_000 })))
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    // Root has no sandbox in Chromium; whoever tests as root knows why.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const contexts: BrowserContext[] = []
  return {
    lab,
    core,
    alice,
    bob,
    browser,
    open: async (person, look = {}) => {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...look })
      contexts.push(context)
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      await page.goto((await core.system.oneTimeAddress(pageOf(person))).address)
      return page
    },
    endCalls: async () => {
      for (const page of contexts.flatMap((context) => context.pages())) {
        const end = page.getByRole('button', { name: /^(End call|End the call with|Decline )/ })
        while ((await end.count()) > 0) {
          const button = await end.first().elementHandle()
          // The other side may have ended it in this very moment.
          await button?.click({ timeout: 1000 }).catch(() => undefined)
          await button?.waitForElementState('hidden')
        }
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
      await core.system.stop({ when: 'now' })
      await core.closed
      core.close()
      await lab.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function pageOf(person: Session): Parameters<Core['system']['oneTimeAddress']>[0] {
  return {
    application: 'communicator',
    session: person.id,
    scopes: ['calls.read', 'calls.control', 'media.use', 'history.read', 'phones.read', 'system.read', 'config.read'],
  }
}
