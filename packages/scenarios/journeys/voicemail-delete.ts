import { listed, listener, stored } from '../mailbox.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailDelete: Scenario = {
  name: 'voicemail-delete',
  doc: 'Alice deletes a message: it is among the deleted, here and at the server, and is erased for good when she says so; the other stays.',
  sabotage: { withhold: 'alice deletes it' },
  run: async (stage) => {
    const alice = await listener(stage, 'alice')
    const [gone, stays] = await listed(alice)
    await stage.act('alice deletes it', async () => alice.session.voicemail.delete({ messages: [gone?.id ?? ''] }))
    const ids = async (which: 'all' | 'deleted'): Promise<string[]> => (await listed(alice, which)).map(({ id }) => id)
    stage.check('one is left', [stays?.id], await ids('all'))
    stage.check('and one is among the deleted', [gone?.id], await ids('deleted'))
    stage.check('at the server', ['Deleted Items', 'INBOX'], stored(stage, 'alice'))
    const removed = alice.session.until('voicemail', ({ mailbox }) => mailbox.total === 1, 3000)
    await alice.session.voicemail.erase({})
    await removed
    stage.check('then for good', [], await ids('deleted'))
    stage.check('and there as well', ['INBOX'], stored(stage, 'alice'))
  },
}
