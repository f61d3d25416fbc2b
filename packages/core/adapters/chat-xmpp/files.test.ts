// Files over HTTPS with a server that does what it should, and with some that do not.
import assert from 'node:assert/strict'
import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { dnsResolver, makeCertificate } from '@openparley/net'
import { type Stanza, StanzaFailure, type XmppLink, type XmppModule, xml } from '../../links/xmpp/index.ts'
import type { FilePort } from '../../services/chat/port.ts'
import { xmppFiles } from './files.ts'
import { read } from './reading.ts'

const day = 86_400_000
const dates = { validFrom: new Date(Date.now() - day), validTo: new Date(Date.now() + day) }
const authority = makeCertificate({ subject: 'test authority', authority: true, ...dates })
const issuer = { subject: 'test authority', key: authority.key }
const certificate = makeCertificate({ subject: 'localhost', names: ['localhost', '127.0.0.1'], issuer, ...dates })

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

async function serve(listener: RequestListener, isPlain = false): Promise<string> {
  const server = isPlain ? createPlain(listener) : createServer(certificate, listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${isPlain ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}

interface House {
  readonly files: FilePort
  /** What was asked for a place. */
  readonly asked: Stanza[]
  online(): void
}

/** `slot`: what the server answers to who asks for a place; absent: it takes no files. */
function house(slot?: (request: Stanza) => Stanza, limit = '1000'): House {
  const asked: Stanza[] = []
  const modules: XmppModule[] = []
  const ns = 'urn:xmpp:http:upload:0'
  const field = (name: string, value: string): Stanza => xml('field', { var: name }, xml('value', {}, value))
  const link = {
    domain: 'x',
    use: (module: XmppModule) => void modules.push(module),
    ask: async (_: string, to: string, child: Stanza) => {
      const what = `${to} ${child.name} ${child.attrs['xmlns'].replace(/.*#/, '')}`
      if (what === 'x query items')
        return xml('query', {}, xml('item', { jid: 'rooms.x' }), xml('item', { jid: 'upload.x' }))
      if (what === 'upload.x query info' && slot)
        return xml(
          'query',
          {},
          xml('feature', { var: ns }),
          xml('x', { xmlns: 'jabber:x:data' }, field('FORM_TYPE', ns), field('max-file-size', limit)),
        )
      if (child.name === 'query') throw new StanzaFailure('service-unavailable')
      asked.push(child)
      return slot?.(child)
    },
  } as unknown as XmppLink
  const settings = readSettings({ 'xmpp.tls.ca': authority.cert })
  const files = xmppFiles({ link, settings: () => settings, dns: () => dnsResolver(undefined) })
  return { files, asked, online: () => modules.forEach((module) => module.online?.(false)) }
}

const place = (put: string, get = put, ...headers: Stanza[]): Stanza =>
  xml('slot', {}, xml('put', { url: put }, ...headers), xml('get', { url: get }))

const picture = { name: 'a b.png', type: 'image/png', content: new TextEncoder().encode('hello') }
const never = new AbortController().signal

test('a file is put where the server says, with its type and size, and lies where that says', async () => {
  const seen: unknown[] = []
  const at = await serve(async (request, response) => {
    const { method, url, headers } = request
    seen.push([method, url, headers['content-type'], headers['content-length'], await bodyOf(request)])
    response.writeHead(201).end()
  })
  const { files, asked } = house(() => place(`${at}/1/a%20b.png`, `${at}/get/a b.png`))
  assert.equal(await files.upload(picture, never), `${at}/get/a%20b.png`)
  assert.deepEqual(seen, [['PUT', '/1/a%20b.png', 'image/png', '5', 'hello']])
  const { filename, size, 'content-type': type } = asked[0]?.attrs ?? {}
  assert.deepEqual([filename, size, type], ['a b.png', '5', 'image/png'])
})

test('of the headers that a place bears three are sent, and none brings another', async () => {
  const seen: IncomingMessage['headers'][] = []
  const at = await serve((request, response) => {
    seen.push(request.headers)
    request.resume().once('end', () => response.writeHead(201).end())
  })
  const header = (name: string, value: string): Stanza => xml('header', { name }, value)
  const { files } = house(() =>
    place(
      at,
      at,
      header('Authorization', 'Bearer a\r\nX-Smuggled: yes'),
      header('authorization', 'Bearer b'),
      header('Cookie', 'c=d'),
      header('Host', 'elsewhere.example'),
      header('X-Other', 'e'),
      header('Content-Length', '0'),
      header('Expires\r\nX-Name', 'f'),
    ),
  )
  await files.upload(picture, never)
  const { authorization, cookie, host, ...others } = seen[0] ?? {}
  assert.deepEqual([authorization, cookie, host], ['Bearer aX-Smuggled: yes', 'c=d', at.slice('https://'.length)])
  assert.deepEqual(Object.keys(others).sort(), ['connection', 'content-length', 'content-type'])
})

for (const [status, code] of [
  [413, 'chat-file-too-large'],
  [403, 'chat-upload-refused'],
  [302, 'chat-upload-refused'],
  [503, 'chat-upload-failed'],
] as const)
  test(`a file that is answered with ${status} is ${code}`, async () => {
    const at = await serve((request, response) => {
      request.resume()
      response.writeHead(status, { connection: 'close', location: '/elsewhere' }).end()
    })
    await assert.rejects(house(() => place(at)).files.upload(picture, never), {
      code,
      peer: { protocol: 'http', status },
    })
  })

test('a server that takes no files, fewer bytes, or gives no place of https is given nothing', async () => {
  await assert.rejects(house().files.upload(picture, never), { code: 'chat-upload-unavailable' })
  await assert.rejects(house(() => place('https://x'), '4').files.upload(picture, never), {
    code: 'chat-file-too-large',
    detail: '4 bytes at most, as the server says',
  })
  let asked = 0
  const at = await serve((_, response) => void (asked++, response.end()), true)
  for (const url of [at, 'ftp://x/a', 'file:///etc/passwd', 'nonsense', ''])
    await assert.rejects(house(() => place(url, 'https://x/a')).files.upload(picture, never), {
      code: 'chat-upload-refused',
    })
  await assert.rejects(house(() => place('https://x/a', at)).files.upload(picture, never), {
    code: 'chat-upload-refused',
  })
  assert.equal(asked, 0)
})

test('why there is no place is told, and whether there may be one later', async () => {
  for (const [failure, code] of [
    [new StanzaFailure('not-acceptable', 'File too large', 'file-too-large'), 'chat-file-too-large'],
    [new StanzaFailure('not-acceptable', 'File type not allowed'), 'chat-upload-refused'],
    [new StanzaFailure('forbidden'), 'chat-upload-refused'],
    [new StanzaFailure('resource-constraint'), 'chat-upload-failed'],
    [new StanzaFailure('timeout'), 'chat-upload-failed'],
    [new StanzaFailure('offline'), 'chat-unavailable'],
  ] as const) {
    const { files } = house(() => {
      throw failure
    })
    await assert.rejects(files.upload(picture, never), { code }, failure.message)
  }
})

test('what another stream finds counts: the server may be another', async () => {
  const first = await serve((request, response) => void request.resume().once('end', () => response.end()))
  let at = first
  const { files, online } = house(() => place(`${at}/a`))
  assert.equal(await files.upload(picture, never), `${first}/a`)
  at = await serve((_, response) => response.end('new'))
  online()
  assert.equal(String(Buffer.from(await files.fetch(`${at}/b`, 100, never))), 'new')
})

test('a file is fetched from the own server, although that is on this machine, and is held to the bound', async () => {
  let sent = 0
  const at = await serve((request, response) => {
    if (request.url === '/small') return void response.end('hello')
    if (request.url === '/gone') return void response.writeHead(404).end('no')
    // It says that it is small, and goes on for ever.
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000))) sent += 10_000
    }
    response.on('drain', more)
    more()
  })
  const { files, asked } = house(() => place(`${at}/place`))
  assert.equal(String(Buffer.from(await files.fetch(`${at}/small`, 5, never))), 'hello')
  await assert.rejects(files.fetch(`${at}/small`, 4, never), { code: 'chat-file-too-large' })
  await assert.rejects(files.fetch(`${at}/endless`, 100_000, never), { code: 'chat-file-too-large' })
  assert.ok(sent < 50_000_000, `${sent} bytes`)
  await assert.rejects(files.fetch(`${at}/gone`, 100, never), {
    code: 'chat-file-unavailable',
    peer: { protocol: 'http', status: 404 },
  })
  assert.equal(asked.length, 1, 'one place was asked for, to know where the own files lie')
})

test('a redirect is followed to nothing but the same host by https', async () => {
  const taken: string[] = []
  const plain = await serve((request, response) => void (taken.push(String(request.url)), response.end('plain')), true)
  const other = await serve((request, response) => void (taken.push(String(request.url)), response.end('other')))
  const at = await serve((request, response) => {
    if (request.url === '/there') return void response.end('there')
    const to = { '/near': '/there', '/plain': `${plain}/`, '/other': `${other}/`, '/loop': '/loop' }[
      String(request.url)
    ]
    response.writeHead(302, { location: to }).end()
  })
  const { files } = house(() => place(at))
  assert.equal(String(Buffer.from(await files.fetch(`${at}/near`, 100, never))), 'there')
  for (const path of ['plain', 'other', 'loop'])
    await assert.rejects(files.fetch(`${at}/${path}`, 100, never), {
      code: 'chat-file-unavailable',
      peer: { protocol: 'http', status: 302 },
    })
  assert.deepEqual(taken, [])
})

test('nobody has this machine ask itself or its network: not by an address, not by a name, not by another port', async () => {
  let asked = 0
  const at = await serve((_, response) => void (asked++, response.end('secret')))
  const { port } = new URL(at)
  const own = await serve((_, response) => response.end())
  for (const { files } of [house(() => place(own)), house()])
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `2130706433:${port}`,
      `0x7f.1:${port}`,
      '10.0.0.1',
      '169.254.169.254',
    ])
      await assert.rejects(files.fetch(`https://${host}/a`, 100, never), { code: 'chat-file-address-refused' }, host)
  for (const url of [at.replace('https', 'http'), 'file:///etc/passwd', 'https://u:p@127.0.0.1/', 'nonsense'])
    await assert.rejects(house().files.fetch(url, 100, never), { code: 'chat-file-address-refused' }, url)
  assert.equal(asked, 0)
})

test('a message that is the address of a file by https, and that alone, brings a file under a name that is harmless', () => {
  const reading = {
    isJoinable: () => false,
    own: 'alice@x',
    nicknameIn: () => undefined,
    wall: () => '2026-01-01T00:00:00.000Z',
  }
  const fileOf = (body: string, url = body): unknown => {
    const stanza = xml(
      'message',
      { from: 'bob@x/a', type: 'chat', id: 'i' },
      xml('body', {}, body),
      xml('x', { xmlns: 'jabber:x:oob' }, xml('url', {}, url)),
    )
    const [event] = read(stanza, reading)
    return event?.type === 'message' ? event.message.file : undefined
  }
  const at = 'https://files.example/s/'
  for (const [segment, name, type] of [
    ['tr%C3%A8s%20cool.png?a=b#c', 'très cool.png', 'image/png'],
    ['..%2F..%2Fetc%2Fpasswd', 'passwd', 'application/octet-stream'],
    ['a%5C..%5Cb.txt', 'b.txt', 'text/plain'],
    ['photo%E2%80%AEgnp.exe', 'photognp.exe', 'application/x-msdownload'],
    ['a%00%0D%0A%1B.txt', 'a.txt', 'text/plain'],
    ['%FF%.txt', '%FF%.txt', 'text/plain'],
    ['', 'file', 'application/octet-stream'],
    [`${'a'.repeat(3000)}.png`, `${'a'.repeat(196)}.png`, 'image/png'],
  ] as const)
    assert.deepEqual(fileOf(at + segment), { name, type, address: at + segment }, segment)
  assert.equal(fileOf('Look at this', `${at}a.png`), undefined)
  for (const address of ['http://files.example/a.png', 'file:///a.png', 'javascript:alert(1)', 'a.png'])
    assert.equal(fileOf(address), undefined)
})
