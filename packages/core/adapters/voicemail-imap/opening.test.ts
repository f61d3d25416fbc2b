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

  for (const { when, givenUpMs, greet } of [
    { when: 'without a greeting', givenUpMs: 10_000, greet: (socket: Socket) => void socket.resume() },
    {
      when: 'after its greeting',
      givenUpMs: 20_000,
      greet: async (socket: Socket) => {
        socket.write('* OK here\r\n')
        await once(socket, 'data')
      },
    },
  ])
    test(`${when} is given up after ${givenUpMs / 1000} s, and nothing waits any more`, async () => {
      const { clock, socket, opened } = await coming()
      const left = once(socket, 'close')
      await greet(socket)
      clock.pass(givenUpMs - 1)
      assert.equal(clock.pending, 1)
      clock.pass(1)
      await assert.rejects(opened, { code: 'server-silent' })
      assert.equal(clock.pending, 0)
      await left
    })
})
