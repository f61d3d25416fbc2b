// The core's side of a page's sound, with a page that is made of the same library: what Chromium says is in tests/browser.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { muLaw } from '@openparley/media'
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift'
import type { BrowserState, Leg, MediaDescription } from '../../services/media/port.ts'
import { mediaRtp } from './media-rtp.ts'
import { frameSamples } from './sound.ts'

const media = mediaRtp()
const port = media.port(() => [0, 0])
const pages: RTCPeerConnection[] = []
afterEach(async () => {
  await Promise.all(pages.splice(0).map((peer) => peer.close()))
})
after(() => media.close())

let names = 0

/** Settles with the next thing told that is as asked, told already or not. */
function told<T>() {
  const all: T[] = []
  const waiters: { is: (each: T) => boolean; done: (each: T) => void }[] = []
  return {
    all,
    tell: (each: T) => {
      all.push(each)
      for (const { is, done } of waiters) if (is(each)) done(each)
    },
    next: (is: (each: T) => boolean) => new Promise<T>((done) => waiters.push({ is, done })),
  }
}

/** A page that offers PCMU and is not answered yet. */
async function offering() {
  const peer = new RTCPeerConnection({
    codecs: {
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 })],
    },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  })
  pages.push(peer)
  const track = new MediaStreamTrack({ kind: 'audio' })
  peer.addTransceiver(track, { direction: 'sendrecv' })
  await peer.setLocalDescription(await peer.createOffer())
  if (peer.iceGatheringState !== 'complete') await peer.iceGatheringStateChange.watch((now) => now === 'complete')
  return { peer, track, offer: peer.localDescription?.sdp ?? '', name: `browser-${++names}` }
}

async function page() {
  const { peer, track, offer, name } = await offering()
  const states = told<BrowserState>()
  const heard = told<Buffer>()
  const headers = told<RtpHeader>()
  peer.onTrack.subscribe((theirs) =>
    theirs.onReceiveRtp.subscribe(({ header, payload }) => {
      headers.tell(header)
      heard.tell(payload)
    }),
  )
  const up = states.next(({ is }) => is === 'connected')
  const answer = await port.openBrowser(name, offer, states.tell)
  await peer.setRemoteDescription({ type: 'answer', sdp: answer })
  await up
  let sequence = 60_000
  return {
    peer,
    name,
    states,
    heard,
    headers,
    /** Says 20 ms of a steady sample. */
    say: (sample: number) => {
      const payload = new Uint8Array(frameSamples)
      muLaw.encode(new Int16Array(frameSamples).fill(sample), payload, 0)
      const timestamp = (sequence * frameSamples) >>> 0
      const header = new RtpHeader({ payloadType: 0, sequenceNumber: sequence & 0xffff, timestamp, ssrc: 0 })
      track.writeRtp(new RtpPacket(header, Buffer.from(payload)))
      sequence++
    },
  }
}

/** Two legs that hear each other; the second one's sound comes and goes here. */
async function call() {
  const frames = told<Int16Array>()
  const failures = told<string>()
  const near = await port.openLeg('127.0.0.1', (event) => {
    if (event.type === 'endpoint-failed') failures.tell(event.code)
  })
  const far = await port.openLeg('127.0.0.1', (event) => {
    if (event.type === 'frame') frames.tell(event.samples)
  })
  const as = ({ local }: Leg): MediaDescription => ({
    ...local,
    codecs: local.codecs.filter(({ name }) => name === 'PCMU'),
  })
  near.connect(as(far), 'sendrecv')
  far.connect(as(near), 'sendrecv')
  far.attach({ kind: 'stream', stream: 'stream', sampleRate: 8000 })
  return { near, far, frames, failures, end: () => Promise.all([near.close(), far.close()]) }
}

const loud = (frame: Int16Array): boolean => frame.every((sample) => Math.abs(sample - 8000) < 400)
const isQuiet = (frame: Int16Array): boolean => frame.every((sample) => Math.abs(sample) < 20)

test('a page and the far side hear each other, and again in the next call without a new offer', async () => {
  const { name, say, heard } = await page()
  for (let calls = 0; calls < 2; calls++) {
    const { near, far, frames, end } = await call()
    near.attach({ kind: 'browser', browser: name })
    const there = frames.next(loud)
    const beats = setInterval(() => {
      say(8000)
      far.write(new Int16Array(frameSamples).fill(-8000))
    }, 20)
    const samples = new Int16Array(frameSamples)
    const here = heard.next((payload) => {
      muLaw.decode(payload, 0, payload.length, samples)
      return samples.every((sample) => Math.abs(sample + 8000) < 400)
    })
    await Promise.all([there, here]).finally(() => clearInterval(beats))
    await end()
  }
})

test('time goes on for a page as it does, however many calls it is joined to', async () => {
  const { name, headers } = await page()
  const [first, second] = [await call(), await call()]
  // The first is on hold, as the second has taken the page.
  first.near.attach({ kind: 'browser', browser: name })
  await headers.next(() => true)
  second.near.attach({ kind: 'browser', browser: name })
  const { sequenceNumber: from } = await headers.next(({ marker }) => marker)
  await headers.next(({ sequenceNumber }) => ((sequenceNumber - from) & 0xffff) >= 20)
  await Promise.all([first.end(), second.end()])
  const since = headers.all.slice(headers.all.findLastIndex(({ marker }) => marker))
  assert.ok(since.length >= 20)
  const [begin] = since as [RtpHeader, ...RtpHeader[]]
  for (const { sequenceNumber, timestamp } of since)
    assert.equal((timestamp - begin.timestamp) >>> 0, ((sequenceNumber - begin.sequenceNumber) & 0xffff) * frameSamples)
})

test('packets that are sent again as they were are not heard', async () => {
  const { peer, name, say } = await page()
  const { near, frames, end } = await call()
  near.attach({ kind: 'browser', browser: name })
  const connection = peer.iceTransports[0]?.connection
  assert.ok(connection)
  // As somebody on the way would: the bytes that went out.
  const kept: Buffer[] = []
  const send = connection.send.bind(connection)
  connection.send = async (packet: Buffer) => {
    kept.push(Buffer.from(packet))
    return send(packet)
  }
  const spoken = frames.next(loud)
  const beats = setInterval(() => say(kept.length < 60 ? 8000 : 0), 20)
  try {
    await spoken
    // Far enough on that RFC 3550 §A.1 would take what is old for a source that begins anew.
    while (kept.length < 260) await frames.next(() => true)
    await frames.next(isQuiet)
    // What is new is held back: nothing of it comes between.
    clearInterval(beats)
    const before = frames.all.length
    for (const old of kept.slice(0, 50)) {
      await send(old)
      await frames.next(() => true)
    }
    const since = frames.all.slice(before)
    assert.ok(since.length >= 50)
    assert.ok(
      since.every(isQuiet),
      `${since.filter((frame) => !isQuiet(frame)).length} of ${since.length} frames are not quiet`,
    )
  } finally {
    clearInterval(beats)
    await end()
  }
})

test('a page that we close is told no more, and no leg can be joined to it', async () => {
  const { name, states } = await page()
  port.closeBrowser(name)
  port.closeBrowser(name)
  const { near, failures, end } = await call()
  const unknown = failures.next((code) => code === 'media-handle-unknown')
  near.attach({ kind: 'browser', browser: name })
  await unknown
  await end()
  assert.deepEqual(states.all, [{ is: 'connected' }])
})

test('a page that is closed while its offer is answered fails, and no leg can be joined to it', async () => {
  const { name, offer } = await offering()
  const opening = port.openBrowser(name, offer, () => assert.fail('nothing is told of it'))
  port.closeBrowser(name)
  await assert.rejects(opening, { code: 'media-browser-failed', detail: 'it was closed' })
  // Its answer would have been ready before another page is connected.
  await page()
  const { near, failures, end } = await call()
  const unknown = failures.next((code) => code === 'media-handle-unknown')
  near.attach({ kind: 'browser', browser: name })
  await unknown
  await end()
})

test('whoever connects with another certificate than the offer named is not let in', async () => {
  const { peer, offer, name } = await offering()
  const states = told<BrowserState>()
  const over = states.next(({ is }) => is === 'over')
  const other = offer.replace(
    /(a=fingerprint:sha-256 )(..)/,
    (_, before: string, byte: string) => before + (byte === '00' ? '01' : '00'),
  )
  assert.notEqual(other, offer)
  const answer = await port.openBrowser(name, other, states.tell)
  await peer.setRemoteDescription({ type: 'answer', sdp: answer })
  await over
  assert.deepEqual(
    states.all.map(({ is }) => is),
    ['over'],
  )
})

test('what is no offer of one audio stream that we can speak is refused, and says why', async () => {
  const { offer } = await offering()
  for (const wrong of [
    '',
    'hello',
    offer.replace('m=audio', 'm=video'),
    offer.replace(/PCMU/g, 'L16'),
    offer.replace(/a=ice-ufrag:.*\r\n/, ''),
    offer.replace(/a=fingerprint:.*\r\n/g, ''),
    offer + offer.slice(offer.indexOf('m=audio')).replace('a=mid:0', 'a=mid:1'),
    offer.slice(0, offer.indexOf('m=audio')),
  ]) {
    const name = `wrong-${++names}`
    await assert.rejects(
      port.openBrowser(name, wrong, () => {}),
      (error: { code?: string; detail?: string }) =>
        error.code === 'media-browser-failed' && (error.detail ?? '') !== '',
      wrong,
    )
  }
})
