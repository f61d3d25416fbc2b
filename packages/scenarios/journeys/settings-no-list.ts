import type { Scenario } from '../scenario.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsNoList: Scenario = {
  name: 'settings-no-list',
  doc: 'The list of devices is down: the device that the settings name works by its file alone, and health says what is missing.',
  sabotage: { fault: 'config-missing' },
  run: async (stage) => {
    stage.lab.setFault('devices-silent')
    const alice = await stage.person('alice', { ...stage.signIn('alice'), 'cucm.device': 'CSFALICE' })
    const { services } = (await alice.session.health.get()).state
    const { error, works, nextTry } = services.find(({ service }) => service === 'devices') ?? {}
    stage.check(
      'the list of devices is told as missing, with what works nevertheless',
      ['devices-silent', 'a phone that the settings describe', 'at the next sign-in'],
      [error?.code, works, nextTry],
    )
    await callsTheEcho(stage, alice)
  },
}
