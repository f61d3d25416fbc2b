import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect } from './quiet.ts'

export const callTransferRefused: Scenario = {
  name: 'call-transfer-refused',
  doc: 'Alice’s phone follows no transfer to numbers that she may not dial; a transfer to a busy number comes to nothing. Both times the call goes on.',
  sabotage: { withhold: 'alice may not dial the clock' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), stage.person('bob')])
    await stage.act('alice may not dial the clock', () =>
      alice.session.config.set({ name: 'calls.deny', value: ['601'] }),
    )
    const ids = await connect(stage, alice, bob)
    const all = talking(alice, bob, ids)
    stage.check('before', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all))
    const transfer = (to: string): Promise<string> =>
      bob.session.calls.transfer({ call: ids.callee, to, requestId: crypto.randomUUID() }).then(
        () => 'taken on',
        (error: { code?: string }) => error.code ?? 'unknown',
      )
    stage.check('the denied number is refused', 'transfer-refused', await transfer('601'))
    stage.check('the busy one is taken on', 'taken on', await transfer('602'))
    const told = await bob.until('it has come to nothing', ({ transfer: is }) => is?.is === 'failed', 5000)
    stage.check('with the server’s answer', 486, told.transfer?.cause?.status)
    stage.check(
      'both still talk',
      ['connected', 'connected'],
      [
        alice.calls().find(({ id }) => id === ids.caller)?.state,
        bob.calls().find(({ id }) => id === ids.callee)?.state,
      ],
    )
    stage.check('and hear each other', { alice: ['bob'], bob: ['alice'] }, await whoHearsWhom(stage, all))
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', '602', 486])
  },
}
