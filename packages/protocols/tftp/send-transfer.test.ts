// Sending a file, packet by packet: windows, options, repeats, and what is never answered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Malformed, type Packet, readPacket } from './packet.ts'
import { sendTable } from './send-table.ts'
import { type SendEffect, type SendOptions, SendTransfer } from './send-transfer.ts'

const tid = 3000

test('a plain request is answered with block 1, and each ACK with the next block, to the short one', () => {
  const sending = begun({ file: new Uint8Array(1025) })
  assert.deepEqual(sending.log, ['0 data 1 512'])
  assert.deepEqual(sending.hear(ack(1), 10), ['10 data 2 512'])
  assert.deepEqual(sending.hear(ack(2), 20), ['20 data 3 1'])
  assert.deepEqual(sending.hear(ack(3), 30), ['30 over {"is":"sent"}'])
})

test('an empty file and an exact multiple end with an empty block', () => {
  assert.deepEqual(begun({ file: new Uint8Array(0) }).log, ['0 data 1 0'])
  const sending = begun({ file: new Uint8Array(512) })
  assert.deepEqual(sending.hear(ack(1), 10), ['10 data 2 0'])
  assert.deepEqual(sending.hear(ack(2), 20), ['20 over {"is":"sent"}'])
})

test('an ACK that comes again is never answered with data (RFC 1123 §4.2.3.1)', () => {
  const sending = begun({ file: new Uint8Array(5000) })
  assert.deepEqual(sending.hear(ack(1), 10), ['10 data 2 512'])
  assert.deepEqual(sending.hear(ack(1), 20), [])
  assert.deepEqual(sending.hear(ack(0), 20), [])
  assert.deepEqual(sending.hear(ack(2), 30), ['30 data 3 512'])
  assert.deepEqual(sending.hear(ack(1), 40), [])
})

test('an ACK of what was not sent is left', () => {
  const sending = begun({ file: new Uint8Array(5000) })
  assert.deepEqual(sending.hear(ack(2), 10), [])
  assert.deepEqual(sending.hear(ack(9), 10), [])
})

test('a block is repeated after 1, 3, 7, 15 and 23 s, and given up at 31 s', () => {
  const sending = begun({})
  assert.deepEqual(lapse(sending), [
    ...[1000, 3000, 7000, 15_000, 23_000].map((at) => `${at} data 1 5`),
    '31000 over {"is":"silent"}',
  ])
})

test('options are granted within limits, the size told, and ACK 0 begins the data', () => {
  const options = { blksize: '65464', tsize: '0', timeout: '3', windowsize: '99', multicast: '' }
  const sending = begun({ options, file: new Uint8Array(5000) })
  assert.deepEqual(sending.log, ['0 oack blksize=1428 tsize=5000 timeout=3 windowsize=4'])
  assert.deepEqual(lapse(sending, 1), ['3000 oack blksize=1428 tsize=5000 timeout=3 windowsize=4'])
  assert.deepEqual(sending.hear(ack(1), 3100), [], 'nothing was sent yet that it could be of')
  assert.deepEqual(sending.hear(ack(0), 3200), [
    '3200 data 1 1428',
    '3200 data 2 1428',
    '3200 data 3 1428',
    '3200 data 4 716',
  ])
})

test('a value that cannot be is passed over as an option that is not known', () => {
  for (const options of [
    { blksize: '7' },
    { blksize: '65465' },
    { blksize: 'big' },
    { timeout: '0' },
    { timeout: '256' },
    { windowsize: '0' },
    { windowsize: '65536' },
    { toString: '1' },
  ])
    assert.deepEqual(begun({ options }).log, ['0 data 1 5'], JSON.stringify(options))
})

test('a server that knows no options passes them over, one that wants none refuses them', () => {
  assert.deepEqual(begun({ options: { blksize: '8' }, policy: 'pass-over' }).log, ['0 data 1 5'])
  assert.deepEqual(begun({ options: { blksize: '8' }, policy: 'refuse' }).log, [
    '0 error 8 no options here',
    '0 over {"is":"refused","code":8}',
  ])
  assert.deepEqual(begun({ policy: 'refuse' }).log, ['0 data 1 5'])
})

test('an ACK within a window begins the next one after it (RFC 7440 §4)', () => {
  const sending = begun({ options: { windowsize: '4' }, file: new Uint8Array(512 * 20) })
  sending.hear(ack(0), 10)
  assert.deepEqual(
    sending.hear(ack(2), 20),
    [3, 4, 5, 6].map((block) => `20 data ${block} 512`),
  )
  assert.deepEqual(sending.hear(ack(2), 30), [])
  assert.deepEqual(
    sending.hear(ack(6), 40),
    [7, 8, 9, 10].map((block) => `40 data ${block} 512`),
  )
  assert.deepEqual(sending.hear(ack(4), 50), [])
})

test('what is not given out is refused with the code that says why', () => {
  const cases = [
    [{ file: 'not-found' }, 'error 1 file not found'],
    [{ file: 'denied' }, 'error 2 access violation'],
    [{ type: 'wrq' }, 'error 2 nothing can be written here'],
    [{ mode: 'mail' }, 'error 4 octet mode only'],
    [{ mode: 'netascii' }, 'error 4 octet mode only'],
  ] as const
  for (const [what, answer] of cases) {
    const code = Number(answer.split(' ')[1])
    assert.deepEqual(begun(what).log, [`0 ${answer}`, `0 over {"is":"refused","code":${code}}`])
  }
})

test('what comes from another port gets ERROR 5 and disturbs nothing', () => {
  const sending = begun({ file: new Uint8Array(600) })
  assert.deepEqual(sending.hear(ack(1), 10, 3001), ['10 error 5 unknown transfer'])
  assert.deepEqual(sending.hear({ type: 'error', code: 0, message: '' }, 10, 3001), [])
  assert.deepEqual(sending.hear(ack(1), 20), ['20 data 2 88'])
})

test('an ERROR of the client’s ends it without an answer, nonsense with ERROR 4', () => {
  assert.deepEqual(begun({}).hear({ type: 'error', code: 3, message: 'full' }, 10), [
    '10 over {"is":"ended","code":3,"message":"full"}',
  ])
  for (const packet of [
    { type: 'malformed', why: 'too-short' },
    { type: 'data', block: 1, bytes: new Uint8Array() },
    { type: 'oack', options: new Map() },
  ] as const)
    assert.deepEqual(begun({}).hear(packet, 10), ['10 error 4 an ACK was expected', '10 over {"is":"malformed"}'])
})

test('a client that takes for ever is not waited for', () => {
  const sending = begun({ file: new Uint8Array(512 * 100), mostMs: 5000 })
  for (let block = 1; block <= 9; block++) sending.hear(ack(block), block * 500)
  assert.deepEqual(sending.wake(5000), ['5000 over {"is":"out-of-time"}'])
})

test('a server that stops says so', () => {
  assert.deepEqual(begun({}).stop(10), ['10 error 0 the server stops', '10 over {"is":"stopped"}'])
})

test('every state reaches the end, and is reached', () => {
  const from = (first: string): Set<string> => {
    const states = new Set([first])
    for (const state of states)
      for (const [next] of Object.values(sendTable[state as keyof typeof sendTable])) states.add(next)
    return states
  }
  assert.deepEqual([...from('idle')].sort(), Object.keys(sendTable).sort())
  for (const state of Object.keys(sendTable)) assert.ok(from(state).has('over'), state)
})

test('whatever bytes come, it never throws, and ends once', () => {
  const piece = fc.record({
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.tuple(fc.nat(7), fc.nat(12)).map(([opcode, number]) => Uint8Array.of(0, opcode, 0, number)),
      fc.nat(12).map((number) => Uint8Array.of(0, 4, 0, number)),
    ),
    from: fc.constantFrom(tid, tid, tid, 5000),
    after: fc.constantFrom(0, 1, 700, 5000),
  })
  const options = fc.constantFrom({}, { windowsize: '3' }, { blksize: '8', tsize: '0' })
  fc.assert(
    fc.property(options, fc.array(piece, { maxLength: 30 }), (asked, pieces) => {
      const sending = begun({ options: asked, file: new Uint8Array(3000) })
      const log = [...sending.log]
      let now = 0
      for (const each of pieces) {
        now += each.after
        log.push(...sending.wake(now), ...sending.hear(readPacket(each.bytes), now, each.from))
      }
      log.push(...lapse(sending))
      assert.equal(log.filter((line) => line.includes(' over ')).length, 1)
      assert.match(log.at(-1) ?? '', / over /)
    }),
    { numRuns: 1500 },
  )
})

interface Begun {
  readonly transfer: SendTransfer
  readonly log: readonly string[]
  hear(packet: Packet | Malformed, at: number, from?: number): string[]
  wake(at: number): string[]
  stop(at: number): string[]
}

interface What {
  readonly type?: 'rrq' | 'wrq'
  readonly mode?: string
  readonly options?: Record<string, string>
  readonly file?: SendOptions['file']
  readonly policy?: 'pass-over' | 'refuse'
  readonly mostMs?: number
}

function begun({ type = 'rrq', mode = 'octet', options = {}, file = new Uint8Array(5), policy, mostMs }: What): Begun {
  const transfer = new SendTransfer({
    request: { type, file: 'f', mode, options: new Map(Object.entries(options)) },
    tid,
    file,
    mostBlockSize: 1428,
    mostWindowSize: 4,
    // The whole of each wait, so that the schedule can be read.
    dice: { roll: () => 1 - 2 ** -32 },
    ...(policy ? { options: policy } : {}),
    ...(mostMs === undefined ? {} : { mostMs }),
  })
  const lines = (effects: SendEffect[], at: number): string[] => effects.map((effect) => `${at} ${line(effect)}`)
  return {
    transfer,
    log: lines(transfer.handle({ type: 'start' }, 0), 0),
    hear: (packet, at, from = tid) => lines(transfer.handle({ type: 'received', packet, tid: from }, at), at),
    wake: (at) => lines(transfer.wake(at), at),
    stop: (at) => lines(transfer.handle({ type: 'stop' }, at), at),
  }
}

/** Lets time pass until nothing more falls due, or so many deadlines. */
function lapse(sending: Begun, times = Infinity): string[] {
  const log: string[] = []
  for (let each = 0; each < times && sending.transfer.deadline !== undefined; each++)
    log.push(...sending.wake(sending.transfer.deadline))
  return log
}

function line(effect: SendEffect): string {
  if (effect.type === 'over') return `over ${JSON.stringify(effect.end)}`
  const { packet } = effect
  switch (packet.type) {
    case 'data':
      return `data ${packet.block} ${packet.bytes.length}`
    case 'oack':
      return `oack ${[...packet.options].map(([name, value]) => `${name}=${value}`).join(' ')}`
    case 'error':
      return `error ${packet.code} ${packet.message}`
    default:
      return packet.type
  }
}

function ack(block: number): Packet {
  return { type: 'ack', block }
}
