import type { Scenario } from '../scenario.ts'
import { callsTheEcho, stepsOf } from './signing-in.ts'

export const settingsNameAndPassword: Scenario = {
  name: 'settings-name-and-password',
  doc: 'Alice knows her name and her password; the core finds the rest and calls.',
  sabotage: { fault: 'devices-rejected' },
  run: async (stage) => {
    const alice = await stage.person('alice', stage.signIn('alice'))
    stage.check(
      'every step is taken',
      {
        settings: 'ok',
        discovery: 'ok',
        devices: 'ok',
        device: 'ok',
        'device-config': 'ok',
        registration: 'ok',
        'dial-rules': 'ok',
      },
      await stepsOf(alice),
    )
    const { phones } = (await alice.session.phones.get()).state
    stage.check(
      'the soft phone is hers, and the desk phone is shown',
      [
        ['soft', 'CSFALICE'],
        ['desk', 'Cisco 7965'],
      ],
      phones.map(({ kind, device }) => [kind, kind === 'soft' ? device?.name : device?.model]),
    )
    stage.check(
      'the lab was asked for her devices',
      true,
      stage.lab.asked().includes('GET /cucm-uds/user/alice/devices'),
    )
    const said = await alice.session.config.explain({ name: 'voicemail.credentialsFrom' })
    stage.check('the service profile is read', ['phone', true], [said.value, said.origin?.from.includes('SPDefault')])
    await callsTheEcho(stage, alice)
  },
}
