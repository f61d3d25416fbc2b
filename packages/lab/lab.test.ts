import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { openUdp } from '@openparley/net'
import { parseMessage, type SipResponse } from '@openparley/protocols/sip'
import { FaultSet, listFaults, readFault } from './faults.ts'
import { startLab } from './lab.ts'
import { timeWords } from './media/voice.ts'

const lab = await startLab()
after(() => lab.close())

/** Sends a datagram to the lab and resolves with its answer. */
async function ask(text: string): Promise<SipResponse> {
  const [address = '', port = ''] = lab.addresses.sip.udp.split(':')
  const { promise, resolve } = Promise.withResolvers<SipResponse>()
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => {
      const message = parseMessage(bytes)
      if (message.kind === 'response' && message.status !== 100) resolve(message)
    },
  })
  socket.send(Buffer.from(text.replaceAll('\n', '\r\n')), address, Number(port))
  const answer = await promise
  await socket.close()
  return answer
}

let count = 0
const request = (first: string, more = ''): string => `${first}
Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKlab${++count};rport
From: <sip:alice@127.0.0.1>;tag=a
To: <sip:alice@127.0.0.1>
Call-ID: ${count}@test
CSeq: 1 ${first.split(' ')[0]}
Max-Forwards: 70
${more}Content-Length: 0

`

test('a request that is wrong costs its sender an error, and the next one is served', async () => {
  assert.equal((await ask(request('REGISTER sip:127.0.0.1 SIP/7.0'))).status, 505)
  assert.equal((await ask(request('REGISTER sip:127.0.0.1 SIP/2.0', 'Content-Length: 5\n'))).status, 400)
  const served = await ask(request('REGISTER sip:127.0.0.1 SIP/2.0'))
  assert.equal(served.status, 401)
  assert.deepEqual(
    served.headers.all('WWW-Authenticate').map((value) => /algorithm=([\w-]+)/.exec(value)?.[1]),
    ['SHA-256', 'MD5'],
  )
})

test('a request in a dialog that names nobody but the lab is answered, and not sent round', async () => {
  const answer = await ask(
    request(`BYE sip:bob@${lab.addresses.sip.udp} SIP/2.0`).replace(
      'To: <sip:alice@127.0.0.1>',
      'To: <sip:bob@127.0.0.1>;tag=b',
    ),
  )
  assert.equal(answer.status, 481)
})

test('a request that has used up its hops is refused', async () => {
  const text = request(`OPTIONS sip:bob@${lab.addresses.sip.udp} SIP/2.0`).replace(
    'Max-Forwards: 70',
    'Max-Forwards: 0',
  )
  assert.equal((await ask(text)).status, 483)
})

test('the control socket is for its user alone, and gives the record', async () => {
  assert.equal(statSync(lab.control).mode & 0o777, 0o600)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(lab.control)
  socket.on('data', (chunk) => resolve(chunk.toString()))
  socket.write('{"ask":"record"}\n')
  const answer = JSON.parse(await promise) as { ok: boolean; record: { ladder: unknown[] } }
  socket.destroy()
  assert.ok(answer.ok && answer.record.ladder.length > 0)
})

test('faults have names of their own, and values that are checked', () => {
  const names = listFaults().map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  const set = new FaultSet()
  assert.throws(() => set.set('no-such-fault'))
  assert.throws(() => set.set('sip-drop', '101'))
  assert.throws(() => set.set('slow', 'x'))
  set.set('media-drop', '5')
  assert.deepEqual([set.value('media-drop'), set.anyInMedia, set.value('slow')], [5, true, 0])
  assert.deepEqual(readFault('slow=20'), { name: 'slow', value: '20' })
})

test('the clock says the time as people do', () => {
  assert.deepEqual(timeWords(14, 5), ['the-time-is', '14', 'oh', '5'])
  assert.deepEqual(timeWords(9, 0), ['the-time-is', '9', 'hundred'])
  assert.deepEqual(timeWords(23, 47), ['the-time-is', '20', '3', '40', '7'])
})
