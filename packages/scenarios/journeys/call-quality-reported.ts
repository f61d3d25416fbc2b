import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const callQualityReported: Scenario = {
  name: 'call-quality-reported',
  doc: 'Who keeps the network is told how Alice’s call sounded when it is over (RFC 6035): which call, between whom, by figures of this side.',
  sabotage: { fault: 'media-drop', value: '100' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      stage.personWith('alice', { 'softphone.qualityReports': 'sip:quality@127.0.0.1' }),
      stage.person('bob'),
    ])
    const ids = await connect(stage, alice, bob)
    const both = { alice: ['bob'], bob: ['alice'] }
    stage.check('who hears whom', both, await whoHearsWhom(stage, talking(alice, bob, ids)))
    const [{ statistics }] = await hangUp(alice, bob, ids)
    // What it owes the collector it does before it leaves.
    await alice.session.close()
    const { calls, quality } = stage.lab.record()
    const [report] = quality
    stage.check(
      'of which call, once',
      [calls[0]?.callId],
      quality.map(({ callId }) => callId),
    )
    const named = [report?.localId, report?.remoteId, report?.originId].map((id) => /sip:(\w+)@/.exec(id ?? '')?.[1])
    stage.check('between whom', ['alice', 'bob', 'alice'], named)
    stage.check('by which codec', statistics?.codec, report?.local.codec)
    stage.check('its last report', true, report?.isLast)
    stage.atLeast('how it sounded', 4, report?.local.mosListening ?? 0)
    stage.below('what was lost, in percent', 1, report?.local.lossPercent ?? 100)
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
