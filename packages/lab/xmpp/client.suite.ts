// A small client for the tests here: raw stanzas over a socket, and what comes back, in order.
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type XmlElement, writeXmlWithin, XmlStreamReader } from '@openparley/protocols/common'
import type { Lab } from '../lab-types.ts'
import { ns } from './names.ts'

export type Seen = XmlElement | 'open' | 'close' | 'end'

export class RawClient {
  #socket: Socket | TLSSocket
  #reader = new XmlStreamReader({ mostCharacters: 10_000_000 })
  readonly #seen: Seen[] = []
  #wake: (() => void) | undefined
  jid = ''

  private constructor(socket: Socket | TLSSocket) {
    this.#socket = socket
    this.#listen()
  }

  /** Plain TCP. */
  static async plain(lab: Lab): Promise<RawClient> {
    const [host = '', port = ''] = lab.addresses.xmpp.tcp.split(':')
    const socket = connect(Number(port), host)
    await new Promise((resolve) => socket.once('connect', resolve))
    return new RawClient(socket)
  }

  static async overTls(lab: Lab): Promise<RawClient> {
    const [host = '', port = ''] = lab.addresses.xmpp.tls.split(':')
    const socket = connectTls({ host, port: Number(port), ca: lab.ca, servername: 'lab.example' })
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
    })
    return new RawClient(socket)
  }

  /** TLS in the stream, with the certificate looked at. */
  async startTls(lab: Lab): Promise<void> {
    this.#socket.removeAllListeners()
    const socket = connectTls({ socket: this.#socket, ca: lab.ca, servername: 'lab.example' })
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
    })
    this.#socket = socket
    this.#listen()
  }

  /** Signed in by PLAIN, with the resource bound. */
  static async signedIn(lab: Lab, person: string, resource = 'r'): Promise<RawClient> {
    const client = await RawClient.proven(lab, person)
    client.send(`<iq type='set' id='bind'><bind xmlns='${ns.bind}'><resource>${resource}</resource></bind></iq>`)
    await client.next(isIq('bind'))
    client.jid = `${person}@lab.example/${resource}`
    return client
  }

  /** Signed in, with the roster asked for and presence sent. */
  static async there(lab: Lab, person: string, resource = 'r', priority = 0): Promise<RawClient> {
    const client = await RawClient.signedIn(lab, person, resource)
    client.send(`<iq type='get' id='roster'><query xmlns='${ns.roster}'/></iq>`)
    await client.next(isIq('roster'))
    client.send(`<presence><priority>${priority}</priority></presence>`)
    await client.next((each) => each.local === 'presence' && each.attributes['from'] === client.jid)
    return client
  }

  static async proven(lab: Lab, person: string): Promise<RawClient> {
    const client = await RawClient.overTls(lab)
    const password = lab.people.find(({ name }) => name === person)?.xmpp['xmpp.password']
    const proof = Buffer.from(`\0${person}\0${String(password)}`).toString('base64')
    await client.open()
    client.send(`<auth xmlns='${ns.sasl}' mechanism='PLAIN'>${proof}</auth>`)
    await client.next(({ local }) => local === 'success')
    await client.open()
    return client
  }

  /** Opens a stream, and resolves with the features. */
  async open(to = 'lab.example'): Promise<XmlElement> {
    this.#reader = new XmlStreamReader({ mostCharacters: 10_000_000 })
    this.send(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='${ns.stream}' to='${to}' version='1.0'>`,
    )
    return this.next(({ local }) => local === 'features')
  }

  send(text: string): void {
    this.#socket.write(text)
  }

  /** Takes the first that fits; what came before it is gone. Fails after twenty seconds with what came. */
  async next(fits: (stanza: XmlElement) => boolean = () => true): Promise<XmlElement> {
    return (await this.#take((each) => typeof each !== 'string' && fits(each))) as XmlElement
  }

  /** Takes what came until the answer to a ping: all that was sent to it so far. */
  async all(): Promise<XmlElement[]> {
    const id = `all-${++pings}`
    this.send(`<iq type='get' id='${id}' to='lab.example'><ping xmlns='${ns.ping}'/></iq>`)
    const came: XmlElement[] = []
    for (;;) {
      const stanza = await this.next()
      if (stanza.attributes['id'] === id) return came
      came.push(stanza)
    }
  }

  /** Sends and resolves with the answer of that id. */
  async ask(id: string, text: string): Promise<XmlElement> {
    this.send(text)
    return this.next(isIq(id))
  }

  async closed(): Promise<void> {
    await this.#take((each) => each === 'end')
  }

  cut(): void {
    this.#socket.destroy()
  }

  leave(): void {
    this.#socket.end('</stream:stream>')
  }

  #listen(): void {
    const socket = this.#socket
    const note = (seen: Seen): void => {
      this.#seen.push(seen)
      this.#wake?.()
    }
    socket.on('error', () => socket.destroy())
    socket.on('close', () => note('end'))
    socket.on('data', (bytes: Buffer) => {
      for (const event of this.#reader.push(bytes)) {
        if (event.is === 'fault') throw new Error(`the server sent what is wrong: ${event.detail}`)
        note(event.is === 'element' ? event.element : event.is)
      }
    })
  }

  async #take(fits: (seen: Seen) => boolean): Promise<Seen> {
    const past: Seen[] = []
    const until = AbortSignal.timeout(20_000)
    for (;;) {
      for (let seen = this.#seen.shift(); seen !== undefined; seen = this.#seen.shift()) {
        if (fits(seen)) return seen
        past.push(seen)
        if (seen === 'end') break
      }
      if (until.aborted || past.at(-1) === 'end')
        throw new Error(`did not come; what did:\n${past.map(shown).join('\n')}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        until.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }
}

export const isIq =
  (id: string) =>
  (stanza: XmlElement): boolean =>
    stanza.local === 'iq' && stanza.attributes['id'] === id

/** As it would be on the wire, with the namespace of a stanza left out. */
export function shown(seen: Seen): string {
  return typeof seen === 'string' ? seen : writeXmlWithin(ns.client, seen)
}

let pings = 0
