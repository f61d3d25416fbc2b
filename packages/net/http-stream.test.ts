import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { httpStream } from './http-stream.ts'

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sound`
}

const open = (url: string, rest: { readonly signal?: AbortSignal; readonly idleMs?: number } = {}) =>
  httpStream({ url, trust: { verify: 'full' }, timeoutMs: 10_000, idleMs: 10_000, ...rest })

test('pieces are there before the rest has come, and end where the answer ends', async () => {
  let finish = (): void => {}
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'audio/wav' })
    response.write('first')
    finish = () => response.end('second')
  })
  const { status, headers, pieces } = await open(url)
  assert.deepEqual([status, headers['content-type']], [200, 'audio/wav'])
  const seen: string[] = []
  for await (const piece of pieces) {
    seen.push(Buffer.from(piece).toString())
    finish()
  }
  assert.deepEqual(seen, ['first', 'second'])
})

test('what is cut off, falls silent or is given up is told as that', async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('first')
    if (request.headers['x-cut']) setImmediate(() => response.destroy())
  })
  const read = async (pieces: AsyncIterable<Uint8Array>, onPiece = (): void => {}): Promise<void> => {
    for await (const _ of pieces) onPiece()
  }
  const cut = await httpStream({
    url,
    headers: { 'x-cut': '1' },
    trust: { verify: 'full' },
    timeoutMs: 10_000,
    idleMs: 10_000,
  })
  await assert.rejects(read(cut.pieces), { is: 'closed' })
  const silent = await open(url, { idleMs: 50 })
  await assert.rejects(read(silent.pieces), { is: 'silent' })
  const given = new AbortController()
  const up = await open(url, { signal: given.signal })
  await assert.rejects(
    read(up.pieces, () => given.abort()),
    { is: 'closed' },
  )
})

test('a server that is not there, or does not begin to answer, is told as that', async () => {
  const url = await serve(() => {})
  await assert.rejects(httpStream({ url, trust: { verify: 'full' }, timeoutMs: 50, idleMs: 50 }), { is: 'silent' })
  await assert.rejects(open(url.replace(/:\d+/, ':1')), { is: 'refused' })
})

test('who reads no further leaves no connection behind', async () => {
  const closed = Promise.withResolvers<void>()
  const url = await serve((_, response) => {
    response.once('close', () => closed.resolve())
    response.write('first')
  })
  const { pieces } = await open(url)
  for await (const _ of pieces) break
  await closed.promise
})
