// Locating servers, against RFC 3263 §4 and RFC 2782.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HopResolver, orderSrv, resolveHops } from './resolve.ts'
import { parseUri, type SipUri } from './uri.ts'

test('a numeric address needs no look-up, and the scheme and transport decide the port (§4.1, §4.2)', async () => {
  for (const [uri, hop] of [
    ['sip:192.0.2.1', 'udp 192.0.2.1 5060'],
    ['sip:192.0.2.1:5070', 'udp 192.0.2.1 5070'],
    ['sip:192.0.2.1;transport=tcp', 'tcp 192.0.2.1 5060'],
    ['sips:192.0.2.1', 'tls 192.0.2.1 5061'],
    ['sip:[2001:db8::1]:5070', 'udp 2001:db8::1 5070'],
    ['sip:a@example.com;maddr=192.0.2.9', 'udp 192.0.2.9 5060'],
  ] as const) {
    assert.deepEqual(await hopsOf(uri, never), [hop], uri)
  }
})

test('an explicit port skips NAPTR and SRV (§4.2)', async () => {
  const dns: HopResolver = { ...never, addresses: async () => ['192.0.2.1', '192.0.2.2'] }
  assert.deepEqual(await hopsOf('sip:example.com:5070', dns), ['udp 192.0.2.1 5070', 'udp 192.0.2.2 5070'])
})

test('the example of §4.1: NAPTR prefers TCP, and its SRV records tell the servers', async () => {
  const asked: string[] = []
  const dns: HopResolver = {
    naptr: async () => [
      { service: 'SIP+D2U', replacement: '_sip._udp.example.com', order: 50, preference: 70, flags: 's' },
      { service: 'SIP+D2T', replacement: '_sip._tcp.example.com', order: 50, preference: 60, flags: 's' },
      { service: 'E2U+web', replacement: 'elsewhere', order: 1, preference: 1, flags: 'u' },
    ],
    srv: async (name) => {
      asked.push(name)
      return name.startsWith('_sip._tcp')
        ? [
            { priority: 1, weight: 0, port: 5060, name: 'server2.example.com' },
            { priority: 0, weight: 1, port: 5060, name: 'server1.example.com' },
          ]
        : []
    },
    addresses: async (name) => [name === 'server1.example.com' ? '192.0.2.1' : '192.0.2.2'],
  }
  assert.deepEqual(await hopsOf('sip:user@example.com', dns), ['tcp 192.0.2.1 5060', 'tcp 192.0.2.2 5060'])
  assert.deepEqual(asked, ['_sip._tcp.example.com', '_sip._udp.example.com'])
})

test('sips takes TLS alone, whatever else is offered (§4.1)', async () => {
  const dns: HopResolver = {
    naptr: async () => [
      { service: 'SIP+D2T', replacement: '_sip._tcp.example.com', order: 1, preference: 1, flags: 's' },
      { service: 'SIPS+D2T', replacement: '_sips._tcp.example.com', order: 2, preference: 1, flags: 's' },
    ],
    srv: async (name) => [{ priority: 0, weight: 0, port: name.startsWith('_sips') ? 5061 : 5060, name: 'host' }],
    addresses: async () => ['192.0.2.1'],
  }
  assert.deepEqual(await hopsOf('sips:example.com', dns), ['tls 192.0.2.1 5061'])
})

test('without any record of a service the name’s own addresses are taken, and without these there is no hop', async () => {
  const dns: HopResolver = { naptr: async () => [], srv: async () => [], addresses: async () => ['192.0.2.1'] }
  assert.deepEqual(await hopsOf('sip:example.com', dns), ['udp 192.0.2.1 5060'])
  assert.deepEqual(await hopsOf('sips:example.com', dns), ['tls 192.0.2.1 5061'])
  assert.deepEqual(await hopsOf('sip:example.com', { ...dns, addresses: async () => [] }), [])
})

test('a service whose target is a dot is not there (RFC 2782)', () => {
  assert.deepEqual(orderSrv([{ name: '.', port: 0, priority: 0, weight: 0 }], { roll: () => 0 }), [])
})

test('SRV records stand by priority, and within one come first in proportion to their weight (RFC 2782)', () => {
  const records = [
    { name: 'late', port: 1, priority: 2, weight: 100 },
    { name: 'heavy', port: 1, priority: 1, weight: 75 },
    { name: 'light', port: 1, priority: 1, weight: 25 },
  ]
  let heavy = 0
  for (let i = 0; i < 1000; i++) {
    let first = true
    // An even spread over [0, 1) in place of chance.
    const roll = (): number => (first ? ((first = false), i / 1000) : 0)
    const names = orderSrv(records, { roll }).map(({ name }) => name)
    assert.equal(names[2], 'late')
    if (names[0] === 'heavy') heavy++
  }
  assert(heavy > 730 && heavy < 770, `${heavy} of 1000`)
})

async function hopsOf(text: string, dns: HopResolver): Promise<string[]> {
  const hops = await resolveHops(parseUri(text) as SipUri, dns, { roll: () => 0 })
  return hops.map(({ transport, address, port }) => `${transport} ${address} ${port}`)
}

const unexpected = async (): Promise<never> => assert.fail('a look-up that must not be made')
const never: HopResolver = { naptr: unexpected, srv: unexpected, addresses: unexpected }
