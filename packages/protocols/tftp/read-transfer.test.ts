// Reading a file, packet by packet: schedule, table, windows, options, and every way to fail told apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Malformed, type Packet, readPacket } from './packet.ts'
import { readTable } from './read-table.ts'
import { type ReadEffect, type ReadOptions, ReadTransfer } from './read-transfer.ts'

const wellKnown = 69
const tid = 4000

test('an unanswered request goes out at 0, 1, 3, 7, 15 and 23 s, and is given up at 31 s', () => {
  const reading = begun({ mostMs: 100_000 })
  assert.deepEqual(
    [...reading.log, ...lapse(reading)],
    [
      ...[0, 1000, 3000, 7000, 15_000, 23_000].map((at) => `${at} rrq f [] to 69`),
      '31000 failed {"is":"silent"}',
      '31000 over',
    ],
  )
})

test('a file is done with its first short block, and who did not hear the last ACK is told again for a while', () => {
  const reading = begun({})
  assert.deepEqual(reading.hear(data(1, 512), 10), ['10 ack 1 to 4000'])
  assert.deepEqual(reading.hear(data(2, 3), 20), ['20 ack 2 to 4000', '20 done 515'])
  assert.deepEqual(reading.hear(data(2, 3), 900), ['900 ack 2 to 4000'])
  assert.deepEqual(lapse(reading), ['1520 over'])
  assert.deepEqual(reading.hear(data(2, 3), 1600), [])
})

test('an empty file is one empty block, and an exact multiple ends with one', () => {
  assert.deepEqual(begun({}).hear(data(1, 0), 10), ['10 ack 1 to 4000', '10 done 0'])
  const reading = begun({})
  reading.hear(data(1, 512), 10)
  assert.deepEqual(reading.hear(data(2, 0), 20), ['20 ack 2 to 4000', '20 done 512'])
})

test('an ACK is repeated where nothing comes, and the wait begins anew with each block', () => {
  const reading = begun({ mostMs: 100_000 })
  reading.hear(data(1, 512), 10)
  assert.deepEqual(lapse(reading, 2), ['1010 ack 1 to 4000', '3010 ack 1 to 4000'])
  reading.hear(data(2, 512), 4000)
  assert.deepEqual(lapse(reading, 1), ['5000 ack 2 to 4000'])
})

test('silence after the first block is told from a server that never answered', () => {
  const reading = begun({ mostMs: 100_000 })
  reading.hear(data(1, 512), 10)
  assert.deepEqual(lapse(reading).slice(-2), ['31010 failed {"is":"broken-off","bytes":512}', '31010 over'])
})

test('at the end of its time a transfer is silent, broken off or too slow, as it is', () => {
  assert.equal(lapse(begun({ mostMs: 10_000 })).at(-2), '10000 failed {"is":"silent"}')

  const stalled = begun({ mostMs: 10_000 })
  stalled.hear(data(1, 512), 10)
  assert.equal(lapse(stalled).at(-2), '10000 failed {"is":"broken-off","bytes":512}')

  const slow = begun({ mostMs: 10_000 })
  for (let block = 1; block <= 12; block++) slow.hear(data(block, 512), block * 800)
  assert.deepEqual(slow.wake(10_000), [
    '10000 error 0 out-of-time to 4000',
    '10000 failed {"is":"out-of-time","bytes":6144}',
    '10000 over',
  ])
})

test('options are asked for, and the server’s lesser values taken on', () => {
  const reading = begun({ blockSize: 1428, windowSize: 4, timeoutS: 2 })
  assert.deepEqual(reading.log, ['0 rrq f [blksize=1428 windowsize=4 timeout=2 tsize=0] to 69'])
  assert.deepEqual(reading.hear(oack({ blksize: '1024', windowsize: '2', timeout: '2', tsize: '2050' }), 10), [
    '10 ack 0 to 4000',
  ])
  assert.deepEqual(reading.hear(oack({ blksize: '1024', windowsize: '2', timeout: '2', tsize: '2050' }), 20), [
    '20 ack 0 to 4000',
  ])
  assert.deepEqual(reading.hear(data(1, 1024), 30), [])
  assert.deepEqual(reading.hear(data(2, 1024), 40), ['40 ack 2 to 4000'])
  assert.deepEqual(lapse(reading, 1), ['2040 ack 2 to 4000'])
  assert.deepEqual(reading.hear(data(3, 2), 3000), ['3000 ack 3 to 4000', '3000 done 2050'])
})

test('a server that knows no options answers with block 1, and plain terms hold', () => {
  const reading = begun({ blockSize: 1428, windowSize: 8 })
  assert.deepEqual(reading.hear(data(1, 512), 10), ['10 ack 1 to 4000'])
  assert.deepEqual(reading.hear(data(2, 511), 20), ['20 ack 2 to 4000', '20 done 1023'])
})

for (const code of [8, 4]) {
  test(`a server that answers options with ERROR ${code} is asked once more without any`, () => {
    const reading = begun({ blockSize: 1428 })
    assert.deepEqual(reading.hear(error(code, 'no'), 10), ['10 rrq f [] to 69'])
    // A request that was doubled on its way is refused twice, from two ports.
    for (const from of [tid, 4001]) assert.deepEqual(reading.hear(error(code, 'no'), 20, from), [])
    assert.deepEqual(lapse(reading, 1), ['1010 rrq f [] to 69'])
    assert.deepEqual(reading.hear(data(1, 5), 1100, 4002), ['1100 ack 1 to 4002', '1100 done 5'])
  })
}

test('a server that refuses even a plain request with ERROR 8 is told as that', () => {
  const reading = begun({ blockSize: 1428 })
  reading.hear(error(8, 'no'), 10)
  reading.hear(error(8, 'no'), 20)
  assert.match(lapse(reading).at(-2) ?? '', / failed {"is":"refused-option","by":"server","message":"no"}$/)
  assert.deepEqual(begun({}).hear(error(8, 'no'), 10), [
    '10 failed {"is":"refused-option","by":"server","message":"no"}',
    '10 over',
  ])
})

test('an answer that says what was not asked, or more, or nonsense, is refused with ERROR 8', () => {
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ windowsize: '4' }, 'windowsize was not asked for'],
    [{ multicast: '' }, 'multicast was not asked for'],
    [{ 'x\x1b[': '1' }, 'x?[ was not asked for'],
    [{ blksize: '1429' }, 'blksize cannot be 1429'],
    [{ blksize: '7' }, 'blksize cannot be 7'],
    [{ blksize: '0' }, 'blksize cannot be 0'],
    [{ blksize: '-8' }, 'blksize cannot be -8'],
    [{ blksize: '1e3' }, 'blksize cannot be 1e3'],
    [{ blksize: '' }, 'blksize cannot be '],
    [{ timeout: '4' }, 'timeout cannot be 4'],
    [{ tsize: 'many' }, 'tsize cannot be many'],
  ]
  for (const [options, message] of cases) {
    const fault = JSON.stringify({ is: 'refused-option', by: 'us', message })
    assert.deepEqual(begun({ blockSize: 1428, timeoutS: 3 }).hear(oack(options), 10), [
      `10 error 8 ${message} to 4000`,
      `10 failed ${fault}`,
      '10 over',
    ])
  }
})

test('an answer to a plain request that speaks of options is refused', () => {
  assert.match(
    begun({})
      .hear(oack({ tsize: '5' }), 10)
      .join(),
    /error 8 tsize was not asked for/,
  )
})

test('a gap is told once, with the last block before it, and mended by what follows', () => {
  const reading = begun({ windowSize: 4 })
  reading.hear(oack({ windowsize: '4' }), 10)
  assert.deepEqual(reading.hear(data(1, 512), 20), [])
  assert.deepEqual(reading.hear(data(3, 512), 20), ['20 ack 1 to 4000'])
  assert.deepEqual(reading.hear(data(4, 512), 20), [], 'one ACK for a gap: each would begin a window')
  for (const block of [2, 3, 4]) assert.deepEqual(reading.hear(data(block, 512), 30), [])
  assert.deepEqual(reading.hear(data(5, 512), 30), ['30 ack 5 to 4000'])
})

test('within a window a block that comes again is not answered, at its end it is', () => {
  const reading = begun({ windowSize: 2 })
  reading.hear(oack({ windowsize: '2' }), 10)
  reading.hear(data(1, 512), 20)
  assert.deepEqual(reading.hear(data(1, 512), 20), [])
  assert.deepEqual(reading.hear(data(2, 512), 20), ['20 ack 2 to 4000'])
  assert.deepEqual(reading.hear(data(1, 512), 30), [])
  assert.deepEqual(reading.hear(data(2, 512), 30), ['30 ack 2 to 4000'])
})

test('a window that loses its end is acknowledged after a wait, as far as it came', () => {
  const reading = begun({ windowSize: 4 })
  reading.hear(oack({ windowsize: '4' }), 10)
  reading.hear(data(1, 512), 20)
  reading.hear(data(2, 512), 20)
  assert.deepEqual(lapse(reading, 1), ['1020 ack 2 to 4000'])
})

test('what comes from another port gets ERROR 5 and disturbs nothing, and an ERROR gets no answer', () => {
  const reading = begun({})
  reading.hear(data(1, 512), 10)
  assert.deepEqual(reading.hear(data(2, 512), 20, 5000), ['20 error 5 unknown transfer to 5000'])
  assert.deepEqual(reading.hear(error(1, 'gone'), 20, 5000), [])
  assert.deepEqual(reading.hear({ type: 'malformed', why: 'too-short' }, 20, 5000), [
    '20 error 5 unknown transfer to 5000',
  ])
  assert.deepEqual(reading.hear(data(2, 1), 30), ['30 ack 2 to 4000', '30 done 513'])
})

test('each ERROR of the server’s is told as what it means', () => {
  const cases = [
    [1, { is: 'not-found', message: 'no' }],
    [2, { is: 'denied', message: 'no' }],
    [0, { is: 'failed', code: 0, message: 'no' }],
    [3, { is: 'failed', code: 3, message: 'no' }],
    [4, { is: 'failed', code: 4, message: 'no' }],
    [99, { is: 'failed', code: 99, message: 'no' }],
  ] as const
  for (const [code, fault] of cases)
    assert.deepEqual(begun({}).hear(error(code, 'no'), 10), [`10 failed ${JSON.stringify(fault)}`, '10 over'])
})

test('what is no TFTP, or none that a server sends, ends it with ERROR 4', () => {
  const cases: readonly (readonly [Packet | Malformed, string])[] = [
    [{ type: 'malformed', why: 'unknown-opcode' }, 'unknown-opcode'],
    [{ type: 'ack', block: 1 }, 'unexpected-packet'],
    [{ type: 'wrq', file: 'f', mode: 'octet', options: new Map() }, 'unexpected-packet'],
    [data(1, 513), 'block-too-long'],
  ]
  for (const [packet, why] of cases)
    assert.deepEqual(begun({}).hear(packet, 10), [
      `10 error 4 ${why} to 4000`,
      `10 failed {"is":"malformed","why":"${why}"}`,
      '10 over',
    ])
})

test('a file that is too large is refused when its size is told, and else at the block that is too much', () => {
  const told = begun({ blockSize: 1024, mostBytes: 1000 })
  assert.deepEqual(told.hear(oack({ tsize: '1001' }), 10), [
    '10 error 3 the file is too large to 4000',
    '10 failed {"is":"too-large","bytes":1001}',
    '10 over',
  ])
  const untold = begun({ mostBytes: 1000 })
  untold.hear(data(1, 512), 10)
  assert.equal(untold.hear(data(2, 512), 20)[1], '20 failed {"is":"too-large","bytes":1024}')
  const fits = begun({ mostBytes: 1000 })
  fits.hear(data(1, 512), 10)
  assert.equal(fits.hear(data(2, 488), 20)[1], '20 done 1000')
})

test('a host that gives up ends it at any time, and the server is told if it is known', () => {
  const asking = begun({})
  assert.deepEqual(asking.stop(10), ['10 failed {"is":"cancelled"}', '10 over'])
  const receiving = begun({})
  receiving.hear(data(1, 512), 10)
  assert.deepEqual(receiving.stop(20), ['20 error 0 cancelled to 4000', '20 failed {"is":"cancelled"}', '20 over'])
  const done = begun({})
  done.hear(data(1, 0), 10)
  assert.deepEqual(done.stop(20), ['20 over'], 'what is done cannot fail')
})

test('block numbers go on with 0 after 65535', () => {
  const reading = begun({ blockSize: 8, mostMs: 1e9 })
  reading.hear(oack({ blksize: '8' }), 0)
  for (let block = 1; block <= 65_535; block++) reading.hear(data(block, 8), 1)
  assert.deepEqual(reading.hear(data(0, 8), 2), ['2 ack 0 to 4000'])
  assert.deepEqual(reading.hear(data(65_535, 8), 3), [], 'a late one of the round before')
  assert.deepEqual(reading.hear(data(1, 1), 4), ['4 ack 1 to 4000', `4 done ${65_536 * 8 + 1}`])
})

test('the wakes of a machine that slept through all of its deadlines are one', () => {
  const reading = begun({ mostMs: 10_000 })
  assert.deepEqual(reading.wake(9_000_000), ['9000000 failed {"is":"silent"}', '9000000 over'])
})

test('what cannot be asked for is refused to the caller', () => {
  for (const wrong of [
    { blockSize: 7 },
    { blockSize: 65_465 },
    { blockSize: 512.5 },
    { windowSize: 0 },
    { windowSize: 1025 },
    { timeoutS: 0 },
    { timeoutS: 256 },
    { file: 'x'.repeat(600) },
  ])
    assert.throws(() => make(wrong), RangeError, JSON.stringify(wrong))
})

test('every state reaches the end, and is reached', () => {
  const reached = new Set(['idle'])
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const state of reached)
      for (const [next] of Object.values(readTable[state as keyof typeof readTable])) reached.add(next)
  }
  assert.deepEqual([...reached].sort(), Object.keys(readTable).sort())
  for (const first of Object.keys(readTable)) {
    const ends = new Set([first])
    for (const state of ends)
      for (const [next] of Object.values(readTable[state as keyof typeof readTable])) ends.add(next)
    assert.ok(ends.has('over'), first)
  }
})

test('whatever bytes come from wherever whenever, it never throws, tells one end, and then is still', () => {
  const piece = fc.record({
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.nat(7), fc.nat(4), fc.nat(530)).map(([opcode, number, more]) => {
        const bytes = new Uint8Array(4 + more)
        bytes.set([0, opcode, 0, number])
        return bytes
      }),
      fc
        .constantFrom('blksize\x0016\x00', 'windowsize\x003\x00', 'tsize\x009\x00')
        .map((text) => Uint8Array.of(0, 6, ...new TextEncoder().encode(text))),
    ),
    tid: fc.constantFrom(tid, tid, tid, 5000),
    after: fc.constantFrom(0, 1, 700, 5000),
  })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const reading = begun({ blockSize: 16, windowSize: 3, mostBytes: 4000 })
      const log = [...reading.log]
      let now = 0
      for (const each of pieces) {
        now += each.after
        log.push(...reading.wake(now), ...reading.hear(readPacket(each.bytes), now, each.tid))
      }
      log.push(...lapse(reading))
      assert.equal(log.filter((line) => / (done|failed) /.test(line)).length, 1)
      assert.equal(log.filter((line) => line.endsWith(' over')).length, 1)
      assert.ok(log.at(-1)?.endsWith(' over'))
    }),
    { numRuns: 1500 },
  )
})

interface Begun {
  readonly transfer: ReadTransfer
  readonly log: readonly string[]
  hear(packet: Packet | Malformed, at: number, from?: number): string[]
  wake(at: number): string[]
  stop(at: number): string[]
}

function make(options: Partial<ReadOptions>): ReadTransfer {
  // The whole of each wait, so that the schedule can be read.
  const dice = { roll: () => 1 - 2 ** -32 }
  return new ReadTransfer({ file: 'f', port: wellKnown, dice, mostBytes: 1e7, mostMs: 30_000, ...options })
}

function begun(options: Partial<ReadOptions>): Begun {
  const transfer = make(options)
  const lines = (effects: ReadEffect[], at: number): string[] => effects.map((effect) => `${at} ${line(effect)}`)
  return {
    transfer,
    log: lines(transfer.handle({ type: 'start' }, 0), 0),
    hear: (packet, at, from = tid) => lines(transfer.handle({ type: 'received', packet, tid: from }, at), at),
    wake: (at) => lines(transfer.wake(at), at),
    stop: (at) => lines(transfer.handle({ type: 'stop', fault: { is: 'cancelled' } }, at), at),
  }
}

/** Lets time pass until nothing more falls due, or so many deadlines. */
function lapse(reading: Begun, times = Infinity): string[] {
  const log: string[] = []
  for (let each = 0; each < times && reading.transfer.deadline !== undefined; each++)
    log.push(...reading.wake(reading.transfer.deadline))
  return log
}

function line(effect: ReadEffect): string {
  switch (effect.type) {
    case 'send':
      return `${packetLine(effect.packet)} to ${effect.tid}`
    case 'done':
      return `done ${effect.bytes.length}`
    case 'failed':
      return `failed ${JSON.stringify(effect.fault)}`
    case 'over':
      return 'over'
  }
}

function packetLine(packet: Packet): string {
  switch (packet.type) {
    case 'rrq':
      return `rrq ${packet.file} [${[...packet.options].map(([name, value]) => `${name}=${value}`).join(' ')}]`
    case 'ack':
      return `ack ${packet.block}`
    case 'error':
      return `error ${packet.code} ${packet.message}`
    default:
      return packet.type
  }
}

function data(block: number, length: number): Packet {
  return { type: 'data', block, bytes: new Uint8Array(length) }
}

function oack(options: Record<string, string>): Packet {
  return { type: 'oack', options: new Map(Object.entries(options)) }
}

function error(code: number, message: string): Packet {
  return { type: 'error', code, message }
}
