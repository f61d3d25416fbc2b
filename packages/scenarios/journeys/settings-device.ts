import type { Scenario } from '../scenario.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsDevice: Scenario = {
  name: 'settings-device',
  doc: 'The soft phone registers as the device that the call manager configured; told to reset in a call, it signs in again when the call is over.',
  sabotage: { withhold: 'the call manager says reset' },
  run: async (stage) => {
    const alice = await stage.person('alice', stage.signIn('alice'))
    const { devices } = stage.lab.record()
    stage.check(
      'it says which device it is, and of which model',
      ['CSFALICE', '503', true, true],
      [
        devices['alice']?.device,
        devices['alice']?.model,
        /^<urn:uuid:[0-]{24}[\da-f]{12}>$/.test(devices['alice']?.instance ?? ''),
        devices['alice']?.reason.includes('Name=CSFALICE'),
      ],
    )
    await callsTheEcho(stage, alice)
    const { call } = await alice.session.calls.dial({ to: '600' })
    await alice.until('the echo answers', ({ id, state }) => id === call && state === 'connected')
    const asked = (): number => stage.lab.asked().filter((each) => each.endsWith('/devices')).length
    const before = asked()
    await stage.act('the call manager says reset', async () => stage.lab.notify('alice', 'reset'))
    stage.check('the call goes on', 'connected', alice.calls().find(({ id }) => id === call)?.state)
    await alice.session.calls.end({ call })
    const again = alice.session.until(
      'phones',
      ({ phones }) => phones.some(({ state }) => state.is === 'connecting'),
      5000,
    )
    await again.catch(() => undefined)
    await alice.session.phones.ready({ timeoutMs: 5000 })
    stage.check('it has asked for its devices again', before + 1, asked())
  },
}
