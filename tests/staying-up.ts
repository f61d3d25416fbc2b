// People whose machine's address is moved by the test, on loopback, with cores of their own.
import type { PhoneState } from '@openparley/contract'
import { createCore } from '@openparley/core'
import { startInProcess } from '@openparley/daemon/in-process'
import { isUdpRefused, type Network, type NetworkChange, realClock, realDice } from '@openparley/net'
import { connect, direct } from '@openparley/sdk'
import { hears, type Signed } from './peers/person.ts'

export interface Moving extends Signed {
  /** The machine has that address from now on, and the one before no more. */
  move(address: string): void
}

/** Signs in from that address, and waits until the phone is ready. */
export async function signInFrom(address: string, settings: Readonly<Record<string, unknown>>): Promise<Moving> {
  let here = address
  const watchers = new Set<(change: NetworkChange) => void>()
  const network: Network = {
    addressFor: async () => here,
    isRefused: (at, port) => isUdpRefused(at, port),
    watch: (changed) => {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
  const host = await startInProcess({
    core: (itself) =>
      createCore({
        host: itself,
        version: '0.0.0-test',
        network,
        world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
      }),
  })
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  const session = await core.open(settings)
  await session.phones.ready({ timeoutMs: 15_000 })
  return {
    session,
    move: (to) => {
      here = to
      for (const changed of watchers) changed('addresses')
    },
    close: async () => {
      core.close()
      await host.close()
    },
  }
}

/** How long it takes from now on until the phone has changed and is as asked, in milliseconds. */
export async function untilPhone({ session }: Signed, is: (state: PhoneState) => boolean): Promise<number> {
  const begun = performance.now()
  for await (const seen of session.phones.watch({ signal: AbortSignal.timeout(60_000) }))
    if (seen.type === 'change' && 'phone' in seen.change && is(seen.change.phone.state))
      return performance.now() - begun
  throw new Error('the phone never was so')
}

/** One says their sentence, and the other hears it; how well, as the median of the windows. */
export async function says(
  folder: string,
  who: 'alice' | 'bob',
  [speaker, from]: readonly [Signed, string],
  [listener, to]: readonly [Signed, string],
): Promise<void> {
  const check = await hears(folder, speaker, from, listener, to, who)
  const kept = recorded(listener, to)
  await listener.session.calls.attach({ call: to, endpoint: { kind: 'none' } })
  await kept
  await check()
}

async function recorded({ session }: Signed, call: string): Promise<void> {
  for await (const seen of session.calls.watch({ signal: AbortSignal.timeout(10_000) }))
    if (seen.type === 'change' && seen.change.type === 'recorded' && seen.change.call === call) return
  throw new Error('the recording was not completed')
}
