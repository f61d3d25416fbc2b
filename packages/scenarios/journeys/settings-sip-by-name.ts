import type { Scenario } from '../scenario.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsSipByName: Scenario = {
  name: 'settings-sip-by-name',
  doc: 'The domain names a SIP server and no call manager: name and password are the account, over TLS.',
  sabotage: { fault: 'dns-empty' },
  run: async (stage) => {
    stage.lab.setFault('no-call-manager')
    const {
      'user.name': name,
      'user.password': password,
      'discovery.dns': dns,
      'softphone.tls.ca': ca,
    } = stage.signIn('alice')
    const alice = await stage.person('alice', {
      'user.name': name,
      'user.password': password,
      'discovery.dns': dns,
      'softphone.tls.ca': ca,
    })
    const { phones } = (await alice.session.phones.get()).state
    stage.check('she is registered over TLS', true, phones[0]?.state.server?.endsWith('transport=tls'))
    stage.check('no call manager was asked', [], stage.lab.asked())
    await callsTheEcho(stage, alice)
  },
}
