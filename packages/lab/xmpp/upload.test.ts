import assert from 'node:assert/strict'
import { request } from 'node:https'
import { after, test } from 'node:test'
import type { XmlElement } from '@openparley/protocols/common'
import { startLab } from '../lab.ts'
import { RawClient, shown } from './client.suite.ts'
import { ns } from './names.ts'

const lab = await startLab()
after(() => lab.close())
const alice = await RawClient.signedIn(lab, 'alice')

const slot = (filename: string, size: number, type = 'image/png'): Promise<XmlElement> =>
  alice.ask(
    's',
    `<iq type='get' id='s' to='upload.lab.example'><request xmlns='${ns.upload}' filename='${filename}' size='${size}' content-type='${type}'/></iq>`,
  )

interface HttpSeen {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: string
}

function http(method: string, url: string, body?: string, headers = {}): Promise<HttpSeen> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const sent = request(url, { method, ca: lab.ca, headers: { ...length, ...headers }, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
      answer.once('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'], body: text }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

test('a place is given for a file, filled once, and read by whoever knows it', async () => {
  const items = await alice.ask('i', `<iq type='get' id='i' to='lab.example'><query xmlns='${ns.items}'/></iq>`)
  assert.match(shown(items), /<item jid="upload.lab.example" name="Files"/)
  const info = await alice.ask('i', `<iq type='get' id='i' to='upload.lab.example'><query xmlns='${ns.info}'/></iq>`)
  assert.match(shown(info), /<field type="text-single" var="max-file-size"><value>10485760</)
  const [, put = '', get = ''] =
    /<put url="([^"]+)"\/><get url="([^"]+)"\/>/.exec(shown(await slot('très cool.png', 5))) ?? []
  assert.ok(put.startsWith(`${lab.addresses.xmpp.upload}/`) && put.endsWith('/tr%C3%A8s%20cool.png'))
  assert.equal((await http('GET', get)).status, 404)
  assert.equal((await http('PUT', put, 'hello!')).status, 413)
  assert.equal((await http('PUT', put, 'hello', { 'Content-Type': 'text/plain' })).status, 415)
  assert.equal((await http('PUT', put, 'hello', { 'Content-Type': 'image/png' })).status, 201)
  assert.equal((await http('PUT', put, 'other', { 'Content-Type': 'image/png' })).status, 409)
  assert.deepEqual(await http('GET', get), { status: 200, type: 'image/png', body: 'hello' })
  assert.equal((await http('PUT', `${lab.addresses.xmpp.upload}/mine`, 'x')).status, 404)
  assert.equal((await http('DELETE', get)).status, 405)
})

test('a file that is too large, of a type that a browser would run, or without a name is given no place', async () => {
  assert.match(
    shown(await slot('a.png', 20_000_000)),
    /<file-too-large xmlns="urn:xmpp:http:upload:0"><max-file-size>10485760/,
  )
  assert.match(shown(await slot('a.html', 5, 'text/html')), /not-acceptable/)
  assert.match(shown(await slot('a', 0)), /bad-request/)
  assert.match(shown(await slot('', 5)), /bad-request/)
  alice.leave()
})
