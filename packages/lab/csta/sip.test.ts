import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { startLab } from '../lab.ts'

const lab = await startLab()
after(() => lab.close())
const edition = 'http://www.ecma-international.org/standards/ecma-323/csta/ed3'
const line = 'desk-alice'
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** A client of the test's own: its SIP is written and read here, and not by the codec that the lab has. */
class Client {
  readonly #socket: Socket
  readonly #came: string[] = []
  #held = ''
  #wake: () => void = () => {}
  #cseq = 0
  #to = '<sip:rcc@127.0.0.1>'
  #target: string
  readonly #callId: string

  constructor(callId: string) {
    const [host = '', port] = lab.addresses.uacsta.tcp.split(':')
    this.#callId = callId
    this.#target = `sip:${lab.addresses.uacsta.tcp};transport=tcp`
    this.#socket = connect(Number(port), host)
    this.#socket.on('error', () => {})
    this.#socket.on('data', (bytes: Buffer) => {
      this.#held += bytes.toString('latin1')
      for (;;) {
        const end = this.#held.indexOf('\r\n\r\n')
        const length = Number(/^Content-Length: *(\d+)/im.exec(this.#held.slice(0, end))?.[1] ?? 0)
        if (end < 0 || this.#held.length < end + 4 + length) break
        const text = this.#held.slice(0, end + 4 + length)
        this.#came.push(text)
        // Each of its INFOs is answered: the next comes after that.
        const copied = text.split('\r\n').filter((each) => /^(Via|From|To|Call-ID|CSeq):/i.test(each))
        if (text.startsWith('INFO '))
          this.#socket.write(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'))
        this.#held = this.#held.slice(end + 4 + length)
      }
      this.#wake()
    })
  }

  get #address(): string {
    return `127.0.0.1:${this.#socket.localPort}`
  }

  async until(fits: (text: string) => boolean): Promise<string> {
    for (;;) {
      const at = this.#came.findIndex(fits)
      const [found] = at < 0 ? [] : this.#came.splice(at, 1)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  send(method: string, cseq: number, body: string, more: readonly string[] = []): void {
    const lines = [
      `${method} ${this.#target} SIP/2.0`,
      `Via: SIP/2.0/TCP ${this.#address};branch=z9hG4bK${this.#callId}${method}${cseq}`,
      'Max-Forwards: 70',
      'From: <sip:alice@127.0.0.1>;tag=ours',
      `To: ${this.#to}`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:alice@${this.#address};transport=tcp>`,
      ...more,
      ...(body === '' ? [] : ['Content-Type: application/csta+xml', 'Content-Disposition: signal;handling=required']),
      `Content-Length: ${body.length}`,
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }

  async ask(method: string, body = '', more: readonly string[] = []): Promise<string> {
    const cseq = ++this.#cseq
    this.send(method, cseq, body, more)
    return this.until((text) => new RegExp(`^SIP/2.0 [2-6][^]*\\r\\nCSeq: ${cseq} ${method}`).test(text))
  }

  service(name: string, inner = ''): Promise<string> {
    return this.ask('INFO', `<${name} xmlns="${edition}">${inner}</${name}>`)
  }

  /** Challenged first, then with the proof. */
  async begin(password: unknown): Promise<string> {
    if (this.#socket.connecting) await once(this.#socket, 'connect')
    const body = `<RequestSystemStatus xmlns="${edition}"/>`
    const first = await this.ask('INVITE', body)
    assert.match(first, /^SIP\/2.0 401/)
    this.send('ACK', this.#cseq, '')
    const [, nonce] = /^WWW-Authenticate: Digest(?=.*algorithm=MD5).*nonce="([^"]+)"/im.exec(first) ?? []
    const [user, realm, uri] = ['alice', 'parley-lab', this.#target]
    const response = md5(
      `${md5(`${user}:${realm}:${String(password)}`)}:${nonce}:00000001:c:auth:${md5(`INVITE:${uri}`)}`,
    )
    const proof = `username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`
    const second = await this.ask('INVITE', body, [
      `Authorization: Digest ${proof}, algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`,
    ])
    this.#to = /^To: (.*)$/im.exec(second)?.[1]?.trim() ?? ''
    if (second.startsWith('SIP/2.0 2')) this.#target = /^Contact: <([^>]+)>/im.exec(second)?.[1] ?? ''
    this.send('ACK', this.#cseq, '')
    return second
  }

  /** An INFO of the lab's with that in it. */
  event(name: string): Promise<string> {
    return this.until((each) => each.startsWith('INFO ') && each.includes(`<${name}`))
  }

  end(): void {
    this.#socket.destroy()
  }
}

const password = lab.uacsta.settings('alice')['deskPhone.password']

test('a dialog begins with the state of the system, and each service is answered in the answer', async () => {
  const client = new Client('one')
  const begun = await client.begin(password)
  assert.match(begun, /^SIP\/2.0 200/)
  assert.match(begun, /Content-Type: application\/csta\+xml/i)
  assert.match(begun, /<systemStatus>normal</)
  assert.match(await client.service('GetCSTAFeatures'), /<GetCSTAFeaturesResponse/)
  const object = `<monitorObject><deviceObject>${line}</deviceObject></monitorObject>`
  const [, monitor] = /<monitorCrossRefID>([^<]+)/.exec(await client.service('MonitorStart', object)) ?? []
  assert(monitor)
  const devices = `<callingDevice>${line}</callingDevice><calledDirectoryNumber>600</calledDirectoryNumber>`
  const made = await client.service('MakeCall', devices)
  const [, call] = /<callID>([^<]+)/.exec(made) ?? []
  for (const name of ['ServiceInitiatedEvent', 'OriginatedEvent', 'EstablishedEvent']) {
    const event = await client.event(name)
    assert.match(event, new RegExp(`<monitorCrossRefID>${monitor}<`))
    assert.match(event, new RegExp(`<callID>${call}<`))
  }
  const connection = `<connectionToBeCleared><callID>${call}</callID><deviceID>${line}</deviceID></connectionToBeCleared>`
  assert.match(await client.service('ClearConnection', connection), /<ClearConnectionResponse/)
  await client.event('ConnectionClearedEvent')
  assert.match(await client.ask('BYE'), /^SIP\/2.0 200/)
  client.end()
})

test('a session is refreshed by the same INVITE again, and nothing begins anew', async () => {
  const client = new Client('two')
  await client.begin(password)
  const again = await client.ask('INVITE', `<RequestSystemStatus xmlns="${edition}"/>`)
  assert.match(again, /^SIP\/2.0 200/)
  assert.match(again, /<systemStatus>normal</)
  client.end()
})

test('who does not prove who they are has no dialog, and who does has their own phone alone', async () => {
  const client = new Client('three')
  assert.match(await client.begin('wrong'), /^SIP\/2.0 401/)
  client.end()
  const other = new Client('four')
  await other.begin(password)
  const object = '<monitorObject><deviceObject>desk-bob</deviceObject></monitorObject>'
  assert.match(await other.service('MonitorStart', object), /<operation>privilegeViolationSpecifiedDevice</)
  other.end()
})
