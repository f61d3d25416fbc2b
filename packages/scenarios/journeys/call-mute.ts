import type { Scenario } from '../scenario.ts'
import { connectSpeaking, heardBy, speech } from './speech.ts'
import { hangUp } from './quiet.ts'

export const callMute: Scenario = {
  name: 'call-mute',
  doc: 'Alice mutes herself: Bob hears nothing of her, she still hears him.',
  sabotage: { withhold: 'alice mutes herself' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const played = [alice, bob].map((person) =>
      person.change('the speech is over', ({ type }) => type === 'played', 25_000),
    )
    const up = await connectSpeaking(stage, { caller: alice, callee: bob })
    await stage.act('alice mutes herself', () => alice.session.calls.mute({ call: up.caller.id }))
    await Promise.all(played)
    await hangUp(alice, bob, { caller: up.caller.id, callee: up.callee.id })
    stage.below('what bob hears of alice', 0.3, (await heardBy(stage, bob, speech('alice'))).median)
    stage.atLeast('what alice hears of bob', 0.9, (await heardBy(stage, alice, speech('bob'))).median)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
