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
        chat: 'ok',
        calendar: 'left out',
        directory: 'ok',
        voicemail: 'ok',
        conferences: 'left out',
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
    const found = await Promise.all(
      byDomain.map(async ([name]) => {
        const { value, origin } = await alice.session.config.explain({ name })
        return [name, value, origin?.layer, origin?.from]
      }),
    )
    const [, chatPort] = stage.lab.addresses.xmpp.tcp.split(':')
    const [, mailPort] = stage.lab.addresses.voicemail.tls.split(':')
    const [, directoryPort] = stage.lab.addresses.directory.first.split(':')
    const byLab: Readonly<Record<string, unknown>> = {
      'xmpp.servers': [`chat.lab.example:${chatPort}`],
      'voicemail.imap.port': Number(mailPort),
      'directory.ports': [Number(directoryPort)],
    }
    stage.check(
      'what the domain’s DNS names is found, and says where',
      byDomain.map(([name, value, question]) => [
        name,
        byLab[name] ?? value,
        'discovered',
        `SRV ${question}.lab.example`,
      ]),
      found,
    )
    const said = await alice.session.config.explain({ name: 'voicemail.credentialsFrom' })
    stage.check('the service profile is read', ['phone', true], [said.value, said.origin?.from.includes('SPDefault')])
    const { published } = await alice.session
      .until('presence', (state) => state.published, 10_000)
      .catch(async () => (await alice.session.presence.get()).state)
    stage.check('she is signed in to chat as well', true, published)
    await callsTheEcho(stage, alice)
  },
}

const byDomain = [
  ['presence.servers', ['presence.lab.example:8443'], '_cuplogin._tcp'],
  ['edge.servers', ['edge.lab.example:8443'], '_collab-edge._tls'],
  // The lab’s ports are others each time.
  ['xmpp.servers', [], '_xmpp-client._tcp'],
  ['voicemail.imap.servers', ['voicemail.lab.example'], '_imaps._tcp'],
  ['voicemail.imap.port', 0, '_imaps._tcp'],
  ['voicemail.imap.tls', true, '_imaps._tcp'],
  ['directory.servers', ['directory.lab.example'], '_ldap._tcp'],
  ['directory.ports', [], '_ldap._tcp'],
] as const
