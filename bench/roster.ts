// What a long list of contacts costs: from signing in until the list is there and all of it known, and the memory of it.
import { startLab } from '../packages/lab/index.ts'
import { startInProcess } from '../packages/daemon/in-process.ts'
import { connect, direct } from '../packages/sdk/node.ts'

export interface RosterFigures {
  readonly contacts: number
  /** From opening the session until the list is the server's present one, in milliseconds. */
  readonly readyMs: number
  /** What an application needs to be given all of it, in milliseconds. */
  readonly readMs: number
  readonly kBPerContact: number
}

export async function longRoster(contacts: number): Promise<RosterFigures> {
  const domain = 'lab.example'
  const roster = (many: number) =>
    Array.from({ length: many }, (_, n) => ({
      jid: `p${n}@${domain}`,
      name: `Person ${n}`,
      groups: [`Group ${n % 50}`],
    }))
  const lab = await startLab({ rosterOf: (person) => roster(person === 'alice' ? contacts : 10) })
  const host = await startInProcess()
  try {
    const core = await connect({
      application: 'bench',
      role: 'approve',
      over: direct((request) => host.attach(request)),
    })
    const settings = (name: string): Readonly<Record<string, unknown>> => ({
      ...lab.people.find((person) => person.name === name)?.xmpp,
    })
    // What the first sign-in loads is not the list's.
    const first = await core.open(settings('bob'))
    await first.until('contacts', ({ current }) => current, 20_000)
    const before = heapKB()
    const begun = performance.now()
    const session = await core.open(settings('alice'))
    await session.until('contacts', ({ current }) => current, 60_000)
    const readyMs = performance.now() - begun
    const asked = performance.now()
    const { state } = await session.contacts.get()
    const readMs = performance.now() - asked
    if (state.contacts.length !== contacts) throw new Error(`${state.contacts.length} contacts of ${contacts}`)
    return {
      contacts,
      readyMs: Math.round(readyMs),
      readMs: Math.round(readMs),
      kBPerContact: Math.round(((heapKB() - before) / contacts) * 100) / 100,
    }
  } finally {
    await host.close()
    await lab.close()
  }
}

function heapKB(): number {
  const { gc } = globalThis as { gc?: () => void }
  if (!gc) throw new Error('run with --expose-gc')
  for (let i = 0; i < 3; i++) gc()
  return process.memoryUsage().heapUsed / 1024
}
