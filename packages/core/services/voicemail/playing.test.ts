import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Playback, ParleyError } from '@openparley/contract'
import { virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import type { Endpoint, Player, PlayerEvent } from '../media/port.ts'
import { playing } from './playing.ts'

/** A player that does nothing by itself: the test says what it tells. */
interface Stand {
  readonly did: unknown[]
  readonly written: number[]
  tell(event: PlayerEvent): void
}

/** A mailbox whose messages come as the test gives them: each byte becomes one sample of eight times its value. */
function house() {
  let ids = 0
  const clock = virtualClock()
  const world = {
    clock,
    dice: { roll: () => 0.5, token: () => String(++ids).padStart(22, '0') },
    wall: () => '2026-01-01T00:00:00Z',
  }
  const players: Stand[] = []
  const told: Playback[] = []
  const heard: string[] = []
  const pieces: (Uint8Array | Error)[] = []
  let whole = false
  let more = Promise.withResolvers<void>()
  const openPlayer = (tell: (event: PlayerEvent) => void): Player => {
    const did: unknown[] = []
    const written: number[] = []
    players.push({ did, written, tell })
    return {
      attach: (endpoint) => void did.push(['attach', endpoint]),
      write: (samples) => {
        written.push(...samples)
        did.push(['write', samples.length])
      },
      end: () => void did.push(['end']),
      pause: (paused) => void did.push(['pause', paused]),
      seek: (toMs) => {
        written.length = 0
        did.push(['seek', toMs])
      },
      close: async () => void did.push(['close']),
    }
  }
  const service = playing(world, {
    openPlayer,
    resolve: async (endpoint) => {
      if (endpoint.kind === 'stream') throw new ParleyError('media-handle-unknown')
      return endpoint as Endpoint
    },
    decoder: () => ({
      lengthMs: 9000,
      push: (bytes) => Int16Array.from(bytes, (byte) => byte * 8),
      end: () => Int16Array.of(7),
    }),
    read: async (_key, from, signal) => {
      for (;;) {
        let at = 0
        for (const [i, piece] of pieces.entries()) {
          if (piece instanceof Error) throw piece
          if (at + piece.length > from) {
            const next = at + piece.length
            const isLast = whole && i === pieces.length - 1
            return { type: 'audio/wav', content: piece.subarray(from - at), next: isLast ? undefined : next }
          }
          at += piece.length
        }
        await more.promise
        if (signal.aborted) throw new ParleyError('cancelled')
      }
    },
    heard: (key) => void heard.push(key),
    told: (playback) => void told.push(playback),
  })
  return {
    service,
    players,
    told,
    heard,
    come: async (piece: Uint8Array | Error, isLast = false) => {
      pieces.push(piece)
      whole = isLast
      more.resolve()
      more = Promise.withResolvers()
      await settled()
    },
    begin: async (fromMs = 0) => {
      const asked = { message: 'voice_1', endpoint: { kind: 'none' }, fromMs } as const
      const { playback } = await service.play({ key: 'k', secure: false }, asked, who('one'))
      await settled()
      return { playback, player: players.at(-1) as Stand }
    },
    last: () => told.at(-1),
  }
}

const who = (application: string): Caller => ({
  application,
  name: application,
  role: 'approve',
  mayNamePaths: false,
  signal: new AbortController().signal,
})

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('it plays while the rest is on its way, waits where nothing has come, tells where it is, and is heard at the end', async () => {
  const { service, begin, come, told, heard, last } = house()
  const { playback, player } = await begin()
  assert.deepEqual([last()?.state, last()?.positionMs], ['loading', 0])
  player.tell({ type: 'wants' })
  await come(new Uint8Array(6000).fill(1))
  assert.equal(player.written.length, 6000)
  player.tell({ type: 'dry', dry: false })
  assert.deepEqual([last()?.state, last()?.lengthMs], ['playing', 9000])
  player.tell({ type: 'wants' })
  player.tell({ type: 'position', positionMs: 750 })
  player.tell({ type: 'dry', dry: true })
  assert.deepEqual([last()?.state, last()?.positionMs], ['loading', 750])
  await come(new Uint8Array(10_000).fill(2), true)
  // Not more than it has asked for.
  assert.equal(player.written.length, 14_000)
  player.tell({ type: 'dry', dry: false })
  player.tell({ type: 'wants' })
  await settled()
  player.tell({ type: 'wants' })
  await settled()
  assert.deepEqual([player.written.length, player.written.at(-1)], [16_001, 7])
  assert.deepEqual(player.did.at(-1), ['end'])
  assert.deepEqual(heard, [])
  player.tell({ type: 'position', positionMs: 2000 })
  player.tell({ type: 'played' })
  await settled()
  assert.deepEqual(heard, ['k'])
  assert.deepEqual(player.did.at(-1), ['close'])
  assert.deepEqual(
    [last()?.playback, last()?.state, last()?.positionMs, last()?.error],
    [playback, 'ended', 2000, undefined],
  )
  assert.deepEqual(service.all(), [])
  const count = told.length
  player.tell({ type: 'position', positionMs: 3000 })
  assert.equal(told.length, count)
})

test('a seek drops what was on its way to the player; past what has come it waits, and begins at the very sample', async () => {
  const { service, begin, come, last } = house()
  const { playback, player } = await begin()
  await come(Uint8Array.from({ length: 16_000 }, (_, i) => i / 100))
  player.tell({ type: 'wants' })
  await settled()
  player.tell({ type: 'dry', dry: false })
  service.seek(playback, 3000, who('one'))
  assert.deepEqual([last()?.state, last()?.positionMs], ['loading', 3000])
  player.tell({ type: 'wants' })
  await settled()
  assert.deepEqual(player.written, [])
  await come(Uint8Array.from({ length: 16_000 }, (_, i) => i % 100))
  assert.equal(player.written.length, 8000)
  assert.equal(player.written[3], (8003 % 100) * 8)
  service.seek(playback, 500, who('one'))
  player.tell({ type: 'wants' })
  await settled()
  assert.deepEqual([player.written.length, player.written[0]], [8000, 40 * 8])
  // A second one at once: the first one's sound never comes.
  service.seek(playback, 1000, who('one'))
  service.seek(playback, 10, who('one'))
  player.tell({ type: 'wants' })
  await settled()
  assert.deepEqual([player.written.length, player.written[0]], [8000, 0])
})

test('it begins at the place that is asked for, pauses and goes on', async () => {
  const { service, begin, come, last } = house()
  const { playback, player } = await begin(1000)
  assert.deepEqual(player.did.slice(0, 2), [
    ['attach', { kind: 'none' }],
    ['seek', 1000],
  ])
  player.tell({ type: 'wants' })
  await come(new Uint8Array(8100).fill(3), true)
  assert.equal(player.written.length, 100)
  player.tell({ type: 'dry', dry: false })
  service.pause(playback, true, who('one'))
  player.tell({ type: 'position', positionMs: 1010 })
  assert.deepEqual([last()?.state, last()?.positionMs], ['paused', 1010])
  service.pause(playback, false, who('one'))
  assert.equal(last()?.state, 'playing')
})

test('only who plays it may touch it, and it ends with them', async () => {
  const { service, begin, last } = house()
  const { playback } = await begin()
  for (const touch of [
    () => service.seek(playback, 1, who('two')),
    () => service.pause(playback, true, who('two')),
    () => service.seek('playback_none', 1, who('one')),
  ])
    assert.throws(touch, { code: 'playback-unknown' })
  await service.stop(playback, who('two'))
  service.released('two')
  assert.equal(service.all().length, 1)
  service.released('one')
  await settled()
  assert.deepEqual([service.all().length, last()?.state], [0, 'ended'])
  await service.stop(playback, who('one'))
  const { playback: another } = await begin()
  await service.stop(another, who('one'))
  assert.equal(last()?.state, 'ended')
})

test('what goes wrong ends it and is told, and is not heard', async () => {
  for (const [what, code] of [
    [new ParleyError('voicemail-unknown'), 'voicemail-unknown'],
    [new TypeError('a mistake of ours'), 'internal'],
  ] as const) {
    const { begin, come, last, heard } = house()
    await begin()
    await come(what)
    assert.deepEqual([last()?.state, last()?.error?.code, heard], ['ended', code, []])
  }
  const { service, begin, last } = house()
  const { player } = await begin()
  player.tell({ type: 'failed', code: 'media-worker-lost', detail: '' })
  await settled()
  assert.equal(last()?.error?.code, 'media-worker-lost')
  const asked = { message: 'voice_1', fromMs: 0 } as const
  await assert.rejects(
    service.play({ key: 'k', secure: false }, { ...asked, endpoint: { kind: 'stream', stream: 's' } }, who('one')),
    { code: 'media-handle-unknown' },
  )
  await assert.rejects(
    service.play({ key: 'k', secure: true }, { ...asked, endpoint: { kind: 'file', record: 'x.wav' } }, who('one')),
    { code: 'voicemail-sound-unusable' },
  )
  for (let i = 0; i < 8; i++) await begin()
  await assert.rejects(begin(), { code: 'call-too-many' })
  service.close()
  assert.deepEqual(service.all(), [])
})

test('a format that cannot be played is told with what was found', async () => {
  const told: Playback[] = []
  const clock = virtualClock()
  const service = playing(
    { clock, dice: { roll: () => 0.5, token: () => 'AAAAAAAAAAAAAAAAAAAAAA' }, wall: () => '' },
    {
      openPlayer: () => ({
        attach: () => {},
        write: () => {},
        end: () => {},
        pause: () => {},
        seek: () => {},
        close: async () => {},
      }),
      resolve: async () => ({ kind: 'none' }),
      decoder: () => ({
        lengthMs: undefined,
        push: () => {
          throw new Error('it is GSM 6.10')
        },
        end: () => new Int16Array(0),
      }),
      read: async () => ({ type: 'audio/x-wav', content: new Uint8Array(8), next: undefined }),
      heard: () => {},
      told: (playback) => void told.push(playback),
    },
  )
  await service.play(
    { key: 'k', secure: false },
    { message: 'voice_1', endpoint: { kind: 'none' }, fromMs: 0 },
    who('one'),
  )
  await settled()
  assert.deepEqual(
    [told.at(-1)?.state, told.at(-1)?.error?.code, told.at(-1)?.error?.detail],
    ['ended', 'voicemail-sound-unusable', 'audio/x-wav: it is GSM 6.10'],
  )
})
