import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { after, test } from 'node:test'
import { elementsIn } from '@openparley/protocols/common'
import { startLab } from '../lab.ts'
import { RawClient, shown } from './client.suite.ts'
import { ns } from './names.ts'
import { said } from './stanza.ts'

const lab = await startLab()
after(() => lab.close())
const password = String(lab.people[0]?.xmpp['xmpp.password'])

test('in the clear there is TLS to ask for and nothing else, and after it the proofs', async () => {
  const client = await RawClient.plain(lab)
  const features = await client.open()
  assert.equal(elementsIn(features).map(shown).join(''), `<starttls xmlns="${ns.tls}"><required/></starttls>`)
  client.send(`<auth xmlns='${ns.sasl}' mechanism='PLAIN'>AGEAYg==</auth>`)
  assert.equal(shown(await client.next()), `<failure xmlns="${ns.sasl}"><encryption-required/></failure>`)
  client.send(`<starttls xmlns='${ns.tls}'/>`)
  assert.equal(shown(await client.next()), `<proceed xmlns="${ns.tls}"/>`)
  await client.startTls(lab)
  const [offered] = elementsIn(await client.open())
  assert.deepEqual(offered && elementsIn(offered).map(said), ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'])
  client.cut()
})

for (const [name, hash, length] of [
  ['SCRAM-SHA-1', 'sha1', 20],
  ['SCRAM-SHA-256', 'sha256', 32],
] as const) {
  test(`${name} proves both sides to each other`, async () => {
    const client = await RawClient.overTls(lab)
    await client.open()
    const send = (local: string, text: string, more = ''): void =>
      client.send(`<${local} xmlns='${ns.sasl}'${more}>${Buffer.from(text).toString('base64')}</${local}>`)
    send('auth', 'n,,n=alice,r=abc', ` mechanism='${name}'`)
    const challenge = Buffer.from(said(await client.next()), 'base64').toString()
    const [, nonce = '', salt = '', count] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? []
    assert.ok(nonce.startsWith('abc') && nonce.length > 20)
    const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(count), length, hash)
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()
    const clientKey = hmac(salted, 'Client Key')
    const message = `n=alice,r=abc,${challenge},c=biws,r=${nonce}`
    const signature = hmac(createHash(hash).update(clientKey).digest(), message)
    const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString('base64')
    send('response', `c=biws,r=${nonce},p=${proof}`)
    const success = await client.next()
    assert.equal(
      Buffer.from(said(success), 'base64').toString(),
      `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`,
    )
    client.cut()
  })
}

test('a wrong password is refused, five times at most', async () => {
  const client = await RawClient.overTls(lab)
  await client.open()
  for (let i = 0; i < 5; i++) {
    client.send(`<auth xmlns='${ns.sasl}' mechanism='PLAIN'>AGFsaWNlAHdyb25n</auth>`)
    assert.equal(shown(await client.next()), `<failure xmlns="${ns.sasl}"><not-authorized/></failure>`)
  }
  assert.match(shown(await client.next()), /policy-violation/)
  await client.closed()
})

test('a resource is bound, and another that binds it ends the first', async () => {
  const first = await RawClient.signedIn(lab, 'alice', 'balcony')
  const second = await RawClient.proven(lab, 'alice')
  second.send(`<iq type='set' id='1'><bind xmlns='${ns.bind}'><resource>balcony</resource></bind></iq>`)
  assert.equal(
    shown(await second.next()),
    `<iq type="result" id="1"><bind xmlns="${ns.bind}"><jid>alice@lab.example/balcony</jid></bind></iq>`,
  )
  assert.match(shown(await first.next(({ local }) => local === 'error')), /<conflict/)
  await first.closed()
  second.send(' ')
  assert.equal(
    shown(await second.ask('p', `<iq type='get' id='p'><ping xmlns='${ns.ping}'/></iq>`)),
    `<iq type="result" id="p" to="alice@lab.example/balcony"/>`,
  )
  second.cut()
})

test('what is no stream ends with an error of its own, and others are still served', async () => {
  const head = (attributes: string): string => `<?xml version='1.0'?><stream:stream ${attributes}>`
  const good = `xmlns='jabber:client' xmlns:stream='${ns.stream}' to='lab.example' version='1.0'`
  const cases: [string, string][] = [
    ['GET / HTTP/1.1\r\n\r\n', 'not-well-formed'],
    [head(good.replace('lab.example', 'elsewhere.example')), 'host-unknown'],
    [head(good.replace("version='1.0'", '')), 'unsupported-version'],
    [head(good.replace('jabber:client', 'jabber:server')), 'invalid-namespace'],
    [`${head(good)}<message/>`, 'not-authorized'],
    [`${head(good)}<!-- --><a/>`, 'restricted-xml'],
    [`${head(good)}<message></presence>`, 'not-well-formed'],
    [`${head(good)}<message>${'x'.repeat(300_000)}`, 'policy-violation'],
    [`${head(good)}${'<a>'.repeat(100)}`, 'policy-violation'],
  ]
  for (const [text, condition] of cases) {
    const client = await RawClient.plain(lab)
    client.send(text)
    const error = await client.next(({ local }) => local === 'error')
    assert.equal(shown(error), `<error xmlns="${ns.stream}"><${condition} xmlns="${ns.streamErrors}"/></error>`, text)
    await client.closed()
  }
  const bound = await RawClient.signedIn(lab, 'alice')
  bound.send(`<presence from='bob@lab.example'/>`)
  assert.match(shown(await bound.next()), /<invalid-from/)
  const another = await RawClient.signedIn(lab, 'alice')
  another.send('<foo xmlns="urn:x"/>')
  assert.match(shown(await another.next()), /<unsupported-stanza-type/)
})

test('the server says what it is and has, and refuses what it does not know', async () => {
  const client = await RawClient.signedIn(lab, 'alice', 'd')
  const info = await client.ask('1', `<iq type='get' id='1' to='lab.example'><query xmlns='${ns.info}'/></iq>`)
  assert.match(shown(info), /<identity category="server" type="im" name="Parley lab"\/><feature var=/)
  const unknown = await client.ask('2', `<iq type='get' id='2' to='lab.example'><query xmlns='urn:unknown'/></iq>`)
  assert.equal(
    shown(unknown),
    `<iq type="error" id="2" from="lab.example" to="alice@lab.example/d"><error type="cancel"><service-unavailable xmlns="${ns.stanzaErrors}"/></error></iq>`,
  )
  const far = await client.ask('3', `<iq type='get' id='3' to='far.example'><query xmlns='${ns.info}'/></iq>`)
  assert.match(shown(far), /<remote-server-not-found/)
  const empty = await client.ask('4', `<iq type='get' id='4' to='lab.example'/>`)
  assert.match(shown(empty), /<bad-request/)
  client.send(`<message to='@' id='5'/>`)
  assert.match(shown(await client.next()), /<jid-malformed/)
  client.leave()
  await client.closed()
})

test('a fault of the lab is met: nothing listens, nothing is answered, no TLS is offered', async () => {
  const silent = await startLab({ faults: [{ name: 'xmpp-no-tls' }] })
  const client = await RawClient.plain(silent)
  assert.match(shown(await client.open()), /PLAIN/)
  client.send(`<auth xmlns='${ns.sasl}' mechanism='PLAIN'>AGEAYg==</auth>`)
  assert.match(shown(await client.next()), /encryption-required/)
  await silent.xmpp.go()
  await client.closed()
  await assert.rejects(RawClient.overTls(silent))
  await silent.xmpp.comeBack()
  ;(await RawClient.signedIn(silent, 'bob')).cut()
  await silent.close()
})
