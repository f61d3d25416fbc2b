// parley chat: conversations, what was said in one, writing, looking for words, and following what comes.
import type { Message } from '@openparley/sdk'
import type { Command } from 'commander'
import { saveFile, sendFile, sizeOf } from '../chat-files.ts'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function chat(program: Command): void {
  const command = program.command('chat').description('Messages with people and in rooms.')
  const act = (words: string, doc: string): Command =>
    command
      .command(words)
      .description(doc)
      .option('--session <id>', 'of which session; the only one unless said')
      .option('--json', 'as JSON')
  command
    .command('list', { isDefault: true })
    .description('The conversations, with how much of each is unread.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { conversations } = (await ofSession(session, ({ chat: all }) => all.get())).state
      if (json) return printJson(conversations)
      for (const { address, unread, last } of conversations)
        printLine(`${String(unread).padStart(4)}  ${plain(address)}${last ? `  ${shortOf(last)}` : ''}`)
    })
  act('read <address>', 'What was said last in a conversation, oldest first; it is read then.')
    .option('--limit <n>', 'how much', '20')
    .action(async (address: string, { session, json, limit }: Options & { limit: string }) => {
      const messages = await ofSession(session, async ({ chat: all }) => {
        const page = await all.list({ conversation: address, limit: Number(limit) })
        await all.read({ conversation: address })
        return page.messages.toReversed()
      })
      for (const message of messages) {
        if (json) printJson(message)
        else printLine(`${message.at}  ${plain(message.from)}: ${shownOf(message)}${stateOf(message)}`)
      }
    })
  act('send <address> [text]', 'Write to a person or a room, or send a file. It is kept until it can be sent.')
    .option('--file <path>', 'the file to send; waits until the server has it, for a minute at most')
    .action(async (to: string, text: string | undefined, { session, json, file }: Options & { file?: string }) => {
      if ((file === undefined) === (text === undefined)) throw new Error('Give either a text or --file.')
      if (file !== undefined) return ofSession(session, ({ chat: all }) => sendFile(all, to, file, json ?? false))
      const sent = await ofSession(session, ({ chat: all }) => all.send({ to, text: text as string }))
      if (json) printJson(sent)
    })
  act('save <message> <path>', 'Fetch the file of a message and save it. `chat read` names the message.')
    .option('--force', 'replace a file that is there')
    .action(async (message: string, path: string, { session, json, force }: Options & { force?: boolean }) =>
      ofSession(session, ({ chat: all }) =>
        saveFile(all, { message, path, force: force ?? false, json: json ?? false }),
      ),
    )
  act('search <words>', 'Messages that hold all the words, newest first.').action(
    async (words: string, { session, json }: Options) => {
      const { messages } = await ofSession(session, ({ chat: all }) => all.search({ words }))
      if (json) return printJson(messages)
      for (const message of messages) printLine(`${message.at}  ${plain(message.conversation)}  ${shortOf(message)}`)
    },
  )
  act('join <room>', 'Enter a room.')
    .requiredOption('--nickname <name>', 'what to be called there')
    .action(async (room: string, { session, nickname }: Options & { nickname: string }) => {
      await ofSession(session, ({ chat: all }) => all.join({ room, nickname }))
    })
  act('leave <room>', 'Leave a room.').action(async (room: string, { session }: Options) => {
    await ofSession(session, ({ chat: all }) => all.leave({ room }))
  })
}

function shortOf(message: Message): string {
  const { from, file } = message
  const line = plain(file ? `file ${file.name}` : textOf(message).replaceAll(/\s+/g, ' '))
  return `${plain(from)}: ${line.length > 60 ? `${line.slice(0, 59)}…` : line}`
}

/** A file with what saves it. */
function shownOf(message: Message): string {
  const { id, file, direction } = message
  if (!file) return plain(textOf(message))
  const about = `file ${plain(file.name)}, ${plain(file.type)}${file.bytes === undefined ? '' : `, ${sizeOf(file.bytes)}`}`
  return direction === 'incoming' ? `${about} (parley chat save ${id} PATH)` : about
}

/** A call is said in words. */
function textOf({ text, call }: Message): string {
  if (call === undefined) return text
  if (call.missed) return 'a missed call'
  const { talkedMs } = call
  return talkedMs === undefined ? 'a call that was not answered' : `a call of ${Math.round(talkedMs / 1000)} s`
}

function stateOf({ call, direction, state, error }: Message): string {
  if (call !== undefined || direction === 'incoming') return ''
  return error === undefined ? ` (${state})` : ` (${state}: ${error.sentence})`
}
