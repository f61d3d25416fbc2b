// The call manager's services behind its one secure port: CCMCIP, UDS and AXL.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { serviceProfileFile } from './files.ts'
import { createServer } from 'node:https'
import {
  elementAt,
  escapeXml,
  isXml,
  readXml,
  textAt,
  writeXml,
  xml,
  type XmlElement,
} from '@openparley/protocols/common'
import type { FaultSet } from '../faults.ts'
import { type DeviceRow, devicesOf, type RuleTables, softPhoneModel } from './database.ts'
import type { Entry } from '../ldap/tree.ts'
import { type HttpFace, listen } from './http.ts'
import { usersElement } from './users.ts'

export interface ApiOptions {
  readonly tls: { readonly key: string; readonly cert: string }
  readonly people: readonly string[]
  readonly passwordOf: (user: string) => string | undefined
  /** Whom UDS tells of. */
  readonly users: () => readonly Entry[]
  /** Who may use AXL. */
  readonly administrator: { readonly user: string; readonly password: string }
  readonly rules: RuleTables
  readonly faults: FaultSet
  /** The home cluster's name. */
  readonly host: string
  /** What was asked: method and path, without a secret. */
  readonly asked: (what: string) => void
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly body?: string
}

export async function openApi(options: ApiOptions): Promise<HttpFace> {
  const { faults } = options
  const server = createServer(options.tls, (request, response) => {
    void bodyOf(request).then((body) => {
      options.asked(`${request.method} ${request.url}`)
      if (faults.has('devices-silent') || (faults.has('directory-silent') && isOfPeople(request))) return
      const { status, type = 'text/xml; charset=utf-8', body: said = '' } = answerTo(request, body, options)
      send(response, status, type, said)
    })
  })
  return listen(server)
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="lab"' } : {}
  response.writeHead(status, { 'content-type': type, ...challenge }).end(body)
}

function answerTo(request: IncomingMessage, body: string, options: ApiOptions): Answer {
  const url = new URL(request.url ?? '/', 'https://lab')
  if (options.faults.has('devices-no-service') && url.pathname !== '/axl/') return { status: 404 }
  if (url.pathname === '/axl/') return axl(request, body, options)
  if (url.pathname === '/ccmcip/Personalization') return ccmcip(request, body, options)
  const [, home, what, name, rest] = url.pathname.split('/')
  if (home !== 'cucm-uds' || options.faults.has('no-uds')) return { status: 404 }
  if (what === 'clusterUser') return clusterUser(url.searchParams.get('username') ?? '', options)
  if (what === 'users' || what === 'version') return udsUsers(request, url, options)
  if (what === 'servers') return document(xml('servers', {}, [xml('server', {}, [options.host])]))
  if (what === 'user' && rest === undefined) return udsUser(request, decodeURIComponent(name ?? ''), options)
  return what === 'user' && rest === 'devices'
    ? udsDevices(request, decodeURIComponent(name ?? ''), options)
    : { status: 404 }
}

function clusterUser(user: string, { people, host }: ApiOptions): Answer {
  const found = people.includes(user)
  return document(
    xml('clusterUser', {}, [
      xml('result', { found: String(found) }),
      ...(found ? [xml('homeCluster', { serversUri: `https://${host}/cucm-uds/servers` }, [host])] : []),
    ]),
  )
}

function isOfPeople({ url = '' }: IncomingMessage): boolean {
  return /^\/cucm-uds\/(users|version)\b/.test(url)
}

/** People are told of to anybody, unless that is forbidden (contact search authentication). */
function udsUsers(request: IncomingMessage, url: URL, { faults, passwordOf, users }: ApiOptions): Answer {
  if (faults.has('directory-busy')) return { status: 503 }
  if (faults.has('directory-garbled'))
    return { status: 200, type: 'text/html', body: '<html><body><p>It works!<br></body></html>' }
  if (url.pathname === '/cucm-uds/version')
    return document(xml('versionInformation', {}, [xml('version', {}, ['10.0.0'])]))
  const given = credentialsOf(request)
  const isProven = given !== undefined && passwordOf(given.user) === given.password
  if (faults.has('directory-refused-bind') || (faults.has('directory-proof') && !isProven)) return { status: 401 }
  return document(usersElement(users(), url.searchParams))
}

/** The password is base64 once more within. */
function ccmcip(request: IncomingMessage, body: string, options: ApiOptions): Answer {
  const given = credentialsOf(request)
  const user = given?.user ?? ''
  const password = given && Buffer.from(given.password, 'base64').toString()
  return devicesAnswer(user, password, options, (devices) => {
    const asked = readXml(body)
    if (!isXml(asked) || textAt(asked, 'user') !== user) return { status: 400 }
    return document(
      xml(
        'devices',
        {},
        devices.map((device) => xml('device', {}, leaves(device))),
      ),
    )
  })
}

function udsDevices(request: IncomingMessage, name: string, options: ApiOptions): Answer {
  const given = credentialsOf(request)
  return devicesAnswer(given?.user ?? '', given?.password, options, (devices) => {
    if (given?.user !== name) return { status: 403 }
    return document(
      xml(
        'devices',
        { total: String(devices.length) },
        devices.map((device) => xml('device', {}, [xml('id', {}, [device.name]), ...leaves(device)])),
      ),
    )
  })
}

/** The person, of whom only the service profile is told. */
function udsUser(request: IncomingMessage, name: string, { host, passwordOf }: ApiOptions): Answer {
  const given = credentialsOf(request)
  if (given?.user !== name || given.password !== passwordOf(name)) return { status: 401 }
  return document(
    xml('user', {}, [
      xml('userName', {}, [name]),
      xml('serviceProfile', {}, [xml('uri', {}, [`http://${host}:6970/${serviceProfileFile}`])]),
    ]),
  )
}

function devicesAnswer(
  user: string,
  password: string | undefined,
  { faults, passwordOf, people }: ApiOptions,
  answer: (devices: readonly DeviceRow[]) => Answer,
): Answer {
  if (faults.has('devices-error')) return { status: 500 }
  if (faults.has('devices-html-401'))
    return {
      status: 200,
      type: 'text/html',
      body: '<html><head><title>HTTP Status 401 - </title></head><body><br></body></html>',
    }
  if (faults.has('devices-rejected') || !people.includes(user) || password !== passwordOf(user)) return { status: 401 }
  if (faults.has('devices-empty')) return { status: 200 }
  if (faults.has('devices-html'))
    return { status: 200, type: 'text/html', body: '<html><body><p>It works!<br></body></html>' }
  if (faults.has('no-devices')) return answer([])
  return answer(devicesOf(user).filter(({ model }) => model !== softPhoneModel || !faults.has('no-soft-phone')))
}

function leaves({ name, description, model }: DeviceRow): XmlElement[] {
  return [xml('name', {}, [name]), xml('description', {}, [description]), xml('model', {}, [model])]
}

/** SOAP 1.1: executeSQLQuery on the two tables of dial rules, whose columns are given the names that the question gives them. */
function axl(request: IncomingMessage, body: string, { administrator, rules, faults }: ApiOptions): Answer {
  const given = credentialsOf(request)
  if (
    faults.has('database-rejected') ||
    given?.user !== administrator.user ||
    given.password !== administrator.password
  )
    return { status: 401 }
  if (faults.has('database-error')) return fault('Server', 'Unable to connect to the database.')
  const root = readXml(body)
  const query = isXml(root) ? elementAt(root, 'Body', 'executeSQLQuery') : undefined
  const sql = (query && textAt(query, 'sql')) ?? ''
  const table = /\bfrom\s+(\w+)/i.exec(sql)?.[1]?.toLowerCase()
  const direction =
    table === 'applicationdialrule' ? 'application' : table === 'directorylookupdialrule' ? 'directory' : undefined
  if (direction === undefined) return fault('Client', `The specified table (${table ?? ''}) is not in the database.`)
  const rows = rules
    .of(direction)
    .map(
      ({ beginsWith, numDigits, digitsToRemove, prefixWith }) =>
        `<row><beginswith>${escapeXml(beginsWith)}</beginswith><numdigits>${numDigits}</numdigits><digitstoremove>${digitsToRemove}</digitstoremove><prefixwith>${escapeXml(prefixWith)}</prefixwith></row>`,
    )
  return soap(
    `<ns:executeSQLQueryResponse xmlns:ns="http://www.cisco.com/AXL/API/8.5"><return>${rows.join('')}</return></ns:executeSQLQueryResponse>`,
  )
}

function soap(body: string, status = 200): Answer {
  return {
    status,
    body: `<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
  }
}

function fault(code: string, text: string): Answer {
  return soap(
    `<soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escapeXml(text)}</faultstring></soapenv:Fault>`,
    500,
  )
}

function document(root: XmlElement): Answer {
  return { status: 200, body: writeXml(root) }
}

function credentialsOf(request: IncomingMessage): { readonly user: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes <= mostBytes) parts.push(part)
    }
  } catch {
    // Who breaks off is not answered.
  }
  return Buffer.concat(parts).toString()
}

const mostBytes = 100_000
