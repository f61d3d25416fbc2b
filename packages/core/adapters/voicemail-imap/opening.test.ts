// The way to a mail store that says nothing, or nothing more.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { seededDice, virtualClock } from '@openparley/testkit'
import { openStore } from './opening.ts'

describe('a mail store that goes silent', () => {
  const server = createServer()
  let port = 0
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  after(() => server.close())

  /** Somebody comes, and waits. */
  async function coming() {
    const clock = virtualClock()
    const met = once(server, 'connection') as Promise<[Socket]>
    const opened = openStore({
      world: { clock, dice: seededDice(1), wall: () => '' },
      server: `127.0.0.1:${port}`,
      settings: readSettings({
        'voicemail.imap.tls': false,
        'voicemail.user': 'alice',
        'voicemail.password': 'wonderland',
      }),
      dns: dnsResolver(),
      signal: new AbortController().signal,
    })
    // It is looked at below.
    opened.catch(() => {})
    const [socket] = await met
    while (clock.pending === 0) await new Promise(setImmediate)
    return { clock, socket, opened }
  }

  test('without a greeting is given up after 10 s, and nothing waits any more', async () => {
    const { clock, socket, opened } = await coming()
    const left = once(socket, 'close')
    socket.resume()
    clock.pass(9_999)
    assert.equal(clock.pending, 1)
    clock.pass(1)
    await assert.rejects(opened, { code: 'server-silent' })
    assert.equal(clock.pending, 0)
    await left
  })

  test('after its greeting is given up after 20 s, and nothing waits any more', async () => {
    const { clock, socket, opened } = await coming()
    const left = once(socket, 'close')
    socket.write('* OK here\r\n')
    await once(socket, 'data')
    clock.pass(19_999)
    assert.equal(clock.pending, 1)
    clock.pass(1)
    await assert.rejects(opened, { code: 'server-silent' })
    assert.equal(clock.pending, 0)
    await left
  })
})
