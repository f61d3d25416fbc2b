// `npm start`: a lab, a core with Alice and Bob signed in, a page for each to call from, and the status page. Nothing stays behind.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startLab } from '@openparley/lab'
import { connect, type Core, type Session } from '@openparley/sdk'
import { buildCommunicator } from './build-communicator.ts'

/** A home of its own: whoever tries Parley keeps their own core as it is. */
const home = mkdtempSync(join(tmpdir(), 'parley-try-'))
process.env['PARLEY_HOME'] = home

console.log('Starting a small communications server and a core …')
process.env['PARLEY_PAGES'] = await buildCommunicator()
const lab = await startLab()
const core = await connect({ application: 'npm start', leaves: 'stop' })
const [alice, bob] = await Promise.all(
  lab.people.slice(0, 2).map(({ settings, xmpp, conferences }) => core.open({ ...settings, ...xmpp, ...conferences })),
)
if (!alice || !bob) throw new Error('the lab has no people')
await Promise.all([alice.phones.ready({ timeoutMs: 15_000 }), bob.phones.ready({ timeoutMs: 15_000 })])
await printAddresses(core, alice, bob)

const lines = createInterface({ input: process.stdin })
lines.on('line', () => void printAddresses(core, alice, bob))
await new Promise((resolve) => {
  // Taken each time: npm hands on what the terminal has sent to the whole group, and the second must not cut the end off.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
})
lines.close()
await core.system.stop({ when: 'now' })
await core.closed
core.close()
await lab.close()
rmSync(home, { recursive: true, force: true })

async function printAddresses({ system }: Core, alice: Session, bob: Session): Promise<void> {
  const pageOf = (person: Session): Promise<{ address: string }> =>
    system.oneTimeAddress({
      application: 'communicator',
      session: person.id,
      scopes: [
        'calls.read',
        'calls.control',
        'media.use',
        'history.read',
        'phones.read',
        'phones.control',
        'system.read',
        'config.read',
        'config.write',
        'presence.read',
        'presence.write',
        'contacts.read',
        'contacts.write',
        'chat.read',
        'chat.write',
        'conferences.read',
        'conferences.use',
      ],
    })
  const [forAlice, forBob, status] = await Promise.all([
    pageOf(alice),
    pageOf(bob),
    system.oneTimeAddress({
      application: 'status page',
      path: '/status/',
      scopes: ['system.read', 'session.read', 'phones.read', 'calls.read', 'history.read', 'config.read'],
    }),
  ])
  console.log(`
Open Alice's page and Bob's page beside each other and call "bob" from Alice's:

  Alice   ${forAlice.address}
  Bob     ${forBob.address}

More to call: 600 echoes, 601 tells the time, 602 is busy, 603 declines, 604 rings on.
What the core does, its health, and a ladder of the last calls:

  Status  ${status.address}

Each address is good once, for a minute. Press Enter for new ones, Ctrl-C to stop.
`)
}
