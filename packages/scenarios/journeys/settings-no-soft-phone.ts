import type { Scenario } from '../scenario.ts'

export const settingsNoSoftPhone: Scenario = {
  name: 'settings-no-soft-phone',
  doc: 'Alice has no soft-phone device: only the soft phone is missing, and she is told why.',
  sabotage: { withhold: 'the administrator takes the device away' },
  run: async (stage) => {
    await stage.act('the administrator takes the device away', async () => stage.lab.setFault('no-soft-phone'))
    const alice = await stage.person('alice', stage.signIn('alice'))
    const { phones } = (await alice.session.phones.get()).state
    stage.check(
      'the soft phone says why there is none; the desk phone is shown',
      [
        ['soft', 'failed', 'devices-no-soft-phone'],
        ['desk', 'off', null],
      ],
      phones.map(({ kind, state }) => [kind, state.is, state.error?.code ?? null]),
    )
    const { services } = await alice.session.until(
      'health',
      ({ services: rows }) =>
        rows.filter(({ service, state }) => later.includes(service) && state === 'ok').length === later.length,
      5000,
    )
    const state = (service: string): string | undefined => services.find((row) => row.service === service)?.state
    stage.check('everything else works', ['ok', 'ok', 'ok'], [state('history'), state('media'), state('dial-rules')])
    const { result } = await alice.session.dialRules.explain({ number: '+13035551234' })
    stage.check('her dial rules are in force', '913035551234', result)
    stage.check('the lab has told her devices', true, stage.lab.asked().includes('GET /cucm-uds/user/alice/devices'))
  },
}

/** Services that come up beside the phone. */
const later: readonly string[] = ['history', 'dial-rules']
