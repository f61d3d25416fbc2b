import type { Scenario } from '../scenario.ts'
import type { Person } from '../person.ts'
import { connectSpeaking, heardBy, speech } from './speech.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsStandby: Scenario = {
  name: 'settings-standby',
  doc: 'The first call manager is lost in a call: both still hear each other, the phones sign in with the second, and go back when the first has been there again for a while.',
  standby: true,
  sabotage: { withhold: 'the first comes back' },
  run: async (stage) => {
    const soon = { 'softphone.cucm.keepAliveS': 1, 'softphone.cucm.steadyS': 1, 'softphone.expiresS': 10 }
    const [alice, bob] = await Promise.all([
      stage.person('alice', { ...stage.signIn('alice'), ...soon }),
      stage.person('bob', { ...stage.signIn('bob'), ...soon }),
    ])
    const [first] = await Promise.all([serverOf(alice), serverOf(bob)])
    const { caller, callee } = await connectSpeaking(stage, { caller: alice, callee: bob })
    await stage.lab.go()
    const kept = await alice.until(
      'alice’s call is preserved',
      ({ id, preserved }) => id === caller.id && preserved,
      20_000,
    )
    await bob.until('and bob’s', ({ id, preserved }) => id === callee.id && preserved, 20_000)
    stage.check(
      'it can be ended, and no longer held',
      [true, false, 'connected'],
      [kept.capabilities.includes('end'), kept.capabilities.includes('hold'), kept.state],
    )
    const second = await movedFrom(alice, first)
    await movedFrom(bob, first)
    await alice.change('bob has heard the whole sentence', ({ type }) => type === 'played', 15_000)
    for (const [person, call] of [
      [alice, caller],
      [bob, callee],
    ] as const)
      await person.session.calls.end({ call: call.id })
    const heard = await heardBy(stage, bob, speech('alice'))
    stage.atLeast('bob heard alice all the while', 0.9, heard.median)
    await callsTheEcho(stage, alice)
    const asked = (): number => stage.lab.record().keptAlive['alice'] ?? 0
    const before = asked()
    await stage.act('the first comes back', () => stage.lab.comeBack())
    const back = await movedFrom(alice, second)
    stage.check('they are back with the first', first, back)
    stage.atLeast('it was asked before whether it is there', before + 1, asked())
    await callsTheEcho(stage, alice)
  },
}

async function serverOf({ session }: Person): Promise<string> {
  const phone = await session.phones.ready({ timeoutMs: 10_000 })
  return phone.state.server ?? ''
}

async function movedFrom({ session }: Person, server: string): Promise<string> {
  let to = ''
  await session.until(
    'phones',
    ({ phones }) =>
      phones.some(({ state }) => {
        to = state.server ?? ''
        return state.is === 'ready' && to !== server
      }),
    12_000,
  )
  return to
}
