import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { is } from './quiet.ts'

export const callCollectedDigits: Scenario = {
  name: 'call-collected-digits',
  doc: 'A server asks for the keys as they are pressed before it puts the call through (KPML); with the right ones it is answered, with others it is not.',
  sabotage: { withhold: 'alice presses the keys' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const press = async (digits: string): Promise<string> => {
      const { call } = await alice.session.calls.dial({ to: '606' })
      const asked = await alice.until('digits are wanted', ({ id, digitsWanted }) => id === call && digitsWanted)
      stage.check(
        'keys can be pressed before the answer',
        [true, 'dialling'],
        [asked.capabilities.includes('sendDigits'), asked.state],
      )
      await stage.act('alice presses the keys', () =>
        alice.session.calls.sendDigits({ call, digits, requestId: crypto.randomUUID() }),
      )
      return call
    }
    const right = await press('4711')
    await alice.until('it is answered', is(right, 'connected'), 6000)
    await alice.until('nothing is wanted any more', ({ id, digitsWanted }) => id === right && !digitsWanted, 6000)
    stage.check('it is the echo', { alice: ['alice'] }, await whoHearsWhom(stage, [{ person: alice, call: right }]))
    await alice.session.calls.end({ call: right })
    const wrong = await press('0000')
    const refused = await alice.until('it is refused', is(wrong, 'ended'), 6000)
    stage.check('with the server’s no', 'call-forbidden', refused.end?.error?.code)
    stage.labSaw(['alice', '606', 'answered'], ['alice', '606', 403])
  },
}
