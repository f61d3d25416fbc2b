// What the status page tells of each fault: its code, the sentence, and what to do.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ErrorCode, errors } from '@openparley/contract'
import type { Browser } from 'playwright-core'
import { dialAndEnd, faultsToTell, isBesideCalls, rowWith, settingsFor, settled, switchedOn } from '../signing-in.ts'
import { violations } from './axe.ts'
import { launch, openCore, whenChromium } from './house.ts'

describe('the status page', { ...whenChromium, concurrency: 3 }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  for (const fault of faultsToTell) {
    test(`with the fault ${fault.name} it shows ${fault.code} and what to do`, async () => {
      const { core, lab, close } = await openCore(switchedOn(fault))
      const page = await browser.newPage()
      try {
        const session = await core.open(settingsFor(fault, lab))
        const scopes = [
          'system.read',
          'session.read',
          'phones.read',
          'calls.read',
          'history.read',
          'config.read',
        ] as const
        const { address } = await core.system.oneTimeAddress({
          application: 'status page',
          path: '/status/',
          scopes: [...scopes],
        })
        await page.goto(address)
        if (isBesideCalls(fault)) await rowWith(session, fault.code)
        else if ((await settled(session)).state.is === 'ready') await dialAndEnd(session, '600')
        const { sentence, next } = errors[fault.code as ErrorCode]
        const told = page.getByText(`[${fault.code}]`).first()
        await told.waitFor({ timeout: 15_000 })
        const text = (await told.textContent()) ?? ''
        assert.ok(text.includes(sentence) && text.includes(next), text)
        assert.deepEqual(await violations(page), [])
      } finally {
        await page.close()
        await close()
      }
    })
  }
})
