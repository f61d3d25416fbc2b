import { holdsTone } from '../hearing.ts'
import { listening, phoneOf, says, tone } from '../listening.ts'
import { counts, listed, listener, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailLeft: Scenario = {
  name: 'voicemail-left',
  doc: 'Alice leaves Bob a message by a call: within two seconds he has it with her name and its length, his phone’s light goes on, and he hears what she said; deleted and erased it is gone at the server, too.',
  sabotage: { withhold: 'alice speaks' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice'), listener(stage, 'bob', phoneOf(stage, 'bob'))])
    await bob.session.voicemail.mark({ messages: (await listed(bob)).map(({ id }) => id), heard: true })
    const light = (waiting: boolean): Promise<unknown> =>
      bob.session.until('phones', ({ phones }) => phones[0]?.messages?.waiting === waiting, 4000).catch(() => undefined)
    await light(false)
    const { call } = await alice.session.calls.dial({ to: '*7bob' })
    await stage.act('alice speaks', () => says(stage, alice, call, 1500))
    const begun = performance.now()
    stage.check('it is new', 1, await counts(bob, 1))
    stage.below('it has come within', 2000, performance.now() - begun)
    await light(true)
    const { phones } = (await bob.session.phones.get()).state
    stage.check('what his phone shows', { waiting: true, fresh: 1, old: 2 }, phones[0]?.messages)
    const [left] = await listed(bob, 'new')
    stage.check('who left it', { number: 'alice', name: 'Alice' }, left?.from)
    stage.atLeast('how long it is', 300, left?.lengthMs ?? 0)
    stage.below('how long it is', 2100, left?.lengthMs ?? Infinity)
    const seen = await listening(stage, bob)
    const record = stage.file('heard.wav')
    const message = left?.id ?? ''
    const { playback } = await bob.session.voicemail.play({ message, endpoint: { kind: 'file', record } })
    const ended = await seen.until(playback, 'it has been played', ({ state }) => state === 'ended')
    stage.check('it was played', undefined, ended?.error)
    stage.check('what she said is heard', true, await holdsTone(record, tone))
    stage.check('it is heard, and the light is out', 0, await counts(bob, 0))
    await light(false)
    await bob.session.voicemail.delete({ messages: [message] })
    stage.check('it is deleted at the server', ['Deleted Items seen', 'INBOX seen', 'INBOX seen'], stored(stage, 'bob'))
    await bob.session.voicemail.erase({})
    stage.check('and then gone', ['INBOX seen', 'INBOX seen'], stored(stage, 'bob'))
    stage.labSaw(['alice', '*7bob', 'answered'])
  },
}
