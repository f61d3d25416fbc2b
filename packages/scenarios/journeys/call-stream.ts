import { readFile } from 'node:fs/promises'
import { readWav } from '@openparley/media'
import { compare } from '../compare.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'
import { speech } from './speech.ts'

export const callStream: Scenario = {
  name: 'call-stream',
  doc: 'An application speaks for Alice frame by frame, as a speech engine would, and hears the echo frame by frame.',
  sabotage: { withhold: 'the application speaks' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const { samples } = readWav(await readFile(speech('alice')))
    const heard: number[] = []
    const stream = await alice.session.openStream({
      sampleRate: 8000,
      onFrame: (frame) => heard.push(...frame),
    })
    const { call } = await alice.session.calls.dial({ to: '600', endpoint: { kind: 'stream', stream: stream.id } })
    await alice.until('the echo answers', is(call, 'connected'))
    let at = 0
    // Twelve frames ahead of the clock, as a speech engine runs ahead: what comes early waits in the core, and a busy
    // moment of this process is not heard.
    await new Promise<void>((resolve) => {
      const begun = performance.now()
      const speak = (): void => {
        while (at < samples.length && at / 8 < performance.now() - begun + 240) {
          const frame = samples.slice(at, at + 160)
          at += 160
          void stage.act('the application speaks', async () => stream.write(frame))
        }
        if (at < samples.length) setTimeout(speak, 10)
        else setTimeout(resolve, 700)
      }
      speak()
    })
    await alice.session.calls.end({ call })
    await alice.until('the call has ended', is(call, 'ended'))
    await stream.close()
    const compared = await compare({ samples, sampleRate: 8000 }, { samples: Int16Array.from(heard), sampleRate: 8000 })
    stage.atLeast('what the application hears of itself', 0.9, compared.heard)
    stage.labSaw(['alice', '600', 'answered'])
  },
}
