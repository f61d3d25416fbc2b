import { holdsTone, talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callRecord: Scenario = {
  name: 'call-record',
  doc: 'Alice records the call: both sides are in the file, and both heard the beep.',
  sabotage: { withhold: 'alice records' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    const ids = await connect(stage, alice, bob)
    const record = stage.file('both.wav')
    const all = talking(alice, bob, ids)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all, [1400]))
    const speaking = whoHearsWhom(stage, all, [1400])
    const begun = await stage.act('alice records', () => alice.session.calls.record({ call: ids.caller, record }))
    stage.check('both hear the beep', { alice: ['bob', '1400 Hz'], bob: ['alice', '1400 Hz'] }, await speaking)
    if (!begun) return
    await alice.session.calls.stopRecording({ call: ids.caller })
    const held = await Promise.all([600, 850, 1400].map((frequency) => holdsTone(record, frequency)))
    stage.check('the file has both sides and the beep', [true, true, true], held)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
