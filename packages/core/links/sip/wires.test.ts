import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUdp } from '@openparley/net'
import {
  Headers,
  parseMessage,
  responseTo,
  type SipMessage,
  type SipRequest,
  writeMessage,
} from '@openparley/protocols/sip'
import type { Flows, FlowsOptions } from './flows.ts'
import { type Wires, wires } from './wires.ts'

interface Line {
  readonly flows: Flows
  /** The next message that is this line's. */
  next(): Promise<string>
}

const labelOf = (message: SipMessage): string =>
  message.kind === 'request' ? `${message.method} ${message.uri}` : `${message.status} ${message.headers.get('CSeq')}`

function waiting<T>(): { push(item: T): void; next(): Promise<T> } {
  const items: T[] = []
  let wanted: ((item: T) => void) | undefined
  return {
    push: (item) => {
      if (wanted) wanted(item)
      else items.push(item)
      wanted = undefined
    },
    next: async () => items.shift() ?? new Promise((resolve) => (wanted = resolve)),
  }
}

async function lineOf(shared: Wires, user: string): Promise<Line> {
  const came = waiting<string>()
  const options: FlowsOptions = {
    localAddress: '127.0.0.1',
    trust: { verify: 'full' },
    nameOf: (address) => address,
    onMessage: (message) => came.push(labelOf(message)),
    onMalformed: () => came.push('malformed'),
    onLost: () => came.push('lost'),
    connectTimeoutMs: 1000,
  }
  return { flows: await shared.open(`sip:${user}@example.com`, options), next: () => came.next() }
}

function request(method: string, uri: string, branch: string, port: number): SipRequest {
  const headers = new Headers()
  headers.append('Via', `SIP/2.0/UDP 127.0.0.1:${port};branch=${branch}`)
  headers.append('From', '<sip:a@example.com>;tag=1')
  headers.append('To', '<sip:b@example.com>')
  headers.append('Call-ID', 'the same for all')
  headers.append('CSeq', `1 ${method}`)
  return { kind: 'request', method, uri, headers, body: new Uint8Array(0) }
}

async function server() {
  const came = waiting<SipMessage>()
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => {
      const message = parseMessage(bytes)
      if (message.kind !== 'malformed') came.push(message)
    },
  })
  return {
    hop: { transport: 'udp', address: '127.0.0.1', port: socket.port } as const,
    port: socket.port,
    next: () => came.next(),
    send: (message: SipMessage, port: number) =>
      socket.send(writeMessage(message), '127.0.0.1', port, (failure) => assert.equal(failure, undefined)),
    close: () => socket.close(),
  }
}

test('two lines have one socket, and each gets what answers its own requests or bears its own address', async (t) => {
  const far = await server()
  t.after(() => far.close())
  const shared = wires()
  const [one, two] = [await lineOf(shared, 'one'), await lineOf(shared, 'two')]
  t.after(() => Promise.all([one.flows.close(), two.flows.close()]))
  const { port } = one.flows.udp
  assert.equal(two.flows.udp.port, port)

  for (const line of [two, one]) {
    const asked = request('OPTIONS', 'sip:example.com', `z9hG4bK-${line === one ? 1 : 2}`, port)
    line.flows.send(asked, far.hop, () => assert.fail('it was sent'))
    far.send(responseTo((await far.next()) as SipRequest, 200, 'x'), port)
    assert.equal(await line.next(), '200 1 OPTIONS')
  }
  // A call of one to the other has one Call-ID, and comes back to the sockets that it left by.
  one.flows.send(request('INVITE', 'sip:two@example.com', 'z9hG4bK-3', port), far.hop, () => assert.fail('it was sent'))
  const invite = (await far.next()) as SipRequest
  far.send(request('INVITE', `sip:two@127.0.0.1:${port}`, 'z9hG4bK-4', far.port), port)
  assert.equal(await two.next(), `INVITE sip:two@127.0.0.1:${port}`)
  far.send(responseTo(invite, 180, 'x'), port)
  assert.equal(await one.next(), '180 1 INVITE')
  far.send(request('NOTIFY', `sip:127.0.0.1:${port}`, 'z9hG4bK-5', far.port), port)
  assert.equal(await one.next(), `NOTIFY sip:127.0.0.1:${port}`)
})

test('when one leaves, the other keeps the socket, and gets what is for nobody', async (t) => {
  const far = await server()
  t.after(() => far.close())
  const shared = wires()
  const [one, two] = [await lineOf(shared, 'one'), await lineOf(shared, 'two')]
  const { port } = two.flows.udp
  await one.flows.close()
  far.send(request('OPTIONS', `sip:one@127.0.0.1:${port}`, 'z9hG4bK-1', far.port), port)
  assert.equal(await two.next(), `OPTIONS sip:one@127.0.0.1:${port}`)
  await two.flows.close()
  const again = await lineOf(shared, 'three')
  far.send(request('OPTIONS', 'sip:three@127.0.0.1', 'z9hG4bK-2', far.port), again.flows.udp.port)
  assert.equal(await again.next(), 'OPTIONS sip:three@127.0.0.1')
  await again.flows.close()
})
