// The sound server's programs, played by scripts that say what the real ones say (PulseAudio 16.1): what is made of their words, of their
// samples and of their end.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { realClock } from '@openparley/net'
import type { DeviceError } from '../../services/media/port.ts'
import type { Inventory, StreamEvents } from './device-port.ts'
import { pulse } from './device-pulse.ts'
import { isOfDevices, readDevices } from './device-pulse-list.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-pulse-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

function script(lines: string): string {
  const path = join(folder, `script-${++count}`)
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
  return path
}

const programs = (parts: { pactl?: string; parec?: string; pacat?: string }) => ({
  pactl: script(parts.pactl ?? 'exit 1'),
  parec: script(parts.parec ?? 'exit 1'),
  pacat: script(parts.pacat ?? 'exit 1'),
})

interface Heard {
  readonly samples: number[]
  readonly played: number[]
  readonly moved: string[]
  started: number
  dry: number
}

function listener(ended: (error: DeviceError, heard: Heard) => void, more?: (heard: Heard) => void): StreamEvents {
  const heard: Heard = { samples: [], played: [], moved: [], started: 0, dry: 0 }
  const look = (): void => more?.(heard)
  return {
    started: () => {
      heard.started++
      look()
    },
    moved: (device) => {
      heard.moved.push(device)
      look()
    },
    sound: (samples) => {
      heard.samples.push(...samples)
      look()
    },
    played: (ms) => {
      heard.played.push(ms)
      look()
    },
    ranDry: () => {
      heard.dry++
      look()
    },
    ended: (error) => ended(error, heard),
  }
}

const ask = { device: 'card', rate: 8000, cancelEcho: false } as const

describe('the sound server’s programs', { concurrency: 4, timeout: 60_000 }, () => {
  for (const [said, code] of [
    [
      'Connection failure: Connection refused\npa_context_connect() failed: Connection refused',
      'media-no-sound-server',
    ],
    ['Connection failure: Connection terminated', 'media-no-sound-server'],
    ['Connection failure: Access denied', 'media-sound-refused'],
    ['Stream error: No such entity', 'media-device-unknown'],
    ['Stream error: Device or resource busy', 'media-device-busy'],
    ['Stream error: Invalid argument', 'media-device-failed'],
  ] as const)
    test(`what ends with “${said.split('\n').at(-1)}” is ${code}`, async () => {
      const words = said.split('\n').map((line) => `echo '${line}' >&2`)
      // It says more on its way, as the real ones do when they are asked to.
      const both = `echo 'Connection established.' >&2; echo 'Time: 0.000 sec; Latency: 30000 usec.' >&2\n${words.join('\n')}\nexit 1`
      const server = pulse(realClock, programs({ parec: both, pacat: both }))
      for (const kind of ['input', 'output'] as const) {
        const error = await new Promise<DeviceError>((resolve) => server.open({ ...ask, kind }, listener(resolve)))
        assert.equal(error.code, code)
        assert.match(error.detail, /^card: /)
      }
    })

  test('samples come as they were said, also where a drop ends in the middle of one', async () => {
    const server = pulse(
      realClock,
      programs({ parec: "printf '\\001\\000\\002'; sleep 0.1; printf '\\000\\377\\377'; exec sleep 20" }),
    )
    const heard = await new Promise<Heard>((resolve) => {
      const stream = server.open(
        { ...ask, kind: 'input' },
        listener(assert.fail, (now) => {
          if (now.samples.length < 3) return
          stream.end()
          resolve(now)
        }),
      )
    })
    assert.deepEqual([heard.samples, heard.started], [[1, 2, -1], 1])
  })

  test('a speaker tells when it starts, what it has played, that it ran dry and where it was put', async () => {
    const said = [
      "Opening a playback stream with sample specification 's16le 1ch 8000Hz' and channel map 'mono'.",
      'Stream started.\\033[K',
      'Time: 0.060 sec; Latency: 30000 usec.        \\r',
      'Stream underrun.\\033[K',
      'Stream moved to device speaker (2, not suspended).\\033[K',
    ]
    const pacat = `head -c 320 >/dev/null; ${said.map((line) => `printf "${line}\\n" >&2`).join('; ')}; exec sleep 20`
    const server = pulse(realClock, programs({ pacat }))
    const heard = await new Promise<Heard>((resolve) => {
      const stream = server.open(
        { ...ask, kind: 'output' },
        listener(assert.fail, (now) => {
          if (now.moved.length === 0) return
          stream.end()
          resolve(now)
        }),
      )
      assert.ok(stream.write(new Int16Array(160)))
    })
    assert.deepEqual(heard, { samples: [], played: [60], moved: ['speaker'], started: 1, dry: 1 })
  })

  test('what a speaker does not take is refused after a bound, and not kept', async () => {
    const server = pulse(realClock, programs({ pacat: 'exec sleep 20' }))
    const stream = server.open({ ...ask, kind: 'output' }, listener(assert.fail))
    let taken = 0
    while (taken < 100_000 && stream.write(new Int16Array(160))) taken++
    assert.ok(taken > 0 && taken < 2000, String(taken))
    stream.end()
  })

  test('a program that is missing is told as such, and a server that comes later is found', async () => {
    const absent = { pactl: 'parley-no-such-program', parec: 'parec', pacat: 'pacat' }
    const missing = await first(pulse(realClock, absent))
    assert.deepEqual(missing.error, {
      code: 'media-sound-tools-missing',
      detail: 'parley-no-such-program is not installed',
    })
    const info = join(folder, 'info.json')
    const lists = [
      `info) [ -e ${info} ] || { echo 'Connection failure: Connection refused' >&2; exit 1; }; cat ${info};;`,
      `sinks) echo '${JSON.stringify([sink])}';;`,
      `sources) echo '${JSON.stringify([monitor, source])}';;`,
      `modules) printf '3\\tmodule-filter-heuristics\\t\\n4\\tmodule-filter-apply\\t\\n';;`,
      `subscribe) [ -e ${info} ] || exit 1; exec sleep 20;;`,
    ]
    const server = pulse(
      realClock,
      programs({ pactl: `for last; do :; done; case "$last" in ${lists.join('\n')} esac` }),
    )
    const found: Inventory[] = []
    const good = await new Promise<Inventory>((resolve) => {
      const stop = server.watch((now) => {
        found.push(now)
        if (now.error) writeFileSync(info, JSON.stringify({ default_sink_name: 'usb', default_source_name: 'usb-mic' }))
        else {
          stop()
          resolve(now)
        }
      })
    })
    assert.equal(found[0]?.error?.code, 'media-no-sound-server')
    assert.deepEqual(good, {
      canCancelEcho: true,
      devices: [
        { device: 'usb-mic', name: 'USB Headset Mono', kind: 'input', default: true, available: true },
        { device: 'usb', name: 'USB Headset', kind: 'output', default: true, available: false },
      ],
    })
  })
})

const sink = {
  name: 'usb',
  description: 'USB Headset',
  monitor_source: 'usb.monitor',
  ports: [{ name: 'jack', availability: 'not available' }],
  active_port: 'jack',
}
const source = { name: 'usb-mic', description: 'USB Headset Mono', monitor_source: '', ports: [], active_port: null }
const monitor = {
  name: 'usb.monitor',
  description: 'Monitor of USB Headset',
  monitor_source: 'usb',
  properties: { 'device.class': 'monitor' },
}

test('a list that is no list is none, and what is odd in one is passed over', () => {
  const none = { input: '', output: '' }
  for (const text of ['', 'null', '{}', '"x"', '[']) assert.equal(readDevices(text, 'input', none), undefined)
  assert.deepEqual(
    readDevices('[null, 3, {}, {"name": 4}, {"name": "a", "ports": 5, "properties": []}]', 'input', none),
    [{ device: 'a', name: 'a', kind: 'input', default: false, available: true }],
  )
  assert.equal(readDevices(JSON.stringify(Array.from({ length: 500 }, () => sink)), 'output', none)?.length, 64)
})

test('only what is about devices is looked at again: our own streams come and go as well', () => {
  for (const line of [
    "Event 'remove' on sink #2",
    "Event 'new' on source #3",
    "Event 'change' on server",
    "Event 'new' on card #1",
  ])
    assert.ok(isOfDevices(line), line)
  for (const line of [
    "Event 'new' on sink-input #1",
    "Event 'change' on source-output #2",
    "Event 'new' on client #11",
    '',
  ])
    assert.ok(!isOfDevices(line), line)
})

function first(server: ReturnType<typeof pulse>): Promise<Inventory> {
  return new Promise((resolve) => {
    const stop = server.watch((found) => {
      queueMicrotask(() => stop())
      resolve(found)
    })
  })
}
