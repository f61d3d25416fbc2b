import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { makeCertificate } from './certificate.ts'
import { type HttpRequest, httpRequest } from './http.ts'

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

const day = 86_400_000
const valid = { validFrom: new Date(Date.now() - day), validTo: new Date(Date.now() + day) }
const authority = makeCertificate({ subject: 'test authority', authority: true, ...valid })
const certificate = makeCertificate({
  subject: 'localhost',
  names: ['localhost'],
  issuer: { subject: 'test authority', key: authority.key },
  ...valid,
})

async function serve(listener: RequestListener, secure?: { cert: string; key: string }): Promise<string> {
  const server = secure ? createSecureServer(secure, listener) : createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
}

const get = (url: string, rest: Partial<HttpRequest> = {}): ReturnType<typeof httpRequest> =>
  httpRequest({ url, trust: { verify: 'full', ca: authority.cert }, timeoutMs: 5000, mostBytes: 1000, ...rest })

describe('an HTTP request', () => {
  test('carries method, headers and body, and brings status and body back', async () => {
    const url = await serve((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(404, { 'x-said': `${request.method} ${request.url} ${String(request.headers['x-tell'])}` })
        response.end('nothing')
      })
    })
    const { status, headers, body } = await get(`${url}/a?b=c`, {
      method: 'POST',
      headers: { 'x-tell': 'it' },
      body: 'ö',
    })
    assert.deepEqual([status, headers['x-said'], body.toString()], [404, 'POST /a?b=c it', 'nothing'])
  })

  test('a body that is too large is cut off and told', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(5000)))
    assert.equal((await get(url)).tooLarge, true)
  })

  test('a server that is not there, does not answer, or breaks off is told as that', async () => {
    const gone = await serve(() => {})
    const server = servers.pop() as Server
    await new Promise((resolve) => server.close(resolve))
    await assert.rejects(get(gone), { is: 'refused' })
    await assert.rejects(get(await serve(() => {}), { timeoutMs: 100 }), { is: 'silent' })
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('some')
      setImmediate(() => response.destroy())
    })
    await assert.rejects(get(broken), { is: 'closed' })
    const dns = {
      addresses: async () => [],
      naptr: async () => [],
      srv: async () => [],
      askSrv: async () => ({ is: 'nothing' }) as const,
    }
    await assert.rejects(get('http://nowhere.example', { dns }), { is: 'unresolved' })
  })

  test('a certificate is checked before anything is sent', async () => {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(String(request.headers.authorization))
      response.end('ok')
    }, certificate)
    const byName = url.replace('127.0.0.1', 'localhost')
    const headers = { authorization: 'Basic secret' }
    await assert.rejects(get(url, { headers }), { is: 'tls-name-mismatch' })
    await assert.rejects(get(byName, { headers, trust: { verify: 'full' } }), { is: 'tls-untrusted' })
    await assert.rejects(get(byName, { headers, trust: { verify: 'pinned', ca: authority.cert } }), {
      is: 'tls-untrusted',
    })
    assert.deepEqual(asked, [])
    assert.equal((await get(byName, { headers })).status, 200)
    assert.equal((await get(url, { headers, trust: { verify: 'pinned', ca: certificate.cert } })).status, 200)
    assert.equal(asked.length, 2)
  })

  test('a redirect is followed on the same host, and nowhere else', async () => {
    const other = await serve((_, response) => response.end('taken'))
    const url = await serve((request, response) => {
      if (request.url === '/there') return void response.end('here')
      response.writeHead(302, { location: request.url === '/away' ? other : '/there' }).end()
    })
    assert.equal((await get(`${url}/near`)).body.toString(), 'here')
    assert.equal((await get(`${url}/away`)).status, 302)
  })
})
