import { holdsTone } from '../hearing.ts'
import { listening, toneFor } from '../listening.ts'
import { listed, listener } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailPlaySeek: Scenario = {
  name: 'voicemail-play-seek',
  doc: 'Bob plays a message of a minute: he pauses it, goes on, jumps near its end and hears that alone, and it counts as heard only then.',
  sabotage: { withhold: 'bob jumps' },
  run: async (stage) => {
    const bob = await listener(stage, 'bob')
    const samples = new Int16Array(8000 * 60)
    // Every part is another tone: what was heard tells where it was played.
    for (const [second, frequency] of [850, 1150, 1390].entries()) samples.set(toneFor(1000, frequency), second * 8000)
    samples.set(toneFor(1000, 2130), 8000 * 59)
    stage.lab.voicemail.leave('bob', { from: { number: '201' }, sound: { samples, sampleRate: 8000 } })
    await bob.session.until('voicemail', ({ mailbox }) => mailbox.fresh === 3, 4000)
    const message = (await listed(bob)).find(({ from }) => from.number === '201')?.id ?? ''
    const seen = await listening(stage, bob)
    const record = stage.file('heard.wav')
    const { playback } = await bob.session.voicemail.play({ message, endpoint: { kind: 'file', record } })
    await seen.until(playback, 'it plays', ({ state }) => state === 'playing')
    await bob.session.voicemail.pause({ playback, paused: true })
    const paused = await seen.until(playback, 'it stands', ({ state }) => state === 'paused')
    stage.check('how long it is', 60_000, paused?.lengthMs)
    await bob.session.voicemail.pause({ playback, paused: false })
    stage.check('it is not heard yet', 3, (await listed(bob, 'new')).length)
    await stage.act('bob jumps', () => bob.session.voicemail.seek({ playback, toMs: 59_200 }))
    const ended = await seen.until(playback, 'it is at its end', ({ state }) => state === 'ended')
    stage.check('where it ended', [60_000, undefined], [ended?.positionMs, ended?.error])
    const heard = await Promise.all([1390, 2130].map((frequency) => holdsTone(record, frequency)))
    stage.check('what he jumped over is not heard, the end is', [false, true], heard)
    await bob.session.until('voicemail', ({ mailbox }) => mailbox.fresh === 2, 4000).catch(() => undefined)
    stage.check('now it is heard', false, (await listed(bob)).find(({ id }) => id === message)?.isNew)
    const touch = await bob.session.voicemail.seek({ playback, toMs: 0 }).then(
      () => 'it plays on',
      (error: { readonly code?: string }) => error.code,
    )
    stage.check('it is over', 'playback-unknown', touch)
    const flags = stage.lab.voicemail.messages('bob').map((each) => each.flags.includes('\\Seen'))
    stage.lab.record()
    stage.check('and at the server', 1, flags.filter(Boolean).length)
  },
}
