// The video of a leg, as every media port has it: a place of its own beside the sound, and packets that are only taken as agreed.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import type { MediaPort } from './port.ts'
import { watchedLeg } from './sides.suite.ts'

export function videoTests(media: () => MediaPort): void {
  test('a leg opens video beside its sound, once, and says what it passes on', { timeout: 20_000 }, async () => {
    const legs = await Promise.all([watchedLeg(media()), watchedLeg(media())])
    const videos = await Promise.all(legs.map(({ leg }) => leg.openVideo()))
    const sounds = legs.map(({ leg: { local } }) => local)
    const ports = [...sounds, ...videos].flatMap(({ port, rtcpPort = port + 1 }) => [port, rtcpPort])
    assert.equal(new Set(ports).size, 8, String(ports))
    for (const { address, codecs } of videos) {
      assert.equal(address, '127.0.0.1')
      assert.deepEqual(
        new Set(codecs.map(({ name, clockRate }) => `${name}/${clockRate}`)),
        new Set(['VP8/90000', 'H264/90000']),
      )
      // What every page decodes.
      const h264 = codecs.find(({ name }) => name === 'H264')?.parameters ?? ''
      assert.match(h264, /packetization-mode=1/)
      assert.match(h264, /profile-level-id=42e01f/)
      assert.ok(codecs.every(({ feedback }) => feedback?.includes('nack pli')))
    }
    assert.deepEqual(await legs[0]?.leg.openVideo(), videos[0])
    await Promise.all(legs.map(({ leg }) => leg.close()))
    // Given back: another may have it.
    const socket = createSocket('udp4')
    await new Promise<void>((bound, failed) => {
      socket.once('error', failed)
      socket.bind(videos[0]?.port, '127.0.0.1', bound)
    })
    await new Promise<void>((closed) => socket.close(() => closed()))
  })

  test('video that nobody shows is connected, asked for and taken away without a sound of it', {
    timeout: 20_000,
  }, async () => {
    const { leg } = await watchedLeg(media())
    const remote = await leg.openVideo()
    leg.connectVideo({ remote, direction: 'sendrecv', mostBitsPerS: 500_000 })
    leg.askPicture()
    leg.attach({ kind: 'none' })
    leg.connectVideo(undefined)
    leg.connectVideo({
      remote: { ...remote, address: 'nonsense', port: 99_999 },
      direction: 'sendrecv',
      mostBitsPerS: 1,
    })
    const { packetsSent } = await leg.close()
    assert.equal(packetsSent, 0)
  })
}
