import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { listFaults } from '../faults.ts'
import { startLab } from '../lab.ts'
import type { LabOptions } from '../lab-types.ts'
import { RawClient, shown } from './client.suite.ts'
import { xmppFaults } from './faults.ts'
import { ns } from './names.ts'

const withFault = (name: string, value?: string): LabOptions => ({
  faults: [value === undefined ? { name } : { name, value }],
})

test('faults of chat have names of their own that begin alike', () => {
  for (const { name } of xmppFaults) assert.match(name, /^xmpp-/)
  for (const { name, journey } of listFaults()) assert.equal(name.startsWith('xmpp-'), journey === 'chat', name)
})

test('a server that refuses has nobody listening, until it comes back', async () => {
  const lab = await startLab(withFault('xmpp-refuse'))
  await assert.rejects(RawClient.overTls(lab), /ECONNREFUSED|ECONNRESET/)
  await lab.xmpp.comeBack()
  ;(await RawClient.there(lab, 'alice')).leave()
  await lab.close()
})

test('a silent server takes everything and says nothing', async () => {
  const lab = await startLab(withFault('xmpp-silent'))
  const client = await RawClient.plain(lab)
  const features = client.open()
  const first = await Promise.race([features, new Promise((resolve) => setImmediate(resolve))])
  assert.equal(first, undefined)
  lab.clearFault('xmpp-silent')
  // The same header again is what a stream may not have, once the server listens.
  client.cut()
  await assert.rejects(features)
  await lab.close()
})

test('a certificate of an unknown authority, and a wrong password, are what they are called', async () => {
  const untrusted = await startLab(withFault('xmpp-wrong-certificate'))
  await assert.rejects(RawClient.overTls(untrusted), /unable to (verify|get)|self-signed/)
  await untrusted.close()
  const lab = await startLab(withFault('xmpp-wrong-password'))
  const client = await RawClient.overTls(lab)
  await client.open()
  const proof = Buffer.from(`\0alice\0${String(lab.people[0]?.xmpp['xmpp.password'])}`).toString('base64')
  client.send(`<auth xmlns='${ns.sasl}' mechanism='PLAIN'>${proof}</auth>`)
  assert.match(shown(await client.next()), /not-authorized/)
  await lab.close()
})

test('a connection is cut after as many stanzas as are asked for', async () => {
  const lab = await startLab(withFault('xmpp-cut', '3'))
  const client = await RawClient.signedIn(lab, 'alice')
  for (let i = 0; i < 3; i++) await client.all()
  client.send('<presence/>')
  await client.closed()
  await lab.close()
})

test('the control socket cuts a person’s connections, sends what anybody might, and has the server go and come back', async () => {
  const lab = await startLab()
  const socket = connect(lab.control)
  let heard: ((text: string) => void) | undefined
  socket.on('data', (chunk) => heard?.(chunk.toString()))
  const ask = (what: object): Promise<string> =>
    new Promise((resolve) => {
      heard = resolve
      socket.write(`${JSON.stringify(what)}\n`)
    })
  const [alice, bob] = [await RawClient.there(lab, 'alice'), await RawClient.there(lab, 'bob')]
  assert.equal(await ask({ ask: 'xmpp-cut', name: 'alice' }), '{"ok":true}\n')
  await alice.closed()
  await bob.all()
  const value = `<message from='mallory@far.example/x' to='bob@lab.example' type='chat'><body>injected</body></message>`
  assert.equal(await ask({ ask: 'xmpp-inject', value }), '{"ok":true}\n')
  assert.match(shown(await bob.next(({ local }) => local === 'message')), /injected/)
  assert.match(await ask({ ask: 'xmpp-inject', value: '<message>' }), /"ok":false/)
  await ask({ ask: 'xmpp-kill' })
  await bob.closed()
  await ask({ ask: 'xmpp-come-back' })
  await lab.xmpp.comeBack()
  ;(await RawClient.there(lab, 'bob')).leave()
  socket.destroy()
  await lab.close()
})

test('nothing that a client sends takes the server down', async () => {
  const lab = await startLab()
  const word = fc.constantFrom(
    'iq',
    'message',
    'presence',
    'query',
    'item',
    'x',
    'pubsub',
    'items',
    'publish',
    'r',
    'a',
    'enable',
    'set',
    'max',
    'before',
    'request',
    'block',
    'bind',
    'c',
  )
  const uri = fc.constantFrom(...Object.values(ns))
  const value = fc.constantFrom(
    'get',
    'set',
    'result',
    'error',
    'subscribe',
    'unsubscribed',
    'groupchat',
    '-1',
    '1',
    'max',
    '',
    'alice@lab.example',
    'bob@lab.example/r',
    'r@rooms.lab.example/n',
    'upload.lab.example',
    'lab.example',
    'constructor',
    '@',
  )
  const name = fc.constantFrom(
    'type',
    'node',
    'jid',
    'h',
    'var',
    'role',
    'nick',
    'affiliation',
    'size',
    'filename',
    'ver',
  )
  const written = (local: string, attributes: Readonly<Record<string, string>>, inner: readonly string[]): string =>
    `<${local}${Object.entries(attributes)
      .map(([key, text]) => ` ${key}='${text}'`)
      .join('')}>${inner.join('')}</${local}>`
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc
      .record({
        local: word,
        uri: fc.option(uri, { nil: undefined, freq: 3 }),
        attributes: fc.dictionary(name, value),
        inner: fc.array(fc.oneof({ depthSize: 'small' }, value, tie('tree')), { maxLength: 3 }),
      })
      .map(({ local, uri, attributes, inner }) =>
        written(local, { ...attributes, ...(uri === undefined ? {} : { xmlns: uri }) }, inner),
      ),
  }))
  /** What is asked, with insides by chance. */
  const payload = fc
    .record({
      asked: fc.constantFrom(
        ['query', ns.roster],
        ['query', ns.archive],
        ['query', ns.info],
        ['query', ns.roomsAdmin],
        ['query', ns.roomsOwner],
        ['pubsub', ns.pubsub],
        ['pubsub', ns.pubsubOwner],
        ['block', ns.blocking],
        ['unblock', ns.blocking],
        ['request', ns.upload],
        ['x', ns.roomsUser],
        ['x', ns.rooms],
      ),
      inner: fc.array(tree, { maxLength: 3 }),
      attributes: fc.dictionary(name, value),
    })
    .map(({ asked: [local = '', xmlns = ''], inner, attributes }) => written(local, { ...attributes, xmlns }, inner))
  const stanza = fc
    .record({
      local: fc.constantFrom('iq', 'iq', 'message', 'presence'),
      type: fc.option(value, { nil: undefined }),
      to: fc.option(value, { nil: undefined }),
      inner: fc.oneof(fc.array(tree, { maxLength: 2 }), fc.tuple(payload)),
    })
    .map(({ local, type, to, inner }) =>
      written(local, { id: '1', ...(type === undefined ? {} : { type }), ...(to === undefined ? {} : { to }) }, inner),
    )
  await fc.assert(
    fc.asyncProperty(fc.array(stanza, { minLength: 5, maxLength: 100 }), async (stanzas) => {
      const client = await RawClient.signedIn(lab, 'alice')
      for (const stanza of stanzas) client.send(stanza)
      client.send('</stream:stream>')
      await client.closed()
    }),
    { numRuns: 60 },
  )
  ;(await RawClient.there(lab, 'bob')).leave()
  await lab.close()
})
