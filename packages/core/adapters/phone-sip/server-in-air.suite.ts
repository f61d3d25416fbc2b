// A registrar and a proxy without state (RFC 3261 §10.3, §16.11), for phones on a network in memory.
import {
  contactsOf,
  type Hop,
  isSip,
  listOf,
  numericHop,
  parseNameAddr,
  parseUri,
  responseTo,
  type SipRequest,
  type SipResponse,
  topVia,
  toOf,
  uriOf,
  userOf,
  type Via,
  writeVia,
} from '@openparley/protocols/sip'
import type { Air, Receive } from './moving.suite.ts'

export interface ServerInAir {
  /** Where a user is, newest last. */
  contacts(user: string): readonly string[]
  /** Nothing listens there any more, or again. */
  go(): void
  comeBack(): void
  /** It takes everything and answers that, or nothing at all; undefined: as it should. */
  answers(how: 'nothing' | 503 | undefined): void
}

export type Places = Map<string, { readonly uri: string; readonly hop: Hop }[]>

/** `places`: servers of one house know who is at the others. */
export function serverIn(net: Air, address: string, places: Places = new Map()): ServerInAir {
  const port = 5060
  const own = (transport: Hop['transport']): Hop => ({ transport, address, port })
  const isOwn = (uri: ReturnType<typeof parseUri>): boolean =>
    isSip(uri) && uri.host.replace(/^\[|\]$/g, '') === address
  const host = address.includes(':') ? `[${address}]` : address
  let how: 'nothing' | 503 | undefined
  const answer = (request: SipRequest, to: Hop, status: number, fields: [string, string][] = []): void => {
    if (request.method !== 'ACK') net.send(responseTo(request, status, 'server', fields), own(to.transport), to)
  }
  const register = (request: SipRequest, from: Hop): void => {
    const user = userOf(uriOf(toOf(request.headers))) ?? ''
    let bindings = places.get(user) ?? []
    for (const contact of contactsOf(request.headers) ?? []) {
      if (contact === '*') continue
      bindings = bindings.filter(({ uri }) => uri !== contact.uri)
      if (contact.params.get('expires') !== '0') bindings = [...bindings, { uri: contact.uri, hop: from }]
    }
    places.set(user, bindings)
    answer(
      request,
      from,
      200,
      bindings.map(({ uri }) => ['Contact', `<${uri}>;expires=600`]),
    )
  }
  const forward = (request: SipRequest, from: Hop): void => {
    const { headers } = request
    const routes = listOf(headers, 'Route').filter((route) => !isOwn(parseUri(parseNameAddr(route)?.uri ?? '')))
    headers.remove('Route')
    for (const route of routes) headers.append('Route', route)
    const uri = parseUri(request.uri)
    const user = userOf(uri) ?? ''
    const isHere = isOwn(uri) || (isSip(uri) && uri.host === 'example.com')
    const at = isHere ? places.get(user)?.at(-1) : undefined
    if (isHere && !at) return answer(request, from, 404)
    if (at) request.uri = at.uri
    const next = routes[0] === undefined ? request.uri : (parseNameAddr(routes[0])?.uri ?? '')
    // By the connection that the phone made, where it is still there.
    const known = [...places.values()].flat().find((place) => place.uri === next)
    const to = at?.hop ?? known?.hop ?? numericHop(next)
    if (!to) return answer(request, from, 404)
    if (/^(INVITE|SUBSCRIBE|REFER)$/.test(request.method) && !toOf(headers)?.params.has('tag'))
      headers.prepend('Record-Route', `<sip:${host}:${port}${from.transport === 'udp' ? '' : ';transport=tcp'};lr>`)
    const branch = topVia(headers)?.params.get('branch') ?? ''
    // The same for the same request, and a CANCEL has that of its INVITE.
    headers.prepend('Via', `SIP/2.0/${to.transport.toUpperCase()} ${host}:${port};branch=${branch}.p`)
    net.send(request, own(to.transport), to)
  }
  const receiveRequest = (request: SipRequest, from: Hop): void => {
    const via = topVia(request.headers) as Via
    const params = new Map(via.params).set('received', from.address).set('rport', String(from.port))
    const others = request.headers.all('Via').slice(1)
    request.headers.remove('Via')
    for (const value of [writeVia({ ...via, params }), ...others]) request.headers.append('Via', value)
    if (request.method === 'REGISTER') register(request, from)
    else if (request.method === 'OPTIONS' && isOwn(parseUri(request.uri))) answer(request, from, 200)
    else forward(request, from)
  }
  const receiveResponse = (response: SipResponse): void => {
    const vias = response.headers.all('Via').slice(1)
    response.headers.remove('Via')
    for (const value of vias) response.headers.append('Via', value)
    const via = topVia(response.headers)
    const to = via?.params.get('received')
    if (!via || to === undefined) return
    const transport = via.transport.toLowerCase() === 'udp' ? 'udp' : 'tcp'
    net.send(response, own(transport), { transport, address: to, port: Number(via.params.get('rport')) })
  }
  const receive: Receive = (message, from) => {
    if (how === 'nothing') return
    if (message.kind === 'request' && how === 503) {
      answer(message, from, 503)
      return
    }
    if (message.kind === 'request') receiveRequest(message, from)
    else receiveResponse(message)
  }
  let end = net.at(address, port, receive)
  return {
    contacts: (user) => (places.get(user) ?? []).map(({ uri }) => uri),
    go: () => end(),
    comeBack: () => {
      end = net.at(address, port, receive)
    },
    answers: (next) => {
      how = next
    },
  }
}
