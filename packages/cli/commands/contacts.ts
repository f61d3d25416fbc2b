// parley contacts: the people of the person who is signed in, and how available each is.
import type { Contact } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function contacts(program: Command): void {
  const command = program.command('contacts').description('People, and who may see whom.')
  const act = (words: string, doc: string): Command =>
    command.command(words).description(doc).option('--session <id>', 'of which session; the only one unless said')
  command
    .command('list', { isDefault: true })
    .description('All contacts, favourites first, and who asks to see the person.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { state } = await ofSession(session, ({ contacts: all }) => all.get())
      if (json) return printJson(state)
      if (!state.current) printLine('As it was known last: there is no connection to the server of the list.')
      const byName = state.contacts.toSorted(
        (a, b) => Number(b.favourite) - Number(a.favourite) || a.name.localeCompare(b.name),
      )
      for (const contact of byName) printLine(lineOf(contact))
      for (const { from, note } of state.requests)
        printLine(plain(`asks to see you: ${from}${note === undefined ? '' : ` (${note})`}`))
    })
  act('add <address>', 'Add a person, and ask to see how available they are.')
    .option('--name <name>', 'what to call them')
    .option('--group <name...>', 'the groups to put them in')
    .action(async (address: string, { session, name, group }: Options & { name?: string; group?: string[] }) => {
      const more = { ...(name === undefined ? {} : { name }), ...(group === undefined ? {} : { groups: group }) }
      await ofSession(session, ({ contacts: all }) => all.add({ address, ...more }))
    })
  act('rename <address> <name>', 'Call them otherwise.').action(
    async (address: string, name: string, { session }: Options) => {
      await ofSession(session, ({ contacts: all }) => all.update({ address, name }))
    },
  )
  act('card <address>', 'What they say of themselves: numbers, mail, where they work.')
    .option('--json', 'as JSON')
    .action(async (address: string, { session, json }: Options) => {
      const { card } = await ofSession(session, ({ contacts: all }) => all.card({ address }))
      if (json) return printJson(card)
      for (const line of [card.name, card.title, card.organisation, card.note])
        if (line !== undefined) printLine(plain(line))
      for (const { number, kind } of card.numbers) printLine(plain(`${kind.padEnd(7)} ${number}`))
      for (const each of card.mail) printLine(plain(`mail    ${each}`))
    })
  for (const [word, doc] of [
    ['remove', 'Take them off the list: neither sees the other any more.'],
    ['accept', 'Let them see you, and ask to see them.'],
    ['decline', 'Do not let them see you, or no longer.'],
    ['block', 'Nothing of them arrives any more.'],
    ['unblock', 'Take a block back.'],
  ] as const)
    act(`${word} <address>`, doc).action(async (address: string, { session }: Options) => {
      await ofSession(session, ({ contacts: all }) => all[word]({ address }))
    })
}

function lineOf({ address, name, groups, favourite, sees, blocked, presence }: Contact): string {
  const how = blocked ? 'blocked' : sees === 'asked' ? 'asked' : presence.availability
  const note = presence.note === undefined ? '' : `“${presence.note}”`
  const parts = [favourite ? '★' : ' ', how.padEnd(15), name, name === address ? '' : address, groups.join(', '), note]
  return plain(parts.filter((part) => part !== '').join('  '))
}
