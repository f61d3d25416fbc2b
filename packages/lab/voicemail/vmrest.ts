// The lab's voicemail web service: what Unity Connection's messaging interface (CUMI) is documented to answer, over HTTPS on loopback and in JSON, on
// people's mailboxes.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Comings, httpsComings } from '../comings.ts'
import type { FaultSet } from '../faults.ts'
import type { Mailboxes } from './mailboxes.ts'
import { answerTo, type Answer, type WebHouse } from './vmrest-answers.ts'

export interface VmrestOptions {
  readonly people: readonly string[]
  readonly passwordOf: (person: string) => string | undefined
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people's settings. */
  readonly ca: string
  readonly faults: FaultSet
  readonly mailboxes: Mailboxes
}

export interface Vmrest extends Pick<Comings, 'go' | 'comeBack' | 'close'> {
  readonly address: string
  settings(person: string): Readonly<Record<string, unknown>>
  /** What was asked: method and path, the last thousand. */
  asked(): readonly string[]
}

export async function openVmrest(options: VmrestOptions): Promise<Vmrest> {
  const { passwordOf, tls, ca, faults } = options
  const asked: string[] = []
  const house: WebHouse = { ...options, taken: new Set() }
  const server = await httpsComings({
    tls,
    answer: (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (asked.length > mostAsked) asked.shift()
      if (!faults.has('voicemail-silent')) void answered(request, response, house)
    },
  })
  const address = `127.0.0.1:${server.ports[0]}`
  return {
    address,
    settings: (person) => ({
      'voicemail.servers': [address],
      'voicemail.user': person,
      'voicemail.password': passwordOf(person),
      'voicemail.tls.ca': ca,
      'voicemail.pollS': 1,
    }),
    asked: () => [...asked],
    go: server.go,
    comeBack: server.comeBack,
    close: server.close,
  }
}

async function answered(request: IncomingMessage, response: ServerResponse, house: WebHouse): Promise<void> {
  const body = await bodyOf(request).catch(() => undefined)
  const answer = body === undefined ? { status: 413 } : judged(request, body, house)
  const { status, headers = {} } = answer
  if (answer.sound) return sendSound(response, answer.sound, house.faults)
  response.writeHead(status, { 'content-type': answer.type ?? 'application/json', ...headers })
  response.end(answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json))
}

function judged(request: IncomingMessage, body: string, house: WebHouse): Answer {
  const { faults } = house
  if (faults.has('voicemail-garbled')) return { status: 200, type: 'text/html', text: '<!DOCTYPE html><p>Welcome!' }
  const person = personOf(request, house)
  if (person === undefined || faults.has('voicemail-wrong-password'))
    return { status: 401, headers: { 'www-authenticate': 'Basic realm="Cisco Unity Connection"' } }
  return answerTo(
    { method: request.method ?? '', url: new URL(request.url ?? '/', 'https://lab'), body },
    person,
    house,
  )
}

/** In two halves: what is slow, or is cut, is so in the middle. */
function sendSound(response: ServerResponse, sound: Uint8Array, faults: FaultSet): void {
  const half = sound.length >> 1
  response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': sound.length })
  response.write(sound.subarray(0, half))
  if (faults.has('voicemail-cut-in-download')) {
    faults.clear('voicemail-cut-in-download')
    return void setImmediate(() => response.destroy())
  }
  const untilMs = performance.now() + faults.value('voicemail-slow-sound')
  let later: NodeJS.Timeout | undefined
  const look = (): void => {
    if (!faults.has('voicemail-slow-sound') || performance.now() >= untilMs)
      return void response.end(sound.subarray(half))
    later = setTimeout(look, 20)
  }
  response.once('close', () => clearTimeout(later))
  look()
}

/** Whose name and password the request bears; undefined: nobody's. */
function personOf(request: IncomingMessage, { passwordOf, people }: WebHouse): string | undefined {
  const [, given = ''] = /^Basic ([\w+/=]{1,4096})$/.exec(request.headers.authorization ?? '') ?? []
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(given, 'base64').toString()) ?? []
  const [right, said] = [passwordOf(name) ?? '', password].map((each) => Buffer.from(each))
  if (!people.includes(name) || right?.length === 0 || right?.length !== said?.length) return undefined
  return timingSafeEqual(right as Buffer, said as Buffer) ? name : undefined
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > largestBody) throw new Error('too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

const largestBody = 100_000
const mostAsked = 1000
