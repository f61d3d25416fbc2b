import type { Scenario } from '../scenario.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsNoPresence: Scenario = {
  name: 'settings-no-presence',
  doc: 'The domain names no presence server, and its list of devices is down: a device that the settings name works by its file alone.',
  sabotage: { fault: 'config-missing' },
  run: async (stage) => {
    stage.lab.setFault('devices-silent')
    const alice = await stage.person('alice', { ...stage.signIn('alice'), 'cucm.device': 'CSFALICE' })
    const { services } = (await alice.session.health.get()).state
    stage.check(
      'the list of devices is told as missing, and no presence is asked for',
      ['devices-silent', false],
      [
        services.find(({ service }) => service === 'devices')?.error?.code,
        services.some(({ service }) => service === 'presence'),
      ],
    )
    await callsTheEcho(stage, alice)
  },
}
