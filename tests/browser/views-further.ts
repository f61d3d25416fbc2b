// The views of calls in full, one after another, on the page of Alice; Bob and Carol act by the SDK.
import type { Session } from '@openparley/sdk'
import type { Locator, Page } from 'playwright-core'
import { type House, openCarol } from './house.ts'

type Look = (name: string, page: Page) => Promise<void>

export async function furtherViews(house: House, look: Look): Promise<void> {
  const { alice, bob } = house
  const carol = await openCarol(house)
  const page = await house.open(alice, { viewport: { width: 360, height: 740 } })
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const card = page.getByRole('article')
  const keypad = (): Promise<void> => page.getByRole('tab', { name: 'Keypad' }).click()
  const dial = async (number: string): Promise<void> => {
    await keypad()
    await page.getByLabel('Number').fill(number)
    await button('Call').click()
  }
  const call = async (person: Session, number: string): Promise<void> => {
    const answered = answerNext(person)
    await dial(number)
    await answered
    await card.getByText('Connected').first().waitFor()
  }
  const endAll = async (): Promise<void> => {
    await house.endCalls()
    for (const dismiss of await button('Dismiss').all()) await dismiss.click()
  }

  await page.getByLabel('Number').waitFor()
  await page.getByText('For this call').click()
  await page.getByLabel('Account code').fill('4711')
  await page.getByLabel('Precedence').selectOption('dsn.immediate')
  await page.getByText('2 things set').waitFor()
  await look('dial-options', page)
  // So that the server has to ask for it.
  await page.getByLabel('Account code').fill('')
  await dial('606')
  await card.getByLabel('Account code').waitFor()
  await look('codes', page)
  await endAll()
  await keypad()
  await page.getByText('For this call').click()

  await call(bob, 'bob')
  await button('Transfer').click()
  await card.getByText('Excellent').waitFor()
  await look('transfer', page)
  await page.getByLabel('Let bob go on with').fill('carol')
  const asked = answerNext(carol)
  await button('Ask first').click()
  await asked
  await button('Connect them').waitFor()
  await look('consultation', page)
  await button('All together').click()
  await page.getByRole('article', { name: 'Conference' }).waitFor()
  await button('Silence bob').click()
  await button('Record').click()
  await page.getByText(/Silenced/).waitFor()
  await look('conference', page)
  await button('Talk to bob alone').click()
  await page.getByRole('article', { name: 'bob' }).waitFor()
  await button('Merge').click()
  await look('bring-together', page)
  await button('Transfer').click()
  await look('transfer-to-another', page)
  await endAll()

  await alice.config.set({ name: 'calls.park.number', value: '700' })
  await alice.config.set({ name: 'calls.hold.remindMs', value: 1000 })
  await call(bob, 'bob')
  await button('Hold').click()
  await page
    .getByText(/^Still on hold/)
    .first()
    .waitFor()
  await look('still-on-hold', page)
  await alice.config.unset({ name: 'calls.hold.remindMs' })
  await button('Resume').click()
  await button('Record').click()
  await card.getByText('Recording').waitFor()
  await look('recording', page)
  const { call: important } = await carol.calls.dial({ to: 'alice', precedence: 'flash', anonymous: true })
  await button('Send on').click()
  await page.getByLabel('Send this call on to').waitFor()
  await look('incoming-important', page)
  await carol.calls.end({ call: important })
  await button('Stop').click()
  await card.getByText(/^Recorded: /).waitFor()
  await look('recorded', page)
  await endAll()
  await keypad()
  await page.getByLabel('Number').fill('701')
  await button('Fetch the call that is parked at 701').waitFor()
  await look('retrieve', page)
  await page.getByLabel('Number').fill('')
  await alice.config.unset({ name: 'calls.park.number' })

  await alice.config.set({ name: 'calls.conference.factory', value: '800' })
  await call(bob, 'bob')
  await call(carol, 'carol')
  await button('Merge').click()
  await button('With bob').click()
  for (const name of ['Bob', 'Carol']) await button(`Drop ${name}`).waitFor()
  await look('server-conference', page)
  for (const name of ['Bob', 'Carol']) {
    await button(`Drop ${name}`).click()
    await button(`Drop ${name}`).waitFor({ state: 'detached' })
  }
  await endAll()
  await alice.config.unset({ name: 'calls.conference.factory' })

  await bob.config.set({ name: 'calls.waiting', value: false })
  const { call: own } = await bob.calls.dial({ to: '600' })
  await bob.calls.until(own, ({ state }) => state === 'connected')
  await dial('bob')
  await button('Tell me when').click()
  await page.getByText('You are told when').waitFor()
  await look('awaited', page)
  await bob.calls.end({ call: own })
  await page.getByText('bob can be called now.', { exact: true }).waitFor()
  await bob.config.unset({ name: 'calls.waiting' })
  await button('Dismiss').click()

  await alice.config.set({ name: 'media.srtp', value: 'off' })
  await bob.config.set({ name: 'media.srtp', value: 'require' })
  const { call: unanswerable } = await bob.calls.dial({ to: 'alice' })
  await bob.calls.until(unanswerable, ({ state }) => state === 'ended')
  for (const person of [alice, bob]) await person.config.unset({ name: 'media.srtp' })

  house.lab.mailbox('alice', { fresh: 3, old: 1 })
  await alice.config.set({ name: 'calls.forward.always', value: 'carol' })
  await button('Do not disturb').click()
  await page.getByText('3 new messages', { exact: true }).waitFor()
  await page.getByText('Do not disturb:').waitFor()
  await look('standing', page)
  await button('Forward calls').click()
  await page.getByRole('dialog').waitFor()
  await look('forward', page)
  await page.keyboard.press('Escape')
  await alice.config.set({ name: 'calls.forward.at', value: 'server' })
  await alice.config.set({ name: 'calls.forward.busy', value: 'bob' })
  await page.getByText('The server sends all calls to carol.').waitFor()
  await look('standing-of-the-server', page)
  await button('Dismiss: Bob could not get through').click()
  await button('Forward calls').click()
  await page.getByText('The server did not take it.').first().waitFor()
  await look('forward-at-server', page)
  await page.keyboard.press('Escape')
  for (const name of ['always', 'busy', 'at']) await alice.config.unset({ name: `calls.forward.${name}` })
  await page.getByText('The server sends all calls to carol.').waitFor({ state: 'detached' })
  await button('Turn off').click()
  house.lab.mailbox('alice', { fresh: 0, old: 4 })
  await button('Forget bob').click()

  await alice.config.set({ name: 'calls.lamps', value: ['bob', 'carol', '600'] })
  const ringing = bob.calls.incoming()[Symbol.asyncIterator]()
  const { call: watched } = await carol.calls.dial({ to: 'bob' })
  await ringing.next()
  await page.getByRole('tab', { name: /Lines/ }).click()
  await button('Pick up the call at bob').waitFor()
  await look('lines', page)
  await carol.calls.end({ call: watched })
  await ringing.return?.()
  await page.close()
}

async function answerNext(person: Session): Promise<void> {
  for await (const { id } of person.calls.incoming({ signal: AbortSignal.timeout(20_000) })) {
    await person.calls.answer({ call: id })
    return
  }
}
