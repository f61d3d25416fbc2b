// What tests of people's pages share: Alice's, Bob's and Carol's, and that each test ends as it began.
import { after, afterEach, before } from 'node:test'
import type { Session } from '@openparley/sdk'
import type { Locator, Page } from 'playwright-core'
import { type House, openCarol, openHouse } from './house.ts'

export interface People {
  readonly house: House
  /** Carol, who is not of the house. */
  readonly carols: Session
  /** A wide page, and two of a phone's size. */
  readonly alice: Page
  readonly bob: Page
  readonly carol: Page
  /** Until the test is over. */
  set(person: Session, name: string, value: unknown): Promise<void>
}

/** For the tests of the `describe` that it is called in: there before the first, and gone after the last. */
export function pagesOfPeople(): People {
  let there: Omit<People, 'set'> | undefined
  const get = (): Omit<People, 'set'> => {
    if (!there) throw new Error('no test has begun yet')
    return there
  }
  const changed: [Session, string][] = []
  before(async () => {
    const house = await openHouse()
    const carols = await openCarol(house)
    const [alice, bob, carol] = await Promise.all([
      house.open(house.alice, { viewport: { width: 1440, height: 900 } }),
      house.open(house.bob, { viewport: { width: 360, height: 740 } }),
      house.open(carols, { viewport: { width: 360, height: 740 } }),
    ])
    there = { house, carols, alice, bob, carol }
    await Promise.all([alice, bob, carol].map((page) => page.getByLabel('Number').waitFor()))
  })
  after(() => there?.house.close())
  afterEach(async () => {
    const { house, alice, bob, carol } = get()
    await house.endCalls()
    for (const [person, name] of changed.splice(0)) await person.config.unset({ name })
    for (const page of [alice, bob, carol])
      for (const dismiss of await button(page, 'Dismiss').all()) await dismiss.click()
  })
  return {
    get house() {
      return get().house
    },
    get carols() {
      return get().carols
    },
    get alice() {
      return get().alice
    },
    get bob() {
      return get().bob
    },
    get carol() {
      return get().carol
    },
    set: async (person, name, value) => {
      changed.push([person, name])
      await person.config.set({ name, value })
    },
  }
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true })
}
