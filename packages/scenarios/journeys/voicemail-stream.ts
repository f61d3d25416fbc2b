import { listening, toneFor } from '../listening.ts'
import { listed } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailStream: Scenario = {
  name: 'voicemail-stream',
  doc: 'An application plays Bob’s message over its own stream: frames come while the rest of the download is held back, it waits where nothing has come yet, and goes on when it has.',
  sabotage: { withhold: 'the application plays it' },
  run: async (stage) => {
    const bob = await stage.person('bob', stage.lab.voicemailWeb.settings('bob'))
    await bob.session.until('voicemail', ({ mailbox }) => mailbox.is === 'ready', 10_000)
    const sound = { samples: toneFor(2000), sampleRate: 8000 }
    stage.lab.setFault('voicemail-slow-sound', '60000')
    stage.lab.voicemailWeb.leave('bob', { from: { number: '201' }, sound })
    await bob.session.until('voicemail', ({ mailbox }) => mailbox.fresh === 3, 4000)
    const message = (await listed(bob)).find(({ from }) => from.number === '201')?.id ?? ''
    const seen = await listening(stage, bob)
    let frames = 0
    let loud = 0
    const stream = await bob.session.openStream({
      sampleRate: 16_000,
      onFrame: (frame) => {
        frames++
        if (frame.length === 320 && frame.some((sample) => sample > 3000)) loud++
      },
    })
    const played = await stage.act('the application plays it', async () =>
      bob.session.voicemail.play({ message, endpoint: { kind: 'stream', stream: stream.id } }),
    )
    const playback = played?.playback ?? ''
    await seen.until(playback, 'it plays', ({ state }) => state === 'playing')
    const waits = ({ state, positionMs }: { state: string; positionMs: number }): boolean =>
      state === 'loading' && positionMs > 0
    const dry = await seen.until(playback, 'it waits for the rest', waits)
    stage.atLeast('frames by then', 45, frames)
    stage.below('frames by then', 52, frames)
    stage.atLeast('where it waits', 900, dry?.positionMs ?? 0)
    stage.lab.clearFault('voicemail-slow-sound')
    await seen.until(playback, 'it is at its end', ({ state }) => state === 'ended')
    stage.check('every frame has come, and none was silent', true, frames >= 100 && frames <= 102 && loud >= 99)
    await stream.close()
    const asked = stage.lab.voicemailWeb.asked().filter((each) => each.includes('/attachments/0'))
    stage.lab.record()
    stage.check('it was fetched once', 1, asked.length)
  },
}
