// Both sides on one wire that loses, doubles and reorders: the file arrives whole, or the failure is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine } from '@openparley/protocols/common'
import { forSeeds, type Link, seededDice, virtualNetwork } from '@openparley/testkit'
import { type Malformed, type Packet, readPacket, writePacket } from './packet.ts'
import { type ReadEffect, type ReadFault, type ReadInput, type ReadOptions, ReadTransfer } from './read-transfer.ts'
import { type SendEffect, type SendInput, type SendOptions, SendTransfer } from './send-transfer.ts'

test('over a perfect wire a file of any length arrives, with every block sent once', () => {
  for (const [blockSize, windowSize] of [
    [512, 1],
    [8, 1],
    [8, 5],
    [1428, 4],
  ] as const) {
    for (const length of [0, 1, blockSize - 1, blockSize, blockSize + 1, blockSize * windowSize, 10_000]) {
      const { bytes, blocksSent } = transfer({ length, wishes: { blockSize, windowSize }, seed: 1 })
      assert.deepEqual(bytes, fileOf(length))
      assert.equal(blocksSent, Math.floor(length / blockSize) + 1, `${length} by ${blockSize} × ${windowSize}`)
    }
  }
})

test('packets that are all doubled double nothing: each block is sent once (RFC 1123 §4.2.3.1)', () => {
  for (const windowSize of [1, 4]) {
    const { bytes, blocksSent } = transfer({
      length: 20_000,
      wishes: { windowSize },
      link: { twice: 1, delayMs: 20 },
      seed: 3,
    })
    assert.deepEqual(bytes, fileOf(20_000))
    assert.equal(blocksSent, 40)
  }
})

test('a wire slower than the first waits ends with the file too, and without a flood', () => {
  const { bytes, blocksSent } = transfer({ length: 5000, wishes: {}, link: { delayMs: 900 }, seed: 4 })
  assert.deepEqual(bytes, fileOf(5000))
  assert.ok(blocksSent <= 30, `${blocksSent} for 10 blocks`)
})

test('whatever is lost, doubled or reordered: the whole file, or a failure that says so', () => {
  let whole = 0
  forSeeds(1500, (roll, seed) => {
    const pick = <T>(...all: T[]): T => all[Math.floor(roll() * all.length)] as T
    const length = pick(0, 1, 511, 512, 513, 1024, 3000, 9000)
    const link = { loss: pick(0, 0.05, 0.2, 0.5), twice: pick(0, 0.3), delayMs: 5, jitterMs: pick(0, 30, 2500) }
    const wishes = { blockSize: pick(512, 64, 1428), windowSize: pick(1, 2, 7) }
    const policy = pick<SendOptions['options'] & string>('grant', 'grant', 'pass-over', 'refuse')
    const { bytes, fault } = transfer({ length, link, wishes, policy, seed })
    if (bytes) {
      whole++
      assert.deepEqual(bytes, fileOf(length))
    } else assert.ok(['silent', 'broken-off', 'out-of-time'].includes(fault?.is ?? ''), JSON.stringify(fault))
  })
  if (!process.env['SEED']) assert.ok(whole > 1000, `only ${whole} arrived`)
})

test('a wire that loses a twentieth hardly ever loses a file', () => {
  forSeeds(300, (_, seed) => {
    const link = { loss: 0.05, jitterMs: 20 }
    const { bytes, fault } = transfer({ length: 4000, link, wishes: { windowSize: seed % 2 ? 1 : 8 }, seed })
    assert.deepEqual(bytes, fileOf(4000), JSON.stringify(fault))
  })
})

test('more blocks than numbers arrive, one by one, in windows, and with losses', () => {
  const length = 8 * 66_000 + 3
  for (const [windowSize, loss] of [
    [1, 0],
    [64, 0],
    [64, 0.001],
  ] as const) {
    const { bytes, fault } = transfer({ length, wishes: { blockSize: 8, windowSize }, link: { loss }, seed: 7 })
    assert.equal(bytes && Buffer.compare(bytes, fileOf(length)), 0, JSON.stringify(fault))
  }
})

test('each ERROR of a server’s that has no file arrives as its own failure', () => {
  const faultOf = (file: 'not-found' | 'denied'): ReadFault | undefined => transfer({ file, wishes: {}, seed: 1 }).fault
  assert.equal(faultOf('not-found')?.is, 'not-found')
  assert.equal(faultOf('denied')?.is, 'denied')
})

interface Trial {
  readonly length?: number
  readonly file?: SendOptions['file']
  readonly wishes: Pick<ReadOptions, 'blockSize' | 'windowSize'>
  readonly link?: Link
  readonly policy?: SendOptions['options'] & string
  readonly seed: number
}

interface Outcome {
  readonly bytes: Uint8Array | undefined
  readonly fault: ReadFault | undefined
  /** By the transfer that sent most: a request that is doubled opens two. */
  readonly blocksSent: number
}

/** A packet as bytes, with the port that it came from. */
interface Datagram {
  readonly bytes: Uint8Array
  readonly from: number
}

type Asked = { readonly type: 'asked'; readonly packet: Packet | Malformed; readonly tid: number }

const clientPort = 3000

/** As in life: each request that arrives, be it a repeat, opens a transfer at a port of its own. */
function transfer({ length = 0, file = fileOf(length), wishes, link = {}, policy = 'grant', seed }: Trial): Outcome {
  const dice = seededDice(seed)
  const reading = new ReadTransfer({ file: 'f', port: 69, dice, mostBytes: 1e6, mostMs: 600_000, ...wishes })
  const engines: Record<string, Engine<Datagram, ReadEffect | SendEffect | Asked>> = {
    [clientPort]: overBytes(reading),
    69: {
      deadline: undefined,
      wake: () => [],
      handle: ({ bytes, from }) => [{ type: 'asked', packet: readPacket(bytes), tid: from }],
    },
  }
  let bytes: Uint8Array | undefined
  let fault: ReadFault | undefined
  const blocksSent = new Map<string, number>()
  let ports = 4000
  const send = (name: string, { packet, tid }: Extract<ReadEffect, { type: 'send' }>): void => {
    if (packet.type === 'data') blocksSent.set(name, (blocksSent.get(name) ?? 0) + 1)
    network.send(String(tid), { bytes: writePacket(packet), from: Number(name) })
  }
  const network = virtualNetwork<Datagram, ReadEffect | SendEffect | Asked>(
    engines,
    (name, effect) => {
      if (effect.type === 'send') send(name, effect)
      else if (effect.type === 'asked') {
        if (effect.packet.type !== 'rrq') return
        const sending = new SendTransfer({
          request: effect.packet,
          tid: effect.tid,
          file,
          dice,
          options: policy,
          mostBlockSize: 1428,
          mostWindowSize: 64,
        })
        const port = String(++ports)
        engines[port] = overBytes(sending)
        begin(port, sending)
      } else if (effect.type === 'done') bytes = effect.bytes
      else if (effect.type === 'failed') fault = effect.fault
    },
    dice.roll,
    link,
  )
  const begin = (name: string, engine: ReadTransfer | SendTransfer): void => {
    for (const effect of engine.handle({ type: 'start' }, network.now())) {
      if (effect.type === 'send') send(name, effect)
    }
  }
  begin(String(clientPort), reading)
  network.run(3_600_000)
  assert.ok((bytes === undefined) !== (fault === undefined), 'one end, and only one')
  for (const [name, { deadline }] of Object.entries(engines)) assert.equal(deadline, undefined, `${name} still waits`)
  return { bytes, fault, blocksSent: Math.max(0, ...blocksSent.values()) }
}

function overBytes(
  engine: Engine<ReadInput, ReadEffect> | Engine<SendInput, SendEffect>,
): Engine<Datagram, ReadEffect | SendEffect> {
  return {
    get deadline() {
      return engine.deadline
    },
    wake: (now) => engine.wake(now),
    handle: ({ bytes, from }, now) => engine.handle({ type: 'received', packet: readPacket(bytes), tid: from }, now),
  }
}

/** Every four bytes hold their own place: no block can stand for another. */
function fileOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at >> 2) >> (8 * (at & 3)))
}
