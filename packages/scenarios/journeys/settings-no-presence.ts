import type { Scenario } from '../scenario.ts'
import { callsTheEcho } from './signing-in.ts'

export const settingsNoPresence: Scenario = {
  name: 'settings-no-presence',
  doc: 'The domain names no presence server: Alice signs in with her name and her password as ever, nothing is said to be wrong, and she calls.',
  sabotage: { withhold: 'the administrator takes the presence server out of the DNS' },
  run: async (stage) => {
    const names = ['presence.servers', 'xmpp.servers'] as const
    await stage.act('the administrator takes the presence server out of the DNS', async () =>
      stage.lab.setFault('no-presence'),
    )
    const alice = await stage.person('alice', stage.signIn('alice'))
    const found = async (name: string): Promise<unknown> => (await alice.session.config.explain({ name })).value
    stage.check(
      'no presence and no chat server is found, and the mail store and the directory of the same DNS are',
      [null, null, ['voicemail.lab.example'], ['directory.lab.example']],
      await Promise.all(
        [...names, 'voicemail.imap.servers', 'directory.servers'].map(async (name) => (await found(name)) ?? null),
      ),
    )
    const { ok, steps } = await alice.session.health.diagnose()
    stage.check(
      'every step of the sign-in is well',
      [true, ['chat', 'calendar', 'conferences']],
      [ok, steps.filter((step) => !step.ok || step.skipped).map(({ step }) => step)],
    )
    const { services } = (await alice.session.health.get()).state
    stage.check(
      'no row of health is degraded or failed',
      [],
      services.filter(({ state }) => state === 'degraded' || state === 'failed').map(({ service }) => service),
    )
    await callsTheEcho(stage, alice)
  },
}
