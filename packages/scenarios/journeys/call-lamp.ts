import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { hangUp, ring } from './quiet.ts'

export const callLamp: Scenario = {
  name: 'call-lamp',
  doc: 'Carol watches Bob’s line: idle, ringing when Alice calls, busy while they talk, and idle again.',
  sabotage: { withhold: 'carol watches the line' },
  run: async (stage) => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => stage.person(name)))
    if (!alice || !bob || !carol) throw new Error('three people')
    await stage.act('carol watches the line', () => carol.session.config.set({ name: 'calls.lamps', value: ['bob'] }))
    const lamp = async (is: string): Promise<unknown> => {
      const { state } = await carol.session.calls.get()
      if (state.lamps[0]?.is === is) return state.lamps[0]
      const seen = await carol.next(`bob’s line is ${is}`, (each) => each.type === 'lamp' && each.lamp.is === is, 6000)
      return seen.type === 'lamp' ? seen.lamp : undefined
    }
    stage.check('idle', { number: 'bob', is: 'idle' }, await lamp('idle'))
    const ids = await ring(alice, bob)
    const from = { number: 'alice', uri: 'sip:alice@127.0.0.1', displayName: 'Alice' }
    stage.check('ringing, and who calls', { number: 'bob', is: 'ringing', remote: from }, await lamp('ringing'))
    await bob.session.calls.answer({ call: ids.callee })
    await lamp('busy')
    stage.check(
      'they hear each other',
      { alice: ['bob'], bob: ['alice'] },
      await whoHearsWhom(stage, talking(alice, bob, ids)),
    )
    await hangUp(alice, bob, ids)
    await lamp('idle')
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
