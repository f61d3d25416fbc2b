import { whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'

export const callHoldOldStyle: Scenario = {
  name: 'call-hold-old-style',
  doc: 'An echo holds Alice as phones of old did, by an address to which nothing can be sent (RFC 2543), and by a stream that is inactive: each time she is told, and the echo comes back when it is over.',
  sabotage: { withhold: 'the echo holds by an address' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const { call } = await alice.session.calls.dial({ to: '607', requestId: crypto.randomUUID() })
    await alice.until('connected', ({ id, state }) => id === call && state === 'connected')
    const hears = async (): Promise<unknown> => (await whoHearsWhom(stage, [{ person: alice, call }]))['alice']
    stage.check('the echo says what alice says', ['alice'], await hears())
    for (const [how, act] of [
      ['nowhere', 'the echo holds by an address'],
      ['inactive', 'the echo holds by its direction'],
    ] as const) {
      await stage.act(act, async () => stage.lab.hold(how))
      await alice.until('alice is held', ({ id, held }) => id === call && held === 'remote', 3000)
      stage.check(`held by ${how}, nothing comes back`, [], await hears())
      stage.lab.hold('off')
      await alice.until('alice is held no longer', ({ id, held }) => id === call && held === 'no', 3000)
      stage.check('the echo is there again', ['alice'], await hears())
    }
    stage.labSaw(['alice', '607', 'answered'])
  },
}
