// parley directory: who is found by a name, whose number that is, and what an entry says.
import { writeFile } from 'node:fs/promises'
import type { DirectoryEntry } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function directory(program: Command): void {
  const command = program.command('directory').description('People in directories and address books.')
  const act = (words: string, doc: string): Command =>
    command
      .command(words)
      .description(doc)
      .option('--session <id>', 'of which session; the only one unless said')
      .option('--json', 'as JSON')
  act('search <words...>', 'Find people by parts of names, an address, or a number; best first.')
    .option('--limit <n>', 'how many', '25')
    .action(async (words: string[], { session, json, limit }: Options & { limit: string }) => {
      const found = await ofSession(session, ({ directory: all }) =>
        all.search({ text: words.join(' '), limit: Number(limit) }),
      )
      if (json) return printJson(found)
      for (const entry of found.entries) printLine(lineOf(entry))
      for (const { source, error } of found.missing)
        printLine(`${source} has not answered${error === undefined ? '.' : `: ${error.sentence} ${error.next}`}`)
    })
  act('who <number>', 'Who has a number.').action(async (number: string, { session, json }: Options) => {
    const { entry } = await ofSession(session, ({ directory: all }) => all.lookUp({ number }))
    if (json) return printJson(entry === undefined ? {} : { entry })
    printLine(entry === undefined ? 'Nobody in the directory has that number.' : lineOf(entry))
  })
  act('show <id>', 'All that an entry says; its id is in what `search --json` prints.').action(
    async (id: string, { session, json }: Options) => {
      const { entry } = await ofSession(session, ({ directory: all }) => all.entry({ id }))
      if (json) return printJson(entry)
      for (const text of [entry.name, entry.title, entry.organisation, entry.department, entry.location])
        if (text !== undefined) printLine(plain(text))
      for (const { number, kind, e164 } of entry.numbers)
        printLine(plain(`${kind.padEnd(7)} ${number}${e164 === undefined || e164 === number ? '' : ` (${e164})`}`))
      for (const each of entry.mail) printLine(plain(`mail    ${each}`))
      if (entry.address !== undefined) printLine(plain(`chat    ${entry.address}`))
    },
  )
  act('photo <id> <file>', 'Write the picture of an entry into a file that is not there yet.').action(
    async (id: string, file: string, { session, json }: Options) => {
      const { photo } = await ofSession(session, ({ directory: all }) => all.photo({ id }))
      const bytes = Buffer.from(photo.content, 'base64')
      await writeFile(file, bytes, { mode: 0o600, flag: 'wx' })
      if (json) return printJson({ file, type: photo.type, bytes: bytes.length })
      printLine(`${file}: ${photo.type}, ${bytes.length} bytes`)
    },
  )
  act('sources', 'Where entries come from, and how each source stands.').action(async ({ session, json }: Options) => {
    const { state } = await ofSession(session, ({ directory: all }) => all.get())
    if (json) return printJson(state)
    if (state.sources.length === 0) printLine('No setting names a directory.')
    for (const { source, is, entries, address, error } of state.sources) {
      const parts = [source, is, entries === undefined ? undefined : `${entries} entries`, address, error?.sentence]
      printLine(plain(parts.filter((part) => part !== undefined).join('  ')))
    }
  })
}

function lineOf({ name, numbers, mail, title, organisation, id }: DirectoryEntry): string {
  const [number] = numbers
  const about = [title, organisation].filter((each) => each !== undefined).join(', ')
  return plain([name, number?.number ?? '', mail[0] ?? '', about, id].filter((part) => part !== '').join('  '))
}
