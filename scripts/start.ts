// `npm start`: a lab, a core with Alice and Bob signed in, and the status page. Nothing stays behind.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startLab } from '@openparley/lab'
import { type Call, connect, type Session } from '@openparley/sdk'

/** A home of its own: whoever tries Parley keeps their own core as it is. */
const home = mkdtempSync(join(tmpdir(), 'parley-try-'))
process.env['PARLEY_HOME'] = home

console.log('Starting a small communications server and a core …')
const lab = await startLab()
const core = await connect({ application: 'npm start', role: 'approve', leaves: 'stop' })
const [alice, bob] = await Promise.all(lab.people.map(({ settings }) => core.open(settings)))
if (!alice || !bob) throw new Error('the lab has no people')
await Promise.all([alice.phones.ready({ timeoutMs: 15_000 }), bob.phones.ready({ timeoutMs: 15_000 })])

const leave = new AbortController()
void answer(bob)
await talk(alice)

const { address } = await core.system.oneTimeAddress({
  application: 'status page',
  scopes: ['system.read', 'session.read', 'phones.read', 'calls.read', 'history.read', 'config.read'],
})
console.log(`
Alice and Bob are signed in, and Alice has called Bob once.
What the core does, its health, and a ladder of the last calls:

  ${address}

The address is good once, for a minute. Press Enter for another call and a new address, Ctrl-C to stop.
`)

const lines = createInterface({ input: process.stdin })
lines.on('line', () => {
  void talk(alice).then(async () => {
    const again = await core.system.oneTimeAddress({
      application: 'status page',
      scopes: ['system.read', 'session.read', 'phones.read', 'calls.read', 'history.read', 'config.read'],
    })
    console.log(`Alice has called Bob. ${again.address}`)
  })
})
await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
})
lines.close()
leave.abort()
await core.system.stop({ when: 'now' })
await core.closed
core.close()
await lab.close()
rmSync(home, { recursive: true, force: true })

/** Bob answers whoever calls, and says his sentence. */
async function answer(session: Session): Promise<void> {
  for await (const call of session.calls.incoming({ signal: leave.signal })) {
    await session.calls.answer({ call: call.id }).catch((error: unknown) => console.error(error))
  }
}

/** Alice calls Bob for two seconds. */
async function talk(session: Session): Promise<void> {
  const { call } = await session.calls.dial({ to: 'bob' })
  const over = ({ state }: Call): boolean => state === 'connected' || state === 'ended'
  await session.calls.until(call, over, { timeoutMs: 15_000 })
  await new Promise((resolve) => setTimeout(resolve, 2000))
  await session.calls.end({ call }).catch(() => undefined)
}
