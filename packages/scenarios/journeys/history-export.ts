import { addressOf, chatter, lastIn } from '../people.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { connect, hangUp } from './quiet.ts'

export const historyExport: Scenario = {
  name: 'history-export',
  doc: 'The record as a file, page by page: lines of CSV that a spreadsheet reads and does not run, and lines of JSON that say the same.',
  sabotage: { withhold: 'bob answers' },
  run: async (stage) => {
    const both = ['alice', 'bob'].map((name) => chatter(stage, name, 'chat and calls'))
    const [alice, bob] = (await Promise.all(both)) as [Person, Person]
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    await hangUp(alice, bob, await connect(stage, alice, bob))
    await bob.session.chat.send({ to: ofAlice, text: '=1+1, "said"\nBob' })
    await lastIn(stage, alice, ofBob, ({ text }) => text.startsWith('=1'))

    const whole = async (as: 'csv' | 'json'): Promise<string> => {
      let text = ''
      for (let cursor: string | undefined; ; ) {
        const page = await alice.session.history.export({ as, limit: 1, ...(cursor === undefined ? {} : { cursor }) })
        text += page.content
        cursor = page.next
        if (cursor === undefined) return text
      }
    }
    const [names = '', message = '', call = '', ...rest] = (await whole('csv')).split('\r\n')
    stage.check('the names come once', ['kind', 'id', 'at', 'person'], names.split(',').slice(0, 4))
    stage.check('the message is no formula', true, message.endsWith(`,"'=1+1, ""said""\nBob",,,,,,,,`))
    const cells = call.split(',')
    stage.check('the call', ['call', 'outgoing', 'bob'], [cells[0], cells[4], cells[5]])
    stage.check('nothing else', [''], rest)
    const lines = (await whole('json')).trimEnd().split('\n')
    const { records } = await alice.session.history.search()
    stage.check('JSON says the same', true, lines.join('\n') === records.map((each) => JSON.stringify(each)).join('\n'))
    stage.check(
      'both',
      ['message', 'call'],
      records.map(({ kind }) => kind),
    )
    stage.labSaw(['alice', 'bob', 'answered'])
  },
}
