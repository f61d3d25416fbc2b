// Ways for sound by coturn: what it sees of us and what it lends, calls through nothing but relays, and what is told when it is not well.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { gatheringIn, mediaRtp } from '../../../packages/core/adapters/media-rtp/index.ts'
import type { Leg, WayServer } from '../../../packages/core/services/media/port.ts'
import { type Lab, startLab } from '@openparley/lab'
import { whenInstalled } from '../peer.ts'
import { answers, dial, hangUp, hears, type Signed, seen, signIn } from '../person.ts'
import { type Coturn, coturnPassword, coturnUser, startCoturn } from './start.ts'

const options = { ...whenInstalled('coturn', ['turnserver']), timeout: 60_000 }
const folder = await mkdtemp(join(tmpdir(), 'parley-with-coturn-'))
let coturn: Coturn
let lab: Lab

before(async () => {
  if (options.skip !== false) return
  coturn = await startCoturn()
  lab = await startLab()
})
after(async () => {
  await lab?.close()
  await coturn?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

test(
  'coturn tells how a leg is seen through a translator, and lends it addresses by UDP, TCP and TLS',
  options,
  async () => {
    const translator = await translatorTo(coturn.port)
    const stun = await leg({ 'media.stun.servers': `stun:127.0.0.1:${translator.port}` })
    const seenAs = stun.candidates().filter(({ type }) => type === 'srflx')
    assert.deepEqual(
      seenAs.map(({ component, port }) => [component, port]),
      [
        [1, translator.outside(seenAs[0]?.related?.port)],
        [2, translator.outside(seenAs[1]?.related?.port)],
      ],
    )
    // Whoever knows no ICE sends to where we are seen.
    assert.equal(stun.leg.local.port, seenAs[0]?.port)
    await stun.close()
    await translator.close()
    for (const uri of [
      `turn:127.0.0.1:${coturn.port}`,
      `turn:127.0.0.1:${coturn.port}?transport=tcp`,
      `turns:localhost:${coturn.port + 1}`,
    ]) {
      const before = coturn.allocations()
      const relayed = await leg({ ...relayBy(uri), 'media.turn.tls.ca': coturn.ca })
      assert.deepEqual(relayed.told, [{ server: uri }])
      assert.deepEqual(
        relayed.candidates().map(({ component, type }) => [component, type]),
        [
          [1, 'relay'],
          [2, 'relay'],
        ],
      )
      assert.equal(coturn.allocations() - before, 2)
      await relayed.close()
    }
  },
)

test('a call whose sides may use relays alone is heard on both sides, by UDP and by TLS', options, async () => {
  for (const uri of [`turn:127.0.0.1:${coturn.port}`, `turns:localhost:${coturn.port + 1}`]) {
    const more = { ...relayBy(uri), 'media.turn.tls.ca': coturn.ca }
    const [alice, bob] = [await person(0, more), await person(1, more)]
    const [caller, callee] = await joined(alice, bob)
    const heardBob = await hears(folder, bob, callee, alice, caller, 'bob')
    const heardAlice = await hears(folder, alice, caller, bob, callee, 'alice')
    const ended = await hangUp(alice.session, caller)
    await seen(bob, callee, ({ state }) => state === 'ended')
    assert.equal(ended.statistics?.way, 'relay to relay')
    await heardBob()
    await heardAlice()
    await Promise.all([alice.close(), bob.close()])
  }
})

test('who may use relays alone reaches one who knows no ICE through theirs', options, async () => {
  const [alice, bob] = [
    await person(0, relayBy(`turn:127.0.0.1:${coturn.port}`)),
    await person(1, { 'media.ice': 'off' }),
  ]
  const [caller, callee] = await joined(alice, bob)
  const heardBob = await hears(folder, bob, callee, alice, caller, 'bob')
  const heardAlice = await hears(folder, alice, caller, bob, callee, 'alice')
  await hangUp(alice.session, caller)
  await seen(bob, callee, ({ state }) => state === 'ended')
  await heardBob()
  await heardAlice()
  await Promise.all([alice.close(), bob.close()])
})

test('with every way allowed the direct one is taken, and the relays are given back', options, async () => {
  const { 'media.ice.only': _, ...more } = relayBy(`turn:127.0.0.1:${coturn.port}`)
  const [alice, bob] = [await person(0, more), await person(1, more)]
  const [caller, callee] = await joined(alice, bob)
  const heardAlice = await hears(folder, alice, caller, bob, callee, 'alice')
  const ended = await hangUp(alice.session, caller)
  await seen(bob, callee, ({ state }) => state === 'ended')
  assert.equal(ended.statistics?.way, 'host to host')
  await heardAlice()
  await Promise.all([alice.close(), bob.close()])
})

test(
  'a wrong password at the relay is told by its cause: by the call, by health, and by a diagnosis',
  options,
  async () => {
    const more = { ...relayBy(`turn:127.0.0.1:${coturn.port}`), 'media.turn.password': 'another' }
    const alice = await person(0, more)
    const call = await dial(alice.session, 'bob')
    assert.deepEqual([call.state, call.end?.error?.code], ['ended', 'media-relay-rejected'])
    const { state } = await alice.session.health.get()
    const row = state.services.find(({ service }) => service === 'media')
    assert.deepEqual([row?.state, row?.error?.code], ['degraded', 'media-relay-rejected'])
    assert.doesNotMatch(JSON.stringify(state), /another/)
    const { steps } = await alice.session.health.diagnose()
    const step = steps.find((each) => each.step === 'sound-ways')
    assert.deepEqual([step?.ok, step?.code], [false, 'media-relay-rejected'])
    await alice.close()
  },
)

test('servers that do not answer hold a call up for half a second once, and not the next', options, async () => {
  const silent = createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  const uri = `127.0.0.1:${silent.address().port}`
  const settings = {
    'media.stun.servers': `stun:${uri}`,
    'media.turn.servers': `turn:${uri}`,
    'media.ice.only': undefined,
  }
  // The thread has begun with the first.
  await (await leg({})).close()
  const times: number[] = []
  for (let i = 0; i < 2; i++) {
    const begun = performance.now()
    const opened = await leg(settings)
    times.push(performance.now() - begun)
    const codes = new Set(opened.told.map(({ code }) => code))
    assert.deepEqual(codes, new Set(['media-relay-unreachable', 'media-stun-unreachable']))
    await opened.close()
  }
  silent.close()
  const [first = 0, second = 0] = times
  assert.ok(first >= 450 && first < 700, String(first))
  assert.ok(second < 200, String(second))
})

test('a relay that is killed in a call is told, and sound goes on through the next one', options, async () => {
  const first = await startCoturn()
  const more = relayBy(`turn:127.0.0.1:${first.port}`, `turn:127.0.0.1:${coturn.port}`)
  const [alice, bob] = [await person(0, more), await person(1, more)]
  const [caller, callee] = await joined(alice, bob)
  const heardBob = await hears(folder, bob, callee, alice, caller, 'bob')
  const told = (async () => {
    for await (const each of alice.session.health.watch({ signal: AbortSignal.timeout(25_000) })) {
      const { error } = (each.type === 'change' && each.change.row.service === 'media' && each.change.row) || {}
      if (error) return error.code
    }
    return undefined
  })()
  first.kill()
  await first.stop()
  assert.equal(await told, 'media-relay-unreachable')
  // Both sides have found a way again, which is not that of the relay that is gone.
  for (const [side, id] of [
    [alice, caller],
    [bob, callee],
  ] as const) {
    const before = (await side.session.calls.statistics({ call: id })).packetsReceived
    const late = performance.now() + 15_000
    while ((await side.session.calls.statistics({ call: id })).packetsReceived < before + 25) {
      assert.ok(performance.now() < late, 'nothing is heard any more')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const heardAlice = await hears(folder, alice, caller, bob, callee, 'alice')
  const ended = await hangUp(alice.session, caller)
  await seen(bob, callee, ({ state }) => state === 'ended')
  assert.equal(ended.statistics?.way, 'relay to relay')
  await heardBob()
  await heardAlice()
  await Promise.all([alice.close(), bob.close()])
})

function relayBy(...servers: string[]) {
  return {
    'media.turn.servers': servers,
    'media.turn.user': coturnUser,
    'media.turn.password': coturnPassword,
    'media.ice.only': 'relay',
  } as const
}

async function person(which: number, more: Readonly<Record<string, unknown>>): Promise<Signed> {
  return signIn({ ...lab.people[which]?.settings, ...more })
}

async function joined(caller: Signed, callee: Signed): Promise<readonly [string, string]> {
  const coming = answers(callee)
  const call = await dial(caller.session, 'bob')
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  return [call.id, await coming]
}

interface OpenLeg {
  readonly leg: Leg
  readonly told: readonly WayServer[]
  candidates(): NonNullable<ReturnType<NonNullable<Leg['newWays']>>>['candidates']
  close(): Promise<void>
}

const rtp = mediaRtp()
after(() => rtp.close())

async function leg(given: Readonly<Record<string, unknown>>): Promise<OpenLeg> {
  const settings = readSettings(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  let told: readonly WayServer[] = []
  const port = rtp.port(() => [0, 0], {
    gathering: (mostMs) => gatheringIn(settings, mostMs),
    told: (servers) => {
      told = servers
    },
  })
  const opened = await port.openLeg('127.0.0.1', () => {}, { withWays: true })
  return {
    leg: opened,
    told,
    candidates: () => opened.newWays?.()?.candidates ?? [],
    close: async () => {
      await opened.close()
    },
  }
}

interface Translator {
  readonly port: number
  /** By which port outside somebody inside is seen. */
  outside(inside: number | undefined): number | undefined
  close(): Promise<void>
}

/** Stands between a leg and a server, as a router would: each port inside has another one outside. */
async function translatorTo(server: number): Promise<Translator> {
  const bound = async (): Promise<Socket> => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return socket
  }
  const inner = await bound()
  const outer = new Map<number, Promise<Socket>>()
  const ports = new Map<number, number>()
  inner.on('message', (packet, { port }) => {
    const socket =
      outer.get(port) ??
      bound().then((made) => {
        made.on('message', (answer) => inner.send(answer, port, '127.0.0.1'))
        ports.set(port, made.address().port)
        return made
      })
    outer.set(port, socket)
    void socket.then((each) => each.send(packet, server, '127.0.0.1'))
  })
  return {
    port: inner.address().port,
    outside: (inside) => ports.get(inside ?? 0),
    close: async () => {
      for (const each of await Promise.all(outer.values())) each.close()
      inner.close()
    },
  }
}
