import { talking, whoHearsWhom } from '../hearing.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp, is } from './quiet.ts'

const suite = 'AES_CM_128_HMAC_SHA1_80'

export const callProtected: Scenario = {
  name: 'call-protected',
  doc: 'Alice and Bob want their sound protected (SRTP): they hear each other, on hold and after it too; and so does a number of the server’s.',
  sabotage: { fault: 'media-drop', value: '100' },
  run: async (stage) => {
    const strict = { 'media.srtp': 'require', 'media.srtp.suites': [suite] }
    const settings = { ...stage.lab.settingsOver('alice', 'tls'), ...strict }
    const [alice, bob] = await Promise.all([stage.person('alice', settings), stage.personWith('bob', strict)])
    const ids = await connect(stage, alice, bob)
    const all = talking(alice, bob, ids)
    const both = { alice: ['bob'], bob: ['alice'] }
    stage.check('who hears whom', both, await whoHearsWhom(stage, all))
    await alice.session.calls.hold({ call: ids.caller })
    await bob.until('held by Alice', ({ held }) => held === 'remote')
    await alice.session.calls.resume({ call: ids.caller })
    await bob.until('resumed', ({ held }) => held === 'no')
    stage.check('after a hold', both, await whoHearsWhom(stage, all))
    const ended = await hangUp(alice, bob, ids)
    stage.check(
      'what protected it',
      [suite, suite],
      ended.map(({ statistics }) => statistics?.protection),
    )
    const { call } = await alice.session.calls.dial({ to: '600', requestId: crypto.randomUUID() })
    await alice.until('the echo answers', is(call, 'connected'))
    stage.check(
      'the echo is protected, too',
      { alice: ['alice'] },
      await whoHearsWhom(stage, [{ person: alice, call }]),
    )
    await alice.session.calls.end({ call })
    stage.labSaw(['alice', 'bob', 'answered'], ['alice', '600', 'answered'])
  },
}
