import type { Scenario } from '../scenario.ts'

export const settingsDialRules: Scenario = {
  name: 'settings-dial-rules',
  doc: 'The administrator changes a dial rule while Alice talks: her call goes on, and the next goes by the new rule.',
  sabotage: { withhold: 'the administrator changes the rule' },
  run: async (stage) => {
    const rule = { beginsWith: '555', numDigits: 7, digitsToRemove: 7, prefixWith: '600' }
    stage.lab.rules.set('application', [rule])
    const alice = await stage.person('alice', stage.signIn('alice'))
    await alice.session.until('dialRules', ({ application }) => application.count === 1, 5000)
    const { call: first } = await alice.session.calls.dial({ to: '555-1234' })
    await alice.until('the first call is up', ({ id, state }) => id === first && state === 'connected')
    const { since } = (await alice.session.dialRules.get()).state.application
    await stage.act('the administrator changes the rule', async () => {
      stage.lab.rules.set('application', [{ ...rule, prefixWith: '603' }])
      await alice.session.until('dialRules', ({ application }) => application.since !== since, 2000)
    })
    const { call: second } = await alice.session.calls.dial({ to: '555-1234' })
    const next = await alice.until(
      'the second call is declined or up',
      ({ id, state }) => id === second && state !== 'dialling' && state !== 'alerting',
    )
    stage.check(
      'the next call goes by the new rule',
      ['5551234', '603', 'call-declined'],
      [next.remote.number, next.dialled, next.end?.error?.code],
    )
    const up = alice.calls().find(({ id }) => id === first)
    stage.check('the first call goes on', 'connected', up?.state)
    stage.check(
      'the lab saw both numbers',
      ['600', '603'],
      stage.lab
        .record()
        .calls.map(({ to }) => to)
        .slice(0, 2),
    )
  },
}
