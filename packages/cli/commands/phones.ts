// parley phones: what can make calls for the person, which of it acts for them, and what its line is set to.
import type { Phone, Session } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { phoneNamed } from '../phone-named.ts'
import { plain, printJson, printLine } from '../print.ts'

interface Options {
  readonly session?: string
  readonly phone?: string
  readonly json?: boolean
}

export function phones(program: Command): void {
  const command = program.command('phones').description('The phones of the person who is signed in.')
  const act = (words: string, doc: string): Command =>
    command.command(words).description(doc).option('--session <id>', 'of which session; the only one unless said')
  const set = (words: string, doc: string): Command =>
    act(words, doc).option(
      '--phone <phone>',
      'of which phone: desk, soft, its address or its id; the one that acts unless said',
    )
  command
    .command('list', { isDefault: true })
    .description('All of them, how they stand, and what they can do.')
    .option('--session <id>', 'of which session; the only one unless said')
    .option('--json', 'as JSON')
    .action(async ({ session, json }: Options) => {
      const { state } = await ofSession(session, ({ phones: all }) => all.get())
      if (json) return printJson(state)
      for (const phone of state.phones) for (const line of linesOf(phone)) printLine(plain(line))
    })
  act(
    'use <phone>',
    'Let that phone act from now on: desk, soft, its address or its id. Calls on others go on.',
  ).action(async (name: string, { session }: Options) => {
    await ofSession(session, async (at) => at.phones.use({ phone: await phoneNamed(at, name) }))
  })
  set('forward [number]', 'Send all calls of its line on to a number; without one calls ring here again.').action(
    async (to: string | undefined, { session, phone }: Options) => {
      await ofSession(session, async (at) =>
        at.phones.forward({ ...(await named(at, phone)), ...(to === undefined ? {} : { to }) }),
      )
    },
  )
  set('do-not-disturb <on|off>', 'Keep its line from ringing, or no longer.').action(
    async (word: string, { session, phone }: Options) => {
      if (word !== 'on' && word !== 'off') throw new Error('Say on or off.')
      await ofSession(session, async (at) => at.phones.doNotDisturb({ ...(await named(at, phone)), on: word === 'on' }))
    },
  )
}

async function named(at: Session, name: string | undefined): Promise<{ phone?: string }> {
  return name === undefined ? {} : { phone: await phoneNamed(at, name) }
}

function linesOf({ id, kind, address, chosen, state, number, notAllowed, can, ...rest }: Phone): string[] {
  const { forwardedTo, doNotDisturb, messages, notice } = rest
  const waiting = messages?.waiting
    ? `messages waiting${messages.fresh === undefined ? '' : `: ${messages.fresh}`}`
    : undefined
  const facts = [
    notAllowed,
    state.error && `${state.error.code}: ${state.error.sentence}`,
    number === undefined ? undefined : `dialled as ${number}`,
    forwardedTo === undefined ? undefined : `all calls go on to ${forwardedTo}`,
    doNotDisturb ? 'does not ring (do not disturb)' : undefined,
    waiting,
    notice,
    can.length > 0 ? `can: ${can.join(', ')}` : undefined,
  ]
  return [
    `${chosen ? '→' : ' '} ${kind.padEnd(4)} ${(notAllowed === undefined ? state.is : 'not here').padEnd(10)} ${address}  ${id}`,
    ...facts.filter((fact) => fact !== undefined).map((fact) => `    ${fact}`),
  ]
}
