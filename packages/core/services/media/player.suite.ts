// What is played in no call, whichever media port plays it: files and streams get every sample once, and who plays is told how far it is.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readWav } from '@openparley/media'
import type { MediaUnderTest } from './port.suite.ts'
import type { MediaPort, Player, PlayerEvent } from './port.ts'

export interface WatchedPlayer {
  readonly player: Player
  readonly events: readonly PlayerEvent[]
  /** The first event from now on, or of those before too, that is so. */
  until(is: (event: PlayerEvent) => boolean): Promise<PlayerEvent>
  next(is: (event: PlayerEvent) => boolean): Promise<PlayerEvent>
}

export function watchedPlayer(media: MediaPort, onEvent: (event: PlayerEvent) => void = () => {}): WatchedPlayer {
  const events: PlayerEvent[] = []
  const waiting = new Set<(event: PlayerEvent) => void>()
  const player = media.openPlayer((event) => {
    events.push(event)
    for (const look of waiting) look(event)
    onEvent(event)
  })
  const next: WatchedPlayer['next'] = (is) =>
    new Promise((resolve) => {
      const look = (event: PlayerEvent): void => {
        if (!is(event)) return
        waiting.delete(look)
        resolve(event)
      }
      waiting.add(look)
    })
  return {
    player,
    events,
    next,
    until: (is) => {
      const already = events.find(is)
      return already ? Promise.resolve(already) : next(is)
    },
  }
}

export function playerSuite(name: string, open: () => Promise<MediaUnderTest>): void {
  let house: MediaUnderTest
  let folder = ''
  const player = (onEvent?: (event: PlayerEvent) => void): WatchedPlayer => watchedPlayer(house.media, onEvent)
  const is =
    <T extends PlayerEvent['type']>(type: T) =>
    (event: PlayerEvent): boolean =>
      event.type === type

  describe(`${name} plays sound in no call`, { concurrency: 6, timeout: 30_000 }, () => {
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parley-player-'))
      house = await open()
    })
    after(async () => {
      await house.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    })

    test('every sample once, in pieces as they are wanted, and the end is told once', async () => {
      const said = ramp(8000 * 2 + 500)
      const record = join(folder, 'whole.wav')
      let at = 0
      const watched = player((event) => {
        if (event.type !== 'wants') return
        if (at >= said.length) return watched.player.end()
        watched.player.write(said.subarray(at, at + 5000))
        at += 5000
      })
      watched.player.attach({ kind: 'file', record })
      await watched.until(is('played'))
      await watched.player.close()
      assert.deepEqual(readWav(await readFile(record)).samples.subarray(0, said.length), said)
      const positions = watched.events.flatMap((event) => (event.type === 'position' ? [event.positionMs] : []))
      assert.deepEqual(positions, [1000, 2000, 2063])
      assert.equal(watched.events.filter(is('played')).length, 1)
      assert.deepEqual(watched.events.filter(is('dry')), [{ type: 'dry', dry: false }])
    })

    test('a stream gets frames at its rate while the rest is still to come, and it is told where sound is missing', async () => {
      const watched = player()
      watched.player.attach({ kind: 'stream', stream: 's', sampleRate: 16_000 })
      await watched.until(is('wants'))
      watched.player.write(new Int16Array(3200).fill(9000))
      await watched.until((event) => event.type === 'frame' && event.samples[300] === 9000)
      await watched.until((event) => event.type === 'dry' && event.dry)
      const frames = watched.events.filter(is('frame'))
      assert.equal(frames.length, 20)
      assert.ok(frames.every((event) => event.type === 'frame' && event.samples.length === 320))
      const again = watched.next(is('frame'))
      watched.player.write(new Int16Array(800).fill(9000))
      watched.player.end()
      await again
      await watched.until(is('played'))
      await watched.player.close()
    })

    test('paused it stands still and says where; a seek drops what waits and plays from there, after the end too', async () => {
      const watched = player()
      watched.player.attach({ kind: 'none' })
      await watched.until(is('wants'))
      const second = watched.next(is('wants'))
      watched.player.write(new Int16Array(8000))
      await second
      watched.player.write(new Int16Array(8000))
      watched.player.pause(true)
      const stood = await watched.until(is('position'))
      assert.ok(stood.type === 'position' && stood.positionMs < 2000)
      const wants = watched.next(is('wants'))
      watched.player.seek(60_000)
      await wants
      const count = watched.events.length
      watched.player.write(new Int16Array(400))
      watched.player.end()
      const played = watched.next(is('played'))
      watched.player.pause(false)
      await played
      assert.deepEqual(
        watched.events.slice(count).filter(({ type }) => type !== 'wants'),
        [{ type: 'dry', dry: false }, { type: 'position', positionMs: 60_050 }, { type: 'played' }],
      )
      const once = watched.next(is('wants'))
      watched.player.seek(0)
      await once
      watched.player.end()
      await watched.next((event) => event.type === 'position' && event.positionMs === 0)
      await watched.player.close()
    })

    test('more than is wanted is not taken, and nothing is told after it was closed', async () => {
      const watched = player()
      const record = join(folder, 'more.wav')
      watched.player.attach({ kind: 'file', record })
      await watched.until(is('wants'))
      watched.player.pause(true)
      for (let i = 0; i < 100; i++) watched.player.write(new Int16Array(80_000).fill(i + 1))
      watched.player.end()
      watched.player.pause(false)
      await watched.until(is('played'))
      await watched.player.close()
      const { samples } = readWav(await readFile(record))
      assert.ok(samples.length <= 16_000, String(samples.length))
      assert.equal(samples[0], 1)
      const told = watched.events.length
      watched.player.seek(0)
      watched.player.write(new Int16Array(160))
      await watched.player.close()
      const other = player()
      await other.until(is('wants'))
      await other.player.close()
      assert.equal(watched.events.length, told)
    })

    test('an endpoint that is not there, or a file that cannot be written, fails', async () => {
      const [page, file] = [player(), player()]
      page.player.attach({ kind: 'browser', browser: 'nobody' })
      file.player.attach({ kind: 'file', record: join(folder, 'no', 'such', 'folder.wav') })
      const failed = await page.until(is('failed'))
      assert.ok(failed.type === 'failed' && failed.code === 'media-handle-unknown')
      file.player.attach({ kind: 'none' })
      const unwritten = await file.until(is('failed'))
      assert.ok(unwritten.type === 'failed' && unwritten.code === 'media-file-unwritable')
      await Promise.all([page.player.close(), file.player.close()])
    })
  })
}

/** No two samples near each other are the same. */
function ramp(length: number): Int16Array {
  return Int16Array.from({ length }, (_, i) => ((i * 7) % 60_000) - 30_000)
}
