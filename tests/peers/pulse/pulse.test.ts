// The sound card against PulseAudio: who speaks into a microphone is heard at the other side of a call and back, while headsets come and go.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { compareSpeech, readWav, writeWav } from '@openparley/media'
import type { Session } from '@openparley/sdk'
import { until, whenInstalled } from '../peer.ts'
import { answers, hangUp, played, signIn, speech } from '../person.ts'
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

  test('carries a call both ways; a headset that goes away in it is followed within half a second, and taken again when it is back', async () => {
    await pulse.plug('headset')
    await pulse.plug('desk')
    const hum = join(folder, 'hum.wav')
    await writeFile(hum, writeWav({ samples: tone(8), sampleRate: 8000 }))
    const alice = await signIn({
      ...settingsOf('alice'),
      'media.microphone': ['headset-mic', 'desk-mic'],
      'media.speaker': ['headset', 'desk'],
    })
    const bob = await signIn(settingsOf('bob'))
    const told = follow(alice.session)
    const ears: Ear[] = []
    const says = async (mouth: string, wav: string): Promise<Ear> => {
      const ear = await pulse.say(mouth, wav)
      ears.push(ear)
      return ear
    }
    try {
      const [atHeadset, atDesk] = [pulse.hear('headset'), pulse.hear('desk')]
      // A null sink that nobody used wakes up late; no card does.
      const mouths = [pulse.hear('headset-mouth'), pulse.hear('desk-mouth')]
      ears.push(atHeadset, atDesk, ...mouths)
      await until('the sinks are awake', () => ears.every(({ drops }) => drops.length > 10), pulse)
      const coming = answers(bob)
      const { call } = await alice.session.calls.dial({ to: numberOf('bob'), endpoint: { kind: 'device' } })
      const theirs = await coming
      const plays = async (play: string, into: string): Promise<void> => {
        const record = join(folder, `${into}.wav`)
        const over = played(bob.session, theirs)
        await bob.session.calls.attach({ call: theirs, endpoint: { kind: 'file', play, record, force: true } })
        await over
      }
      const before = plays(speech('bob'), 'before')
      await says('headset-mouth', speech('alice'))
      await before
      const hums = [await says('headset-mouth', hum), await says('desk-mouth', hum)]
      const humming = plays(hum, 'between')
      // Where something fails before it is waited for, that is what failed.
      humming.catch(() => {})
      await until('the hum is at the headset', () => loudestSince(atHeadset, 1600) > 1000, pulse)
      const gone = performance.now()
      await pulse.unplug('headset')
      atHeadset.stop()
      const moved = await told.until(({ type, kind }) => type === 'deviceMoved' && kind === 'output')
      assert.deepEqual(moved.change, { type: 'deviceMoved', kind: 'output', from: 'headset', to: 'desk', why: 'gone' })
      const card = (await alice.session.media.get()).state.soundCard
      assert.deepEqual([card.is, card.speaker, card.used], ['ready', 'desk', true])
      assert.equal(card.warning?.code, 'media-device-unknown')
      const row = (await alice.session.health.get()).state.services.find(({ service }) => service === 'media')
      assert.equal(row?.warning?.code, 'media-device-unknown')
      await humming
      for (const each of hums) each.stop()
      const after = plays(speech('bob'), 'after')
      await says('desk-mouth', speech('alice'))
      await after
      await pulse.plug('headset')
      const back = await told.until(
        ({ type, kind, to }) => type === 'deviceMoved' && kind === 'output' && to === 'headset',
      )
      assert.equal(back.change['why'], 'chosen')
      await bob.session.calls.attach({ call: theirs, endpoint: { kind: 'none' } })
      await hangUp(alice.session, call)

      const gapMs = (firstLoudAt(atDesk) ?? Number.NaN) - gone
      const heard = async (name: string): Promise<Int16Array> =>
        readWav(await readFile(join(folder, `${name}.wav`))).samples
      const saidGapMs = longestQuiet(await heard('between')) / 8
      const figures = {
        'bob at the headset': await compare(speech('bob'), atHeadset.samples()),
        'bob at the desk': await compare(speech('bob'), atDesk.samples()),
        'alice by the headset': await compare(speech('alice'), await heard('before')),
        'alice by the desk': await compare(speech('alice'), await heard('after')),
      }
      console.log(
        `  ${JSON.stringify(figures)}; when the headset goes nothing is played for ${gapMs.toFixed(0)} ms, nothing said for ${saidGapMs.toFixed(0)} ms, and it is told after ${(moved.at - gone).toFixed(0)} ms`,
      )
      assert.ok(gapMs < 500 && saidGapMs < 500)
      // 0.99 where the machine has nothing else to do; each moment that it has costs some of one.
      for (const [who, found] of Object.entries(figures)) assert.ok(found >= 0.8, `${who}: ${found}`)
    } finally {
      told.stop()
      for (const ear of ears) ear.stop()
      await alice.close()
      await bob.close()
    }
  })

  test('what is wrong with a sound card is said before a call is made of it, and the doctor says the same', async () => {
    await pulse.plug('lone')
    const causes: readonly (readonly [string, object, string])[] = [
      [pulse.server, { kind: 'device', microphone: 'lost-mic' }, 'media-device-unknown'],
      [noServer(), { kind: 'device' }, 'media-no-sound-server'],
    ]
    for (const [server, endpoint, code] of causes) {
      process.env['PULSE_SERVER'] = server
      const alice = await signIn({ ...settingsOf('alice'), 'media.speaker': ['lost', 'default'] })
      try {
        const dialling = alice.session.calls.dial({ to: numberOf('bob'), endpoint: endpoint as { kind: 'device' } })
        await assert.rejects(dialling, { code })
        const step = (await alice.session.health.diagnose()).steps.find(({ step: name }) => name === 'sound-card')
        assert.deepEqual([step?.ok, step?.code], [false, code])
      } finally {
        await alice.close()
        process.env['PULSE_SERVER'] = pulse.server
      }
    }
    await pulse.unplug('lone')
  })

  test('without a microphone and a speaker it is said that there is none, and a tone is heard as soon as one is there', async () => {
    for (const name of ['headset', 'desk']) await pulse.unplug(name)
    const alice = await signIn(settingsOf('alice'))
    const told = follow(alice.session)
    try {
      await assert.rejects(alice.session.media.testDevices({}), { code: 'media-no-device' })
      await pulse.plug('desk')
      // What it plays it hears.
      const loop = await pulse.pactl('load-module', 'module-remap-source', 'source_name=ear', 'master=desk.monitor')
      await told.until(({ type, soundCard }) => type === 'soundCard' && JSON.stringify(soundCard).includes('"ear"'))
      const mine = await alice.session.media.devices()
      assert.deepEqual([mine.is, mine.speaker], ['ready', 'desk'])
      await alice.session.config.set({ name: 'media.microphone', value: ['ear'] })
      await told.until(
        ({ type, soundCard }) => type === 'soundCard' && JSON.stringify(soundCard).includes('"microphone":"ear"'),
      )
      const { microphone, speaker, heard } = await alice.session.media.testDevices({ durationMs: 3000 })
      assert.deepEqual([microphone, speaker], ['ear', 'desk'])
      assert.ok(heard > -20 && heard < -5, `${heard} dB`)
      const levels = told.all.filter(({ change }) => change.type === 'levels')
      assert.ok(levels.length > 5 && levels.length < 50, `${levels.length} levels`)
      await pulse.pactl('unload-module', loop.trim())
    } finally {
      told.stop()
      await alice.close()
    }
  })

  test('what was begun for a call ends with it, and with a core that is killed in it', async () => {
    const streams = async (): Promise<number> =>
      (await pulse.pactl('list', 'short', 'clients')).split('\n').filter((line) => /pa(rec|cat|ctl)/.test(line)).length
    const file = join(folder, 'alice.json')
    await writeFile(file, JSON.stringify(settingsOf('alice')), { mode: 0o600 })
    const bob = await signIn(settingsOf('bob'))
    try {
      const nobody = await streams()
      const coming = answers(bob)
      const main = join(import.meta.dirname, '../../../packages/cli/main.ts')
      const env = { ...process.env, PARLEY_HOME: folder }
      const args = [main, 'call', numberOf('bob'), '--settings', file, '--device']
      const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
      await coming
      await until('it speaks and hears', async () => (await streams()) >= nobody + 3, pulse)
      child.kill('SIGKILL')
      await until('nothing of it is left', async () => (await streams()) === nobody, pulse, 5000)
    } finally {
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

async function compare(said: string, samples: Int16Array): Promise<number> {
  const recording = { samples, sampleRate: 8000 }
  return compareSpeech({ reference: readWav(await readFile(said)), recording }).heard
}

/** A hum that is never quiet for more than some samples. */
function tone(seconds: number): Int16Array {
  return Int16Array.from({ length: seconds * 8000 }, (_, at) =>
    Math.round(6000 * Math.sin((2 * Math.PI * 420 * at) / 8000)),
  )
}

function loudestSince({ samples }: Ear, count: number): number {
  return samples()
    .slice(-count)
    .reduce((most, each) => Math.max(most, Math.abs(each)), 0)
}

function firstLoudAt(ear: Ear): number | undefined {
  return loudDrops(ear)[0]
}

function loudDrops({ samples, drops }: Ear): number[] {
  const all = samples()
  let from = 0
  return drops.flatMap(({ at, count }) => {
    const isLoud = all.subarray(from, count).some((each) => Math.abs(each) > 500)
    from = count
    return isLoud ? [at] : []
  })
}

/** The longest time that was quiet after the hum had begun and before it ended: in samples. */
function longestQuiet(samples: Int16Array): number {
  const isLoud = (each: number): boolean => Math.abs(each) > 300
  let longest = 0
  let quiet = 0
  for (const each of samples.subarray(samples.findIndex(isLoud), samples.findLastIndex(isLoud))) {
    quiet = isLoud(each) ? 0 : quiet + 1
    longest = Math.max(longest, quiet)
  }
  return longest
}
