// parley conference: web conferences, as they stand, made, and told to others. Sound and pictures are a page's.
import type { Session, WebConference } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
}

export function conference(program: Command): void {
  const command = program.command('conference').description('The web conferences of the person who is signed in.')
  const act = (words: string, doc: string): Command =>
    command
      .command(words)
      .description(doc)
      .option('--session <id>', 'of which session; the only one unless said')
      .option('--json', 'as JSON')
  const done = ({ json }: Options, value: object, line: string): void =>
    json ? printJson(value) : printLine(plain(line))
  command
    .command('list', { isDefault: true })
    .description('All of them, who is in each, and those that the calendar has.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { state } = await ofSession(session, ({ conferences }) => conferences.get())
      if (json) return printJson(state)
      for (const one of state.conferences) for (const line of linesOf(one)) printLine(plain(line))
      for (const { subject, startsAt, invitation } of state.scheduled)
        printLine(plain(`  ${startsAt}  ${subject}  ${invitation}`))
      if (state.conferences.length + state.scheduled.length === 0)
        printLine(state.kinds.length === 0 ? 'No conference server is set.' : 'No conferences.')
    })
  act('create [subject]', 'Make one, and print what others join it by.')
    .option('--invite <address...>', 'ask these people into it by chat')
    .option('--kind <kind>', 'at which kind of server; the first that is set unless said')
    .action(
      async (
        subject: string | undefined,
        { session, json, invite = [], kind }: Options & { invite?: string[]; kind?: string },
      ) => {
        const made = await ofSession(session, async ({ conferences }) => {
          const { conference: id } = await conferences.create({
            subject: subject ?? '',
            invite,
            ...(kind === undefined ? {} : { kind: kind as WebConference['kind'] }),
          })
          return (await conferences.get()).state.conferences.find((one) => one.conference === id)
        })
        if (made) done({ json: json ?? false }, made, `${made.conference}\n${made.invitation ?? ''}`)
      },
    )
  act('invite <conference> <address...>', 'Ask people into it by chat.').action(
    async (id: string, to: string[], { session, json }: Options) => {
      await ofSession(session, ({ conferences }) => conferences.invite({ conference: id, to }))
      done({ json: json ?? false }, { conference: id, invited: to }, `Asked: ${to.join(', ')}`)
    },
  )
  act('join <which>', 'Print the address by which one of the list, or an invitation, is joined in a browser.').action(
    async (which: string, { session, json }: Options) => {
      const found = await ofSession(session, (at) => addressOf(at, which))
      done({ json: json ?? false }, found, found.open)
    },
  )
  act('leave <conference>', 'Go out of it; the others stay.').action(async (id: string, { session, json }: Options) => {
    await ofSession(session, ({ conferences }) => conferences.leave({ conference: id }))
    done({ json: json ?? false }, { conference: id, left: true }, 'Left.')
  })
  act('end <conference>', 'End it for all.').action(async (id: string, { session, json }: Options) => {
    await ofSession(session, ({ conferences }) => conferences.end({ conference: id }))
    done({ json: json ?? false }, { conference: id, ended: true }, 'Ended.')
  })
}

/** Of one that a page of ours carries, its invitation: a command has no sound, and would be in it for as long as it runs. */
async function addressOf({ conferences }: Session, which: string): Promise<{ conference?: string; open: string }> {
  const isId = which.startsWith('webconference_')
  const one = (await conferences.get()).state.conferences.find(({ conference, invitation }) =>
    isId ? conference === which : invitation === which,
  )
  if (one?.where === 'inside' || (!one && which.startsWith('parley-room:')))
    return { ...(one ? { conference: one.conference } : {}), open: one?.invitation ?? which }
  const joined = await conferences.join(isId ? { conference: which } : { invitation: which })
  return { conference: joined.conference, open: joined.open ?? '' }
}

function linesOf({ conference, kind, subject, state, members, invitation, error }: WebConference): string[] {
  const facts = [
    error && `${error.code}: ${error.sentence}`,
    invitation,
    members.length > 0
      ? members.map(({ name, self, muted }) => `${name}${self ? ' (you)' : ''}${muted ? ', muted' : ''}`).join('; ')
      : undefined,
  ]
  return [
    `${state === 'joined' ? '→' : ' '} ${kind.padEnd(14)} ${state.padEnd(8)} ${subject || '(no subject)'}  ${conference}`,
    ...facts.filter((fact) => fact !== undefined).map((fact) => `    ${fact}`),
  ]
}
