import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'
import { heardBy, speech } from './speech.ts'

export const callEcho: Scenario = {
  name: 'call-echo',
  doc: 'Alice calls the echo number and hears herself.',
  sabotage: { fault: 'media-drop', value: '100' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const { call } = await alice.session.calls.dial({
      to: '600',
      endpoint: { kind: 'file', play: speech('alice'), record: stage.file('heard-by-alice.wav') },
      requestId: crypto.randomUUID(),
    })
    await alice.until('the echo answers', is(call, 'connected'))
    await alice.change('the speech is over', ({ type }) => type === 'played', 20_000)
    await alice.session.calls.end({ call })
    await alice.until('the call has ended', is(call, 'ended'))
    stage.atLeast('alice hears herself', 0.9, (await heardBy(stage, alice, speech('alice'))).median)
    stage.labSaw(['alice', '600', 'answered'])
  },
}
