import type { Scenario } from '../scenario.ts'
import { callsTheEcho, stepsOf } from './signing-in.ts'

export const settingsSipOnly: Scenario = {
  name: 'settings-sip-only',
  doc: 'With a SIP server and a password, and nothing else, the soft phone works.',
  sabotage: { fault: 'wrong-password' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const { registration, devices, discovery } = await stepsOf(alice)
    stage.check(
      'only the registration is asked for',
      ['ok', 'left out', 'left out'],
      [registration, devices, discovery],
    )
    stage.check('no call manager was asked', [], stage.lab.asked())
    await callsTheEcho(stage, alice)
  },
}
