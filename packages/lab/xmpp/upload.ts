// Files for others to fetch (XEP-0363): places are asked for in the stream, filled and read over HTTPS on loopback.
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import type { Answered } from './asks.ts'
import { infoOf } from './disco.ts'
import type { Domain, Host } from './domain.ts'
import type { Jid } from './jid.ts'
import { ns } from './names.ts'
import { element, errorOf, field, type Refusal, refusal, resultOf } from './stanza.ts'

interface Place {
  readonly path: string
  readonly size: number
  readonly type: string
  readonly untilMs: number
  /** A place is filled once. */
  isTaken: boolean
  body?: Buffer
}

export interface UploadOptions {
  readonly domain: Domain
  readonly tls: { readonly key: string; readonly cert: string }
}

export class Uploads implements Host {
  readonly name = 'Files'
  readonly #domain: Domain
  readonly #server: Server
  readonly #places = new Map<string, Place>()
  #port = 0
  #bytes = 0

  private constructor({ domain, tls }: UploadOptions) {
    this.#domain = domain
    this.#server = createServer({ ...tls, minVersion: 'TLSv1.2' }, (request, response) =>
      this.#serve(request, response),
    )
    this.#server.headersTimeout = 10_000
    this.#server.requestTimeout = 60_000
    if (!domain.faults.has('xmpp-no-files')) domain.hosts.set(`upload.${domain.name}`, this)
  }

  static async open(options: UploadOptions): Promise<Uploads> {
    const uploads = new Uploads(options)
    const server = uploads.#server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => resolve())
    })
    const at = server.address()
    uploads.#port = at !== null && typeof at === 'object' ? at.port : 0
    return uploads
  }

  get address(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  arrived(stanza: XmlElement, from: Jid): void {
    const { type } = stanza.attributes
    if (stanza.local !== 'iq' || (type !== 'get' && type !== 'set')) return
    const [payload] = elementsIn(stanza)
    const answered = payload
      ? this.#answer(`${type} ${payload.uri} ${payload.local}`, payload, from)
      : refusal('bad-request')
    if (answered === 'later') return
    this.#domain.route('refused' in answered ? errorOf(stanza, answered) : resultOf(stanza, answered))
  }

  #answer(key: string, payload: XmlElement, from: Jid): Answered {
    switch (key) {
      case `get ${ns.info} query`:
        return [infoOf([{ category: 'store', type: 'file', name: this.name }], [ns.info, ns.upload], [limitForm()])]
      case `get ${ns.items} query`:
        return [element('query', ns.items)]
      case `get ${ns.upload} request`:
        return this.#domain.accountAt(from) ? this.#reserve(payload) : refusal('forbidden')
      default:
        return refusal('service-unavailable')
    }
  }

  #reserve({ attributes }: XmlElement): readonly XmlElement[] | Refusal {
    const { filename = '', 'content-type': type = 'application/octet-stream' } = attributes
    const size = Number(attributes['size'])
    if (filename === '' || !Number.isInteger(size) || size <= 0) return refusal('bad-request')
    if (size > largestFile) {
      const most = element('max-file-size', ns.upload, {}, [String(largestFile)])
      return refusal('not-acceptable', 'The file is too large.', element('file-too-large', ns.upload, {}, [most]))
    }
    // What a browser would run is not kept for others.
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(type) || /html|script|svg|xml/.test(type))
      return refusal('not-acceptable', `No file of the type ${type.slice(0, 100)} is taken.`)
    this.#forget()
    if (this.#places.size >= mostPlaces || this.#bytes + size > mostBytes)
      return refusal('resource-constraint', 'There is no room for more files.')
    const path = `/${this.#domain.dice.token(192)}/${encodeURIComponent(filename.replace(/^.*[/\\]/, '').slice(0, 200))}`
    const url = this.address + path
    this.#bytes += size
    this.#places.set(path, { path, size, type, untilMs: this.#domain.clock.now() + openMs, isTaken: false })
    const headers = this.#domain.faults.has('xmpp-file-headers') ? smuggled : []
    return [
      element('slot', ns.upload, {}, [element('put', ns.upload, { url }, headers), element('get', ns.upload, { url })]),
    ]
  }

  /** Places that nobody filled in time. */
  #forget(): void {
    const now = this.#domain.clock.now()
    for (const { path, size, isTaken, untilMs } of this.#places.values()) {
      if (isTaken || untilMs > now) continue
      this.#places.delete(path)
      this.#bytes -= size
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { faults } = this.#domain
    const place = this.#places.get(request.url ?? '')
    request.on('error', () => response.destroy())
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Methods', 'PUT, GET, HEAD, OPTIONS')
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type')
    if (request.method === 'PUT') this.#put(request, response, place)
    else if (request.method === 'OPTIONS') response.writeHead(204).end()
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end()
    else if (!place?.body) response.writeHead(404).end()
    else if (faults.has('xmpp-file-elsewhere'))
      response.writeHead(302, { Location: this.address.replace('https', 'http') }).end()
    else if (faults.has('xmpp-file-huge')) goOn(response)
    else {
      response.writeHead(200, {
        'Content-Type': place.type,
        'Content-Length': place.body.length,
        'Content-Security-Policy': "default-src 'none'",
        'X-Content-Type-Options': 'nosniff',
      })
      response.end(request.method === 'HEAD' ? undefined : place.body)
    }
  }

  #put(request: IncomingMessage, response: ServerResponse, place: Place | undefined): void {
    const { 'content-length': length, 'content-type': type } = request.headers
    const refuse = (status: number): void => {
      response.writeHead(status, { Connection: 'close' }).end()
      request.resume()
    }
    if (!place || place.untilMs < this.#domain.clock.now()) return refuse(404)
    if (place.isTaken) return refuse(409)
    if (this.#domain.faults.has('xmpp-file-refused')) return refuse(413)
    if (this.#domain.faults.has('xmpp-file-headers') && !isClean(request)) return refuse(400)
    if (Number(length) !== place.size) return refuse(length === undefined ? 411 : 413)
    if (type !== undefined && type !== place.type) return refuse(415)
    place.isTaken = true
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.once('aborted', () => {
      place.isTaken = false
    })
    request.once('end', () => {
      place.body = Buffer.concat(parts)
      response.writeHead(201).end()
    })
  }
}

/** What is written until nobody takes it any more. */
function goOn(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write('x'.repeat(65_536))) continue
  }
  response.on('drain', more)
  more()
}

/** The first alone is the server’s to set (XEP-0363 §5), and its first line alone is of it. */
const smuggled: readonly XmlElement[] = [
  element('header', ns.upload, { name: 'Authorization' }, ['Bearer one\r\nX-Smuggled: two']),
  element('header', ns.upload, { name: 'X-Other' }, ['three']),
  element('header', ns.upload, { name: 'Host' }, ['elsewhere.example']),
]

function isClean({ headers }: IncomingMessage): boolean {
  const { authorization, host } = headers
  return (
    authorization?.startsWith('Bearer one') === true &&
    host !== 'elsewhere.example' &&
    headers['x-smuggled'] === undefined &&
    headers['x-other'] === undefined
  )
}

/** How large a file may be (XEP-0363 §4). */
function limitForm(): XmlElement {
  return element('x', ns.forms, { type: 'result' }, [
    field('FORM_TYPE', 'hidden', ns.upload),
    field('max-file-size', 'text-single', String(largestFile)),
  ])
}

const largestFile = 10 * 1024 * 1024
const mostBytes = 100 * 1024 * 1024
const mostPlaces = 1000
const openMs = 300_000
