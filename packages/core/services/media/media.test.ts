import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '@openparley/contract'
import { virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { media } from './media.ts'
import type { BrowserState, MediaPort, SoundFiles } from './port.ts'
import { streams } from './streams.ts'

/** A media service on a port whose pages connect when the test says so. */
function house() {
  let ids = 0
  const clock = virtualClock()
  const world = {
    clock,
    dice: { roll: () => 0.5, token: () => String(++ids).padStart(22, '0') },
    wall: () => new Date(1_700_000_000_000 + clock.now()).toISOString(),
  }
  const open = new Map<
    string,
    { tell(state: BrowserState): void; answer(sdp: string): void; fail(why: string): void }
  >()
  const closed: string[] = []
  const port: MediaPort = {
    openLeg: () => Promise.reject(new ParleyError('media-no-port')),
    openPlayer: () => {
      throw new ParleyError('media-worker-lost')
    },
    openBrowser: (browser, _offer, tell) =>
      new Promise((answer, reject) => {
        open.set(browser, { tell, answer, fail: (why) => reject(new ParleyError('media-browser-failed', why)) })
      }),
    closeBrowser: (browser) => {
      closed.push(browser)
      open.get(browser)?.fail('it was closed')
    },
    close: async () => {},
  }
  const nothing = (): Promise<never> => Promise.reject(new ParleyError('media-file-unreadable'))
  const files: SoundFiles = { keep: nothing, toPlay: nothing, toRecord: nothing, close: async () => {} }
  const service = media(world, 'epoch', { files, streams: streams(port), toApplication: () => {} })
  const last = (): string => [...open.keys()].at(-1) ?? ''
  return {
    service,
    closed,
    page: (browser = last()) => open.get(browser) as NonNullable<ReturnType<(typeof open)['get']>>,
    pages: () => service.state.read().state.browsers,
    pass: (ms: number) => clock.pass(ms),
    /** Opens a page and answers it. */
    join: async (caller: Caller) => {
      const opening = service.handlers.openBrowser({ offer: 'offer' }, caller)
      open.get(last())?.answer('answer')
      return (await opening).browser
    },
  }
}

test('a page whose answer has video shows it, and what its camera is wanted in', async () => {
  const { service, page, pages } = house()
  const opening = service.handlers.openBrowser({ offer: 'offer' }, who('one'))
  page().answer('v=0\r\nm=audio 9 RTP 0\r\nm=video 9 RTP 96\r\n')
  const { browser } = await opening
  assert.deepEqual(pages()[0]?.video, {})
  const endpoint = { kind: 'browser', browser } as const
  assert.deepEqual(await service.resolve(endpoint, who('one')), { ...endpoint, video: true })
  page(browser).tell({ is: 'connected' })
  page(browser).tell({ is: 'video', codec: 'H264' })
  assert.deepEqual([pages()[0]?.state, pages()[0]?.video], ['connected', { codec: 'H264' }])
  page(browser).tell({ is: 'video', codec: undefined })
  assert.deepEqual(pages()[0]?.video, {})
  const refused = service.handlers.openBrowser({ offer: 'offer' }, who('one'))
  page().answer('v=0\r\nm=audio 9 RTP 0\r\nm=video 0 RTP 96\r\n')
  const other = { kind: 'browser', browser: (await refused).browser } as const
  assert.deepEqual(await service.resolve(other, who('one')), other)
})

const who = (application: string): Caller => ({
  application,
  name: application,
  role: 'approve',
  mayNamePaths: false,
  signal: new AbortController().signal,
})

test('a page is shown as it connects, is lost and comes back, each with its time', async () => {
  const { service, join, page, pages, pass } = house()
  const watch = service.state.watch()
  const browser = await join(who('one'))
  for (const is of ['connected', 'lost', 'connected'] as const) {
    pass(1000)
    page().tell({ is })
  }
  const states: unknown[] = []
  for (let seen = 0; seen < 4; seen++) {
    const message = await watch.next()
    assert.equal(message?.type, 'change')
    if (message?.type === 'change' && message.change.type === 'browser') states.push(message.change.browser)
  }
  const at = (second: number): string => new Date(1_700_000_000_000 + second * 1000).toISOString()
  assert.deepEqual(
    states,
    (['connecting', 'connected', 'lost', 'connected'] as const).map((state, second) => ({
      browser,
      application: 'one',
      state,
      since: at(second),
    })),
  )
  assert.deepEqual(pages(), [states.at(-1)])
})

test('a page that is over is gone, with the error; a page that is closed, without', async () => {
  const { service, join, page, pages, closed } = house()
  const watch = service.state.watch()
  const ends = async (): Promise<unknown> => {
    for (let message = await watch.next(); message; message = await watch.next()) {
      if (message.type === 'change' && message.change.type === 'removed') return message.change
    }
    return undefined
  }
  const one = await join(who('one'))
  page().tell({ is: 'over', detail: 'nothing came for 30 s' })
  const over = (await ends()) as { browser: string; error?: { code: string; detail?: string } }
  assert.equal(over.browser, one)
  assert.deepEqual([over.error?.code, over.error?.detail], ['media-browser-lost', 'nothing came for 30 s'])
  const other = await join(who('one'))
  void service.handlers.closeBrowser({ browser: other }, who('one'))
  assert.deepEqual(await ends(), { type: 'removed', browser: other })
  assert.deepEqual(closed, [other])
  assert.deepEqual(pages(), [])
})

test('a page that cannot be joined is told to who asked, and is gone', async () => {
  const { service, page, pages } = house()
  const opening = service.handlers.openBrowser({ offer: 'offer' }, who('one'))
  assert.equal(pages()[0]?.state, 'connecting')
  page().fail('no codec in common')
  await assert.rejects(Promise.resolve(opening), { code: 'media-browser-failed', detail: 'no codec in common' })
  assert.deepEqual(pages(), [])
})

test('only the application that opened a page may use or close it', async () => {
  const { service, join, pages, closed } = house()
  const browser = await join(who('one'))
  const endpoint = { kind: 'browser', browser } as const
  await assert.rejects(service.resolve(endpoint, who('other')), { code: 'media-handle-unknown' })
  void service.handlers.closeBrowser({ browser }, who('other'))
  assert.deepEqual([closed, pages().length], [[], 1])
  assert.deepEqual(await service.resolve(endpoint, who('one')), endpoint)
})

test('an application that leaves takes its pages along, those that are being joined too, and no others', async () => {
  const { service, join, pages, closed } = house()
  const [mine, theirs] = [await join(who('one')), await join(who('other'))]
  const opening = service.handlers.openBrowser({ offer: 'offer' }, who('one'))
  service.released('one')
  await assert.rejects(Promise.resolve(opening), { code: 'media-browser-failed' })
  assert.deepEqual(
    pages().map(({ browser }) => browser),
    [theirs],
  )
  assert.equal(closed.length, 2)
  assert.ok(closed.includes(mine))
})

test('an application may have eight pages and no more, until one is over', async () => {
  const { service, join, pages } = house()
  for (let joined = 0; joined < 8; joined++) await join(who('one'))
  await assert.rejects(join(who('one')), { code: 'call-too-many' })
  await join(who('other'))
  void service.handlers.closeBrowser({ browser: pages()[0]?.browser ?? '' }, who('one'))
  await join(who('one'))
  assert.equal(pages().length, 9)
})
