import { connectSpeaking, heardBy, speech } from './speech.ts'
import type { Scenario } from '../scenario.ts'

export const callSpeech: Scenario = {
  name: 'call-speech',
  doc: 'Alice calls Bob, each says their own speech, both hear the other.',
  sabotage: { fault: 'media-drop', value: '100' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const played = [alice, bob].map((person) =>
      person.change('the speech is over', ({ type }) => type === 'played', 25_000),
    )
    const own = await stage.act('bob says his own sentence', async () => speech('bob'))
    const up = await connectSpeaking(stage, { caller: alice, callee: bob, says: { callee: own ?? speech('stranger') } })
    await Promise.all(played)
    await alice.session.calls.end({ call: up.caller.id })
    const [ofAlice, ofBob] = await Promise.all([
      alice.until('the call has ended', ({ id, state }) => id === up.caller.id && state === 'ended'),
      bob.until('the call has ended', ({ id, state }) => id === up.callee.id && state === 'ended'),
    ])
    const [heardByAlice, heardByBob] = [
      await heardBy(stage, alice, speech('bob')),
      await heardBy(stage, bob, speech('alice')),
    ]
    stage.atLeast('alice hears bob', 0.9, heardByAlice.median)
    stage.atLeast('bob hears alice', 0.9, heardByBob.median)
    stage.check('alice ended the call', ['local', 'remote'], [ofAlice.end?.by, ofBob.end?.by])
    stage.labSaw(['alice', 'bob', 'answered'])
    const rtp = ({ statistics }: typeof ofAlice) => ({
      sent: statistics?.packetsSent ?? 0,
      received: statistics?.packetsReceived ?? 0,
      lost: statistics?.packetsLost ?? 0,
    })
    return {
      setupMs: up.setupMs,
      heard: { alice: heardByAlice.median, bob: heardByBob.median },
      worst: { alice: heardByAlice.worst, bob: heardByBob.worst },
      mos: { alice: ofAlice.statistics?.mos, bob: ofBob.statistics?.mos },
      rtp: { alice: rtp(ofAlice), bob: rtp(ofBob) },
    }
  },
}
