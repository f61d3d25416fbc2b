// What a proxy does to a message that it passes on, RFC 3261 §16.6 and §16.7: routes, Vias, who calls; and which answer is the best.
import {
  fromOf,
  Headers,
  type Hop,
  isSip,
  listOf,
  parseNameAddr,
  parseUri,
  type SipRequest,
  type SipResponse,
  splitList,
} from '@openparley/protocols/sip'

type PortOf = (transport: Hop['transport']) => number

/** Both sides' transports, so that each finds us again by its own (RFC 5658 §3). */
export function recordRoute(headers: Headers, from: Hop, to: Hop, portOf: PortOf): void {
  const own = (transport: Hop['transport']): string => `<sip:127.0.0.1:${portOf(transport)};transport=${transport};lr>`
  headers.prepend('Record-Route', own(from.transport))
  if (to.transport !== from.transport) headers.prepend('Record-Route', own(to.transport))
}

export function dropOwnRoutes(request: SipRequest, isOwnPort: (port: number) => boolean): void {
  const routes = listOf(request.headers, 'Route')
  while (routes.length > 0) {
    const uri = parseUri(parseNameAddr(routes[0] as string)?.uri ?? '')
    if (!isSip(uri) || uri.host !== '127.0.0.1' || !isOwnPort(uri.port ?? 5060)) break
    routes.shift()
  }
  request.headers.remove('Route')
  for (const route of routes) request.headers.append('Route', route)
}

/** Nobody beyond us is told who it is that wants not to be named (RFC 3325 §7). */
export function assertIdentity(headers: Headers, from: string): void {
  headers.remove('P-Preferred-Identity')
  headers.remove('P-Asserted-Identity')
  if (/\bid\b/i.test(headers.get('Privacy') ?? '')) return
  const { displayName } = fromOf(headers) ?? {}
  const named = displayName === undefined ? '' : `"${displayName.replace(/["\\]/g, '')}" `
  headers.append('P-Asserted-Identity', `${named}<sip:${from}@127.0.0.1>`)
}

/** Takes an INVITE back that was sent on; `elsewhere`: another phone has the call. */
export function cancelFor({ headers: sent, uri }: SipRequest, elsewhere: boolean): SipRequest {
  const headers = new Headers()
  headers.append('Via', splitList(sent.get('Via') ?? '')[0] ?? '')
  for (const name of ['Route', 'Max-Forwards', 'From', 'To', 'Call-ID']) {
    for (const value of sent.all(name)) headers.append(name, value)
  }
  headers.append('CSeq', `${Number.parseInt(sent.get('CSeq') ?? '1', 10)} CANCEL`)
  if (elsewhere) headers.append('Reason', 'SIP;cause=200;text="Call completed elsewhere"')
  return { kind: 'request', method: 'CANCEL', uri, headers, body: new Uint8Array(0) }
}

/** The answer that goes back when all have refused (§16.7 step 6). */
export function bestOf(responses: readonly SipResponse[]): SipResponse | undefined {
  const rank = ({ status }: SipResponse): number =>
    status >= 600
      ? 0
      : status === 401 || status === 407
        ? 1
        : status === 408 || status === 503
          ? 9
          : Math.floor(status / 100)
  return responses.toSorted((a, b) => rank(a) - rank(b))[0]
}

export function withoutTopVia(headers: Headers): Headers {
  const copy = headers.clone()
  const vias = headers.all('Via').flatMap(splitList).slice(1)
  copy.remove('Via')
  for (const via of vias.toReversed()) copy.prepend('Via', via)
  return copy
}

export function tagOf(address: string | undefined): string {
  return parseNameAddr(address ?? '')?.params.get('tag') ?? ''
}
