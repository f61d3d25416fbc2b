import { readFile, writeFile } from 'node:fs/promises'
import { addressOf, chatter, delivered, lastIn } from '../people.ts'
import type { Scenario } from '../scenario.ts'

export const chatFile: Scenario = {
  name: 'chat-file',
  doc: 'Alice sends Bob a picture and writes on: it comes before what she wrote after it, and Bob has its very bytes, in his application and as a file.',
  sabotage: { withhold: 'bob fetches it' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([chatter(stage, 'alice'), chatter(stage, 'bob')])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const picture = Buffer.concat([png, Buffer.from(Array.from({ length: 8000 }, (_, n) => (n * 31) % 251))])
    const path = stage.file('très cool.png')
    await writeFile(path, picture)
    const { message } = await alice.session.chat.sendFile({ to: ofBob, file: path })
    await alice.session.chat.send({ to: ofBob, text: 'Do you like it?' })
    await lastIn(stage, bob, ofAlice, ({ text }) => text === 'Do you like it?')
    const { messages } = await bob.session.chat.list({ conversation: ofAlice })
    const [after, got] = messages
    stage.check('the file comes first', [2, 'Do you like it?'], [messages.length, after?.text])
    stage.check('what it is', ['très cool.png', 'image/png'], [got?.file?.name, got?.file?.type])
    const fetched = await stage.act('bob fetches it', async () =>
      got ? bob.session.chat.fetchFile({ message: got.id }) : undefined,
    )
    stage.check('the very bytes', true, picture.toString('base64') === fetched?.content)
    const saved = stage.file('saved.png')
    if (got) await bob.session.chat.fetchFile({ message: got.id, saveAs: saved })
    stage.check('and on his disk', true, picture.equals(await readFile(saved)))
    await lastIn(stage, alice, ofBob, ({ state }) => state === 'delivered')
    const { messages: own } = await alice.session.chat.list({ conversation: ofBob })
    const sent = own.find(({ id }) => id === message)
    stage.check('alice sees it go', ['delivered', picture.length], [sent?.state, sent?.file?.bytes])
    stage.check('what the lab brought', [got?.file?.address, 'Do you like it?'], delivered(stage, 'bob'))
  },
}

/** What a picture of that kind begins with. */
const png = Buffer.from('89504e470d0a1a0a', 'hex')
