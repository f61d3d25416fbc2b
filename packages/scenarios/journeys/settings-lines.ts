import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const settingsLines: Scenario = {
  name: 'settings-lines',
  doc: 'Alice’s device has three lines: each is registered for itself and rings for itself; told to reset on one of them, all sign in again once nobody talks.',
  sabotage: { withhold: 'the call manager says reset' },
  lines: { alice: ['2001', '2002'] },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice', stage.signIn('alice')), stage.person('bob')])
    const lines = async (): Promise<(readonly [string | undefined, string])[]> => {
      const state = await alice.session.until(
        'phones',
        ({ phones }) => phones.filter((phone) => phone.line && phone.state.is === 'ready').length === numbers.length,
        5000,
      )
      return state.phones.flatMap(({ id, line }) => (line ? [[line.number, id] as const] : []))
    }
    const before = await lines()
    stage.check(
      'the lines are there by their keys',
      numbers,
      before.map(([number]) => number),
    )
    const registered = (): number[] => numbers.map((number) => stage.lab.record().registrations[number] ?? 0)
    const first = registered()
    stage.check('each is registered for itself', [1, 1, 1], first)
    const asked = stage.lab.record().ladder.filter(({ label }) => label === 'REGISTER')
    const calls = [...Map.groupBy(asked, ({ from }) => from).values()]
    stage.check(
      'all of them over one connection, each with a Call-ID of its own',
      numbers.length,
      Math.max(...calls.map((each) => new Set(each.map(({ callId }) => callId)).size)),
    )
    const rang: (string | undefined)[] = []
    for (const number of numbers) {
      const { call } = await bob.session.calls.dial({ to: number })
      const coming = await alice.until(`${number} rings`, isRinging)
      rang.push(before.find(([, id]) => id === coming.phone)?.[0])
      await bob.session.calls.end({ call })
      await alice.until('it has stopped', is(coming.id, 'ended'))
    }
    stage.check('each rings for itself', numbers, rang)

    const { call } = await alice.session.calls.dial({ to: '600' })
    await alice.until('the echo answers', is(call, 'connected'))
    await stage.act('the call manager says reset', async () => stage.lab.notify('2001', 'reset'))
    stage.check('the call on the other line goes on', 'connected', alice.calls().find(({ id }) => id === call)?.state)
    await alice.session.calls.end({ call })
    const again = alice.session.until(
      'phones',
      ({ phones }) => phones.some((phone) => phone.state.is === 'connecting'),
      5000,
    )
    await again.catch(() => undefined)
    const after = await lines()
    stage.check('they are the same phones', before, after)
    stage.check(
      'each has registered again',
      [true, true, true],
      registered().map((count, at) => count > (first[at] ?? 0)),
    )
    stage.labSaw(...numbers.map((number) => ['bob', number, 487] as const), ['alice', '600', 'answered'])
  },
}

const numbers = ['alice', '2001', '2002']
