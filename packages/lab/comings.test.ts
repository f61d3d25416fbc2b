import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { comings } from './comings.ts'

/** What becomes of somebody who connects: what they are told, or why they are not let in. */
async function told(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  try {
    const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Buffer]
    return String(bytes)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
  }
}

function house() {
  let made = 0
  let gone = 0
  const opened = comings({
    make: () => {
      made++
      return ['one', 'two'].map((name) => createServer((socket) => void socket.write(name)))
    },
    gone: () => void gone++,
  })
  return { opened, counts: () => [made, gone] }
}

test('it comes back on the ports that it had; while it is gone all are refused there', async () => {
  const { opened, counts } = house()
  const server = await opened
  const [first = 0, second = 0] = server.ports
  assert.deepEqual([await told(first), await told(second)], ['one', 'two'])
  await server.go()
  await server.go()
  for (const port of server.ports) assert.match(await told(port), /ECONNREFUSED|ECONNRESET/)
  await server.comeBack()
  await server.comeBack()
  assert.deepEqual([await told(first), await told(second)], ['one', 'two'])
  assert.deepEqual(counts(), [2, 1])
  await server.close()
})

test('who says go, come back and close at once has them one after the other, and nothing after the close', async () => {
  const { opened, counts } = house()
  const server = await opened
  await Promise.all([server.go(), server.comeBack(), server.go(), server.comeBack(), server.close(), server.comeBack()])
  assert.deepEqual(counts(), [3, 3])
  const another = createServer().listen(server.ports[0], '127.0.0.1')
  await once(another, 'listening')
  another.close()
  await once(another, 'close')
})

test('who is connected is cut, and cut as well when it goes', async () => {
  const { opened } = house()
  const server = await opened
  for (const act of [async () => server.cut(), server.go]) {
    const socket = connect(server.ports[0] ?? 0, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'data')
    assert.equal(server.connections(), 1)
    const closed = once(socket, 'close')
    await act()
    await closed
  }
  assert.equal(server.connections(), 0)
  await server.close()
})
