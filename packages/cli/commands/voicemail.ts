// parley voicemail: the messages in the mailbox, their sound, marking, deleting, bringing back and sending on.
import { open, rename, rm } from 'node:fs/promises'
import type { Session, VoiceMessage } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

type Which = 'all' | 'new' | 'deleted'

export function voicemail(program: Command): void {
  const command = program.command('voicemail').description('The messages that callers left.')
  const act = (words: string, doc: string): Command =>
    command
      .command(words)
      .description(doc)
      .option('--session <id>', 'of which session; the only one unless said')
      .option('--json', 'as JSON')
  command
    .command('list', { isDefault: true })
    .description('The messages, newest first, and whether new ones wait.')
    .option('--new', 'only those that nobody has heard')
    .option('--deleted', 'the deleted ones')
    .option('--limit <n>', 'how many', '50')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json, new: isNew, deleted, limit }: Options & Listing) => {
      const which: Which = deleted ? 'deleted' : isNew ? 'new' : 'all'
      const { mailbox, messages } = await ofSession(session, async ({ voicemail: box }) => ({
        mailbox: (await box.get()).state.mailbox,
        messages: (await box.list({ which, limit: Number(limit) })).messages,
      }))
      if (json) return printJson({ mailbox, messages })
      const { fresh, total, is, error } = mailbox
      printLine(`${total} messages, ${fresh} new${is === 'ready' ? '' : ` (as it was last: ${error?.sentence ?? is})`}`)
      for (const message of messages) printLine(lineOf(message))
    })
  act('play <message>', 'Save the sound of a message as the mailbox has it. `voicemail list` names the messages.')
    .requiredOption('--to <file>', 'the file to save it as')
    .option('--force', 'replace a file that is there')
    .option('--heard', 'mark it as heard')
    .action(async (message: string, { session, json, to, force, heard }: Options & Playing) => {
      const saved = await ofSession(session, async ({ voicemail: box }) => {
        const is = await save(box, message, to, force ?? false)
        if (heard) await box.mark({ messages: [message], heard: true })
        return is
      })
      if (json) printJson({ message, path: to, ...saved })
      else printLine(`${plain(to)}: ${saved.bytes} bytes, ${plain(saved.type)}`)
    })
  act('mark <messages...>', 'Say that messages were heard.')
    .option('--new', 'that they are to count as new')
    .action(async (messages: string[], { session, json, new: isNew }: Options & { new?: boolean }) => {
      await ofSession(session, ({ voicemail: box }) => box.mark({ messages, heard: !isNew }))
      done(json, { messages, heard: !isNew }, `${counted(messages)} marked as ${isNew ? 'new' : 'heard'}`)
    })
  act('delete <messages...>', 'Delete messages. `voicemail undelete` brings them back.').action(
    async (messages: string[], { session, json }: Options) => {
      await ofSession(session, ({ voicemail: box }) => box.delete({ messages }))
      done(json, { messages, deleted: true }, `${counted(messages)} deleted`)
    },
  )
  act('undelete <messages...>', 'Bring deleted messages back.').action(
    async (messages: string[], { session, json }: Options) => {
      await ofSession(session, ({ voicemail: box }) => box.undelete({ messages }))
      done(json, { messages, deleted: false }, `${counted(messages)} brought back`)
    },
  )
  act('erase [messages...]', 'Remove deleted messages for good: those, or all that are deleted.').action(
    async (messages: string[], { session, json }: Options) => {
      const some = messages.length === 0 ? {} : { messages }
      await ofSession(session, ({ voicemail: box }) => box.erase(some))
      done(
        json,
        { ...some, erased: true },
        messages.length === 0 ? 'the deleted are gone' : `${counted(messages)} gone`,
      )
    },
  )
  act('forward <message> <address>', 'Send the sound of a message to somebody as a file in chat.').action(
    async (message: string, to: string, { session, json }: Options) => {
      const sent = await ofSession(session, ({ voicemail: box }) => box.forward({ message, to }))
      done(json, sent, `handed to chat as ${sent.message}`)
    },
  )
}

interface Listing {
  readonly new?: boolean
  readonly deleted?: boolean
  readonly limit: string
}

interface Playing {
  readonly to: string
  readonly force?: boolean
  readonly heard?: boolean
}

function lineOf({ id, from, at, lengthMs, isNew, urgent, private: isPrivate, secure, dispatch }: VoiceMessage): string {
  const seconds = lengthMs === undefined ? '?' : Math.round(lengthMs / 1000)
  const who = [from.name, from.number].filter((each) => each !== undefined).join(' ')
  const marks = Object.entries({ urgent, private: isPrivate, secure, dispatch })
    .filter(([, is]) => is)
    .map(([name]) => name)
  return `${isNew ? '*' : ' '} ${at}  ${String(seconds).padStart(4)} s  ${plain(who === '' ? 'unknown' : who)}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}  ${id}`
}

/** Piece by piece, and whole before it bears its name: what is there is replaced by all of it, or stays. */
async function save(
  box: Session['voicemail'],
  message: string,
  path: string,
  force: boolean,
): Promise<{ readonly type: string; readonly bytes: number }> {
  const first = force ? `${path}.${process.pid}.part` : path
  const file = await open(first, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'EEXIST' ? `${path} is there already: --force replaces it.` : `${path}: ${error.code}`,
    )
  })
  try {
    let bytes = 0
    let type = ''
    for (let from: number | undefined = 0; from !== undefined; ) {
      const piece: { type: string; content: string; next?: number | undefined } = await box.read({ message, from })
      const content = Buffer.from(piece.content, 'base64')
      await file.writeFile(content)
      bytes += content.length
      ;({ type, next: from } = piece)
    }
    await file.close()
    if (force) await rename(first, path)
    return { type, bytes }
  } catch (error) {
    await file.close().catch(() => {})
    await rm(first, { force: true })
    throw error
  }
}

function counted(messages: readonly string[]): string {
  return messages.length === 1 ? 'one message' : `${messages.length} messages`
}

function done(json: boolean | undefined, value: unknown, words: string): void {
  if (json) printJson(value)
  else printLine(words)
}
