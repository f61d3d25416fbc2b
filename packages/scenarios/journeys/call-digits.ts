import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

const pressed = ['1', '2', '3', '4', '#', '*', 'A']

export const callDigits: Scenario = {
  name: 'call-digits',
  doc: 'Alice presses keys in the call; Bob’s side gets each once, in order.',
  sabotage: { withhold: 'alice presses the keys' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const heard: string[] = []
    const last = bob.change(
      'the last digit',
      (change) => {
        if (change.type === 'digit') heard.push(change.digit)
        return change.type === 'digit' && change.digit === pressed.at(-1)
      },
      6000,
    )
    await stage.act('alice presses the keys', () =>
      alice.session.calls.sendDigits({
        call: ids.caller,
        digits: pressed.join(''),
        durationMs: 80,
        requestId: crypto.randomUUID(),
      }),
    )
    await last
    stage.check('each digit came once, in order', pressed, heard)
    await hangUp(alice, bob, ids)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
