import type { Scenario } from '../scenario.ts'

export const callMessagesWaiting: Scenario = {
  name: 'call-messages-waiting',
  doc: 'Messages are left for Alice: her phone shows how many, and that they were heard.',
  sabotage: { withhold: 'messages are left' },
  run: async (stage) => {
    const alice = await stage.person('alice')
    const waiting = (): unknown => alice.session.phones.get().then(({ state }) => state.phones[0]?.messages)
    const until = async (is: (messages: { waiting: boolean } | undefined) => boolean): Promise<void> => {
      const ended = AbortSignal.timeout(3000)
      for await (const message of alice.session.phones.watch({ signal: ended }))
        if (is(message.type === 'snapshot' ? message.state.phones[0]?.messages : message.change.phone.messages)) return
    }
    await until((messages) => messages?.waiting === false).catch(() => undefined)
    await stage.act('messages are left', async () => {
      stage.lab.mailbox('alice', { fresh: 2, old: 1 })
      await until((messages) => messages?.waiting === true)
    })
    stage.check('two are new', { waiting: true, fresh: 2, old: 1 }, await waiting())
    stage.lab.mailbox('alice', { fresh: 0, old: 3 })
    await until((messages) => messages?.waiting === false).catch(() => undefined)
    stage.check('and then none', { waiting: false, fresh: 0, old: 3 }, await waiting())
    const labels = stage.lab.record().ladder.map(({ label }) => label)
    stage.check('the lab was asked to tell her', true, labels.includes('200 SUBSCRIBE'))
  },
}
