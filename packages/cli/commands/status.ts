// parley status: what runs, who is attached, how each service is, and how the last calls went.
import type { HealthRow } from '@openparley/sdk'
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { running } from '../running.ts'

export function status(program: Command): void {
  program
    .command('status')
    .description('Show whether the core runs, who is attached, how each service is and how the last calls went.')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const core = await running()
      if (!core) {
        if (json) printJson({ running: false })
        else printLine('The core does not run. `parley start` starts it.')
        return
      }
      const { state: whole } = await core.system.get()
      const { state: signedIn } = await core.session.get()
      const sessions = await Promise.all(
        signedIn.sessions.map(async ({ id, user }) => {
          const session = core.at(id)
          const [services, phones, history] = await Promise.all([
            session.health.get(),
            session.phones.get(),
            session.history.list({ limit: lastCalls }),
          ])
          return {
            session: id,
            user,
            services: services.state.services,
            phones: phones.state.phones,
            lastCalls: history.entries,
          }
        }),
      )
      core.close()
      if (json) return printJson({ running: true, ...whole, sessions })
      printLine(`The core runs (pid ${whole.pid}, version ${whole.version}, since ${whole.startedAt}).`)
      for (const { name, role } of whole.applications) printLine(`attached: ${name} (${role})`)
      for (const { user, services, lastCalls: calls } of sessions) {
        printLine(`${user}:`)
        for (const row of services) {
          printLine(`  ${row.service.padEnd(13)} ${row.state}${rest(row)}`)
          if (row.warning) printLine(`  ${''.padEnd(13)} ! ${row.warning.sentence} ${row.warning.next}`)
        }
        for (const { direction, remote, startedAt, end } of calls) {
          const why = end.error ? `: ${end.error.sentence} ${end.error.next}` : ''
          printLine(`  ${startedAt} ${direction === 'outgoing' ? 'to' : 'from'} ${remote.number}${why}`)
        }
      }
      if (whole.log !== undefined) printLine(`log: ${whole.log}`)
    })
}

/** What is wrong, what to do, what works meanwhile, and what is tried next. While it is tried again, what was wrong before. */
function rest(row: HealthRow): string {
  const { address, works, nextTryAt, nextTry = 'tried again' } = row
  const error = row.error ?? (row.state === 'ok' ? undefined : row.lastError?.error)
  if (!error) return address === undefined ? '' : ` (${address})`
  const meanwhile = works === undefined ? '' : ` What works: ${works}.`
  return `: ${error.sentence} ${error.next}${meanwhile}${nextTryAt === undefined ? '' : ` At ${nextTryAt}: ${nextTry}.`}`
}

/** How many calls of each person are shown. */
const lastCalls = 5
