import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runScenario, type Scenario, sabotaged, scenarios } from './index.ts'

/** What says something of the journeys, and nothing of Node, is seen once. */
const isOtherNode = process.env['PARLEY_OTHER_NODE'] !== undefined

/** Presence and chat are timed, and wait for nothing: few side by side. */
const isTimed = (name: string): boolean => name.startsWith('presence-') || name.startsWith('chat-')

describe('journeys of presence and chat', { concurrency: 2 }, () => bothWays(({ name }) => isTimed(name)))

// Each on a lab and cores of its own, most of the time waiting for speech to be over: six side by side.
describe('journeys', { concurrency: 6 }, () => {
  bothWays(({ name }) => !isTimed(name))

  test('with another speech than Bob’s own, and with all packets lost, hardly anything is heard', async () => {
    const [speech] = scenarios
    assert.ok(speech)
    const exchanged = (await runScenario(speech, { withhold: 'bob says his own sentence' })) as unknown as Heard
    assert.equal(exchanged.ok, false)
    assert.ok(exchanged.heard.alice < 0.3, JSON.stringify(exchanged.heard))
    assert.ok(exchanged.heard.bob >= 0.9, JSON.stringify(exchanged.heard))
    const dropped = (await runScenario(speech, { faults: ['media-drop=100'] })) as unknown as Heard
    assert.equal(dropped.ok, false)
    assert.ok(dropped.heard.alice < 0.3 && dropped.heard.bob < 0.3)
  })

  test('with 5 % of the packets lost both are still heard, and the estimate of the quality falls', async () => {
    const [speech] = scenarios
    assert.ok(speech)
    const outcome = (await runScenario(speech, { faults: ['media-drop=5'] })) as unknown as Heard
    assert.equal(outcome.ok, true, JSON.stringify(outcome))
    assert.ok(outcome.mos.alice < 4.3 && outcome.mos.bob < 4.3, JSON.stringify(outcome.mos))
  })

  test('with 20 % of the SIP datagrams lost the call is still made', async () => {
    const [speech] = scenarios
    assert.ok(speech)
    const outcome = await runScenario(speech, { faults: ['sip-drop=20'] })
    assert.equal(outcome.ok, true, JSON.stringify(outcome))
  })
})

function bothWays(which: (scenario: Scenario) => boolean): void {
  for (const scenario of scenarios.filter(which)) {
    test(`${scenario.name}: ${scenario.doc}`, async () => {
      const outcome = await runScenario(scenario)
      assert.equal(outcome.ok, true, JSON.stringify(outcome, undefined, 2))
      assert.ok(outcome.ms < 30_000)
    })

    test(`${scenario.name} fails when it is sabotaged`, {
      skip: isOtherNode && 'on the first Node alone',
    }, async () => {
      const outcome = await runScenario(scenario, sabotaged(scenario))
      assert.equal(outcome.ok, false, JSON.stringify(outcome, undefined, 2))
      assert.ok(outcome.ms < 30_000)
    })
  }
}

interface Heard {
  readonly ok: boolean
  readonly heard: { readonly alice: number; readonly bob: number }
  readonly mos: { readonly alice: number; readonly bob: number }
}
