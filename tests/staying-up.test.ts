// A machine whose address changes, on real sockets: registered again, and calls go on with their sound.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { connected, hangUp, seen } from './peers/person.ts'
import { type Moving, says, signInFrom, untilPhone } from './staying-up.ts'

let lab: Lab
let folder: string
before(async () => {
  lab = await startLab()
  folder = await mkdtemp(join(tmpdir(), 'parley-staying-up-'))
})
after(async () => {
  await lab.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

async function two(transport: 'udp' | 'tcp'): Promise<{ alice: Moving; bob: Moving } & AsyncDisposable> {
  const alice = await signInFrom('127.0.0.1', lab.settingsOver('alice', transport))
  const bob = await signInFrom('127.0.0.1', lab.settingsOver('bob', transport))
  return {
    alice,
    bob,
    [Symbol.asyncDispose]: async () => {
      await alice.close()
      await bob.close()
    },
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`over ${transport} an idle phone is reached where its machine is now, and nowhere else`, {
    timeout: 60_000,
  }, async (t) => {
    await using people = await two(transport)
    const { alice, bob } = people
    const ready = untilPhone(alice, ({ is }) => is === 'ready')
    alice.move('127.0.0.2')
    t.diagnostic(`registered at the new address after ${Math.round(await ready)} ms`)
    const { caller, callee } = await connected(bob, alice, 'alice')
    const call = await hangUp(bob.session, caller)
    assert.equal(call.end?.error, undefined)
    await seen(alice, callee, ({ state }) => state === 'ended')
  })

  test(`over ${transport} a call goes on, heard both ways, when one side and then the other has another address`, {
    timeout: 120_000,
  }, async (t) => {
    await using people = await two(transport)
    const { alice, bob } = people
    const call = await connected(alice, bob, 'bob')
    for (const [who, name, to] of [
      [alice, 'alice', '127.0.0.2'],
      [bob, 'bob', '127.0.0.3'],
    ] as const) {
      const ready = untilPhone(who, ({ is }) => is === 'ready')
      who.move(to)
      t.diagnostic(`${name} is registered at the new address after ${Math.round(await ready)} ms`)
      await says(folder, 'alice', [alice, call.caller], [bob, call.callee])
      await says(folder, 'bob', [bob, call.callee], [alice, call.caller])
    }
    await hangUp(alice.session, call.caller)
    const over = await seen(bob, call.callee, ({ state }) => state === 'ended')
    assert.equal(over.end?.error, undefined)
    assert.equal(over.end?.by, 'remote')
  })
}
