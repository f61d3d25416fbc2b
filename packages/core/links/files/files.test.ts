// Files of a deployment by TFTP, as the product asks for them: in windows (RFC 7440), and without where a server knows none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver, openUdp, realClock, realDice } from '@openparley/net'
import { readPacket } from '@openparley/protocols/tftp'
import { openTftpServer, type TftpFault } from '../../../lab/files/tftp.ts'
import { type FilesLink, filesLink } from './files.ts'

const file = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 31 + (at >> 9)) & 0xff)

function linkTo(port: number): FilesLink {
  const settings = readSettings({ 'cucm.tftp.servers': [`127.0.0.1:${port}`], 'cucm.files.ways': ['tftp'] })
  return filesLink({ settings: () => settings, dns: () => dnsResolver(undefined), clock: realClock, dice: realDice })
}

test('a server is asked for windows of 16 blocks', async () => {
  const asked = Promise.withResolvers<ReturnType<typeof readPacket>>()
  const server = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes) => asked.resolve(readPacket(bytes)),
  })
  const leaving = new AbortController()
  const fetched = linkTo(server.port).fetch('f', leaving.signal)
  const request = await asked.promise
  assert.equal(request.type === 'rrq' && request.options.get('windowsize'), '16')
  leaving.abort()
  assert.equal('fault' in (await fetched), true)
  await server.close()
})

for (const [what, fault] of [
  ['grants windows', undefined],
  ['passes over options', { is: 'no-options' }],
  ['refuses options', { is: 'refuses-options' }],
] as const) {
  test(`of a server that ${what} a file arrives whole`, async () => {
    const given: TftpFault | undefined = fault
    const server = await openTftpServer({ address: '127.0.0.1', port: 0, fileAt: () => file, faultFor: () => given })
    const fetched = await linkTo(server.port).fetch('f')
    assert.ok('bytes' in fetched, JSON.stringify(fetched))
    assert.equal(Buffer.compare(fetched.bytes, file), 0)
    await server.close()
  })
}
