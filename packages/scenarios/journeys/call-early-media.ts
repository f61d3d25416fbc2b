import { announced } from '@openparley/lab'
import { holdsTone } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'

export const callEarlyMedia: Scenario = {
  name: 'call-early-media',
  doc: 'A number speaks before it answers, by responses that must arrive (100rel, PRACK), and goes on from another place (UPDATE): Alice hears both, and then it answers.',
  sabotage: { fault: 'media-drop', value: '100' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const record = stage.file('heard-by-alice.wav')
    const { call } = await alice.session.calls.dial({
      to: '608',
      endpoint: { kind: 'file', record },
      requestId: crypto.randomUUID(),
    })
    const early = await alice.until('sound comes before the answer', ({ id, earlyMedia }) => id === call && earlyMedia)
    stage.check('it is not answered', [undefined, 'dialling'], [early.answeredAt, early.state])
    await alice.until('it is answered', ({ id, state }) => id === call && state === 'connected')
    const ladder = stage.lab.record().ladder.map(({ label }) => label)
    stage.check(
      'its ringing was acknowledged, and its new place was, before the answer',
      ['183 INVITE', 'PRACK', 'UPDATE', '200 UPDATE', '200 INVITE'],
      [...new Set(ladder)].filter((label) => /^(183|200) INVITE$|PRACK$|UPDATE$/.test(label) && label !== '200 PRACK'),
    )
    const recorded = alice.next('the recording is complete', ({ type }) => type === 'recorded', 5000)
    await alice.session.calls.end({ call })
    await alice.until('it has ended', ({ id, state }) => id === call && state === 'ended')
    await recorded
    stage.check(
      'alice heard both places',
      [true, true],
      [await holdsTone(record, announced.first), await holdsTone(record, announced.second)],
    )
  },
}
