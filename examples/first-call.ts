import { readFileSync } from 'node:fs'
import { connect } from '@openparley/sdk'

// Settings are one JSON object; `npx parley lab --json` prints some for Alice and Bob.
const settings = JSON.parse(readFileSync(process.argv[2] ?? 'alice.json', 'utf8'))

const core = await connect({ application: 'first call', role: 'approve' }) // starts the core if none runs
const me = await core.open(settings)
console.log(`ready as ${(await me.phones.ready()).address}`)

const { call } = await me.calls.dial({ to: process.argv[3] ?? '600' })
for await (const seen of me.calls.watch()) {
  if (seen.type !== 'change' || seen.change.type !== 'call' || seen.change.call.id !== call) continue
  const { state, end, statistics } = seen.change.call
  console.log(state, end?.error?.sentence ?? '', statistics ?? '')
  if (state === 'connected') setTimeout(() => me.calls.end({ call }), 2000)
  if (state === 'ended') break
}
core.close()
