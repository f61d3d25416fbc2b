// The sound card against PulseAudio: who speaks into a microphone is heard at the other side of a call and back, while headsets come and go.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { compareSpeech, readWav } from '@openparley/media'
import type { Session } from '@openparley/sdk'
import { whenInstalled } from '../peer.ts'
import { answers, dial, hangUp, heard, signIn, type Signed, speech } from '../person.ts'
import { type Ear, noServer, type Pulse, startPulse } from './start.ts'

const where = whenInstalled('pulseaudio', ['pulseaudio', 'pactl', 'parec', 'pacat'])

describe('a sound card', { ...where, timeout: 120_000 }, () => {
  let pulse: Pulse
  let lab: Awaited<ReturnType<typeof startLab>>
  let folder: string
  let before1: string | undefined
  before(async () => {
    if (where.skip) return
    pulse = await startPulse()
    before1 = process.env['PULSE_SERVER']
    process.env['PULSE_SERVER'] = pulse.server
    lab = await startLab()
    folder = await mkdtemp(join(tmpdir(), 'parley-pulse-'))
  })
  after(async () => {
    if (where.skip) return
    if (before1 === undefined) delete process.env['PULSE_SERVER']
    else process.env['PULSE_SERVER'] = before1
    await lab.close()
    await pulse.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })

  test('carries a call both ways, and a headset that goes away in it is followed within half a second', async () => {
    await pulse.plug('headset')
    await pulse.plug('desk')
    const ears: Ear[] = []
    const alice = await signIn({
      ...settingsOf('alice'),
      'media.microphone': ['headset-mic', 'default'],
      'media.speaker': ['headset', 'default'],
    })
    const bob = await signIn(settingsOf('bob'))
    try {
      const told = follow(alice.session)
      ears.push(await pulse.say('headset-mouth', speech('alice')), await pulse.say('desk-mouth', speech('alice')))
      const [atHeadset, atDesk] = [pulse.hear('headset'), pulse.hear('desk')]
      ears.push(atHeadset, atDesk)
      const coming = answers(bob)
      const { call } = await alice.session.calls.dial({ to: numberOf('bob'), endpoint: { kind: 'device' } })
      const theirs = await coming
      const record = join(folder, 'bob-heard.wav')
      await bob.session.calls.attach({
        call: theirs,
        endpoint: { kind: 'file', play: speech('bob'), record, force: true },
      })
      await pause(9000)
      const gone = performance.now()
      await pulse.unplug('headset')
      const moved = await told.until(({ type, kind }) => type === 'deviceMoved' && kind === 'output')
      console.log('told after', (moved.at - gone).toFixed(0), JSON.stringify(moved.change))
      await pause(3000)
      const state = (await alice.session.media.get()).state.soundCard
      console.log(JSON.stringify({ ...state, devices: state.devices.length }))
      await bob.session.calls.attach({ call: theirs, endpoint: { kind: 'none' } })
      await hangUp(alice.session, call)
      console.log('bob heard alice', await heard(speech('alice'), record))
      const own = compareSpeech({
        reference: readWav(await readFile(speech('bob'))),
        recording: { samples: atHeadset.samples(), sampleRate: 8000 },
      })
      console.log('alice heard bob', own.heard, own.offsetMs)
      const { writeFile, copyFile } = await import('node:fs/promises')
      const { writeWav } = await import('@openparley/media')
      await copyFile(record, '/tmp/dev-bob.wav')
      await writeFile('/tmp/dev-head.wav', writeWav({ samples: atHeadset.samples(), sampleRate: 8000 }))
      await writeFile('/tmp/dev-desk.wav', writeWav({ samples: atDesk.samples(), sampleRate: 8000 }))
      for (const t of told.all) console.log((t.at - gone).toFixed(0), JSON.stringify(t.change).slice(0, 200))
    } finally {
      for (const ear of ears) ear.stop()
      await alice.close()
      await bob.close()
    }
  })

  function settingsOf(name: string): Readonly<Record<string, unknown>> {
    return lab.people.find((each) => each.name === name)?.settings ?? {}
  }
  function numberOf(name: string): string {
    return String(settingsOf(name)['softphone.user'])
  }
})

interface Told {
  readonly at: number
  readonly change: { readonly type: string; readonly kind?: string; readonly [fact: string]: unknown }
}

/** What the session's media tells from now on. */
function follow(session: Session) {
  const all: Told[] = []
  const over = new AbortController()
  const waiting = new Set<() => void>()
  void (async () => {
    for await (const seen of session.media.watch({ signal: over.signal })) {
      if (seen.type === 'change') all.push({ at: performance.now(), change: seen.change as Told['change'] })
      for (const look of waiting) look()
    }
  })()
  return {
    all,
    stop: () => over.abort(),
    until: (is: (change: Told['change']) => boolean): Promise<Told> =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`not told: ${JSON.stringify(all)}`)), 10_000)
        const look = (): void => {
          const found = all.find(({ change }) => is(change))
          if (!found) return
          clearTimeout(late)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
