// Files over HTTPS: to a place that the person's own server gives (XEP-0363), and from wherever others say that theirs lie.
import { ParleyError, type PeerCause, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest, isPublicAddress, NetFailure, type Trust } from '@openparley/net'
import { networkCause } from '../../runtime/network-causes.ts'
import { trustIn } from '../../runtime/trust.ts'
import { type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'
import type { FilePort, OwnFile } from '../../services/chat/port.ts'

export interface XmppFilesOptions {
  readonly link: XmppLink
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
}

interface Service {
  readonly at: string
  readonly mostBytes: number | undefined
}

interface Slot {
  readonly put: URL
  readonly get: URL
  readonly headers: Readonly<Record<string, string>>
}

export function xmppFiles({ link, settings, dns }: XmppFilesOptions): FilePort {
  let service: Promise<Service> | undefined
  /** Where the own server's files lie. */
  let ownHost: string | undefined
  link.use({
    online: (resumed) => {
      if (resumed) return
      service = undefined
      ownHost = undefined
    },
  })
  const found = async (): Promise<Service> => {
    const finding = service ?? discover(link)
    service = finding
    try {
      return await finding
    } catch (error) {
      if (service === finding) service = undefined
      throw error
    }
  }
  const reserve = async (at: string, name: string, size: number, type: string): Promise<Slot> => {
    const asked = { xmlns: upload, filename: name, size: String(size), 'content-type': type }
    const slot = slotIn(await link.ask('get', at, xml('request', asked)))
    ownHost = slot.get.host
    return slot
  }
  const isOwn = async ({ host }: URL): Promise<boolean> => {
    try {
      // Nothing says it but a place: one is asked for, and not filled.
      if (ownHost === undefined) await reserve((await found()).at, 'file.txt', 1, 'text/plain')
    } catch (error) {
      // Whose host it is cannot be known now: it is taken for a stranger's.
      if (!(error instanceof StanzaFailure || error instanceof ParleyError)) throw error
    }
    return host === ownHost
  }
  const ownTrust = (): Trust => trustIn(settings(), 'xmpp')
  const bring = async ({ name, type, content }: OwnFile, signal: AbortSignal): Promise<string> => {
    const { at, mostBytes } = await found()
    if (mostBytes !== undefined && content.length > mostBytes)
      throw new ParleyError('chat-file-too-large', `${mostBytes} bytes at most, as the server says`)
    const { put, get, headers } = await reserve(at, name, content.length, type)
    const { status } = await httpRequest({
      url: put.href,
      method: 'PUT',
      headers: { ...headers, 'content-type': type },
      body: content,
      trust: ownTrust(),
      timeoutMs: wholeMs(content.length),
      idleMs,
      mostBytes: mostAnswerBytes,
      signal,
      dns: dns(),
    })
    if (status >= 200 && status < 300) return get.href
    if (status === 413) throw new ParleyError('chat-file-too-large', 'as the server says', httpCause(status))
    const mayChange = status >= 500 || status === 429 || status === 408
    throw new ParleyError(mayChange ? 'chat-upload-failed' : 'chat-upload-refused', undefined, httpCause(status))
  }
  return {
    upload: async (file, signal) => {
      try {
        return await bring(file, signal)
      } catch (error) {
        throw refusalOf(error)
      }
    },
    fetch: async (address, mostBytes, signal) => {
      const url = httpsIn(address)
      if (!url) throw new ParleyError('chat-file-address-refused', 'not https')
      const own = await isOwn(url)
      try {
        const { status, body, tooLarge } = await httpRequest({
          url: url.href,
          // What is set for the own server says nothing of others.
          trust: own ? ownTrust() : { verify: 'full' },
          timeoutMs: wholeMs(mostBytes),
          idleMs,
          mostBytes,
          signal,
          dns: own ? dns() : outer(dns()),
        })
        if (status !== 200) throw new ParleyError('chat-file-unavailable', undefined, httpCause(status))
        if (tooLarge) throw new ParleyError('chat-file-too-large', `${mostBytes} bytes at most, as set here`)
        return body
      } catch (error) {
        if (!(error instanceof NetFailure)) throw error
        throw new ParleyError('chat-file-unavailable', error.message, networkCause(error.is, error.system).peer)
      }
    },
  }
}

/**
 * Finds only addresses of the world at large, so that nobody can have this machine ask others in its network. What is found here is what
 * is connected to: a name is not looked up again.
 */
function outer(dns: DnsResolver): DnsResolver {
  return {
    ...dns,
    addresses: async (name) => {
      const all = await dns.addresses(name)
      const some = all.filter(isPublicAddress)
      if (all.length > 0 && some.length === 0) throw new ParleyError('chat-file-address-refused', name)
      return some
    },
  }
}

/** The first of the server's own that takes files. */
async function discover(link: XmppLink): Promise<Service> {
  const items = await link.ask('get', link.domain, xml('query', { xmlns: `${disco}#items` })).catch(unlessOver)
  const named = (items?.getChildren('item') ?? []).flatMap(({ attrs }) => attrs['jid'] ?? [])
  const asked = [link.domain, ...named.filter((each) => each !== link.domain)].slice(0, mostAsked)
  const infos = await Promise.all(
    asked.map(async (at) => ({
      at,
      info: await link.ask('get', at, xml('query', { xmlns: `${disco}#info` })).catch(unlessOver),
    })),
  )
  for (const { at, info } of infos)
    if (info?.getChildren('feature').some(({ attrs }) => attrs['var'] === upload))
      return { at, mostBytes: limitIn(info) }
  throw new ParleyError('chat-upload-unavailable', link.domain)
}

/** Who does not answer, or refuses to, is not what is looked for. */
function unlessOver(error: unknown): undefined {
  if (!(error instanceof StanzaFailure) || error.condition === 'offline') throw error
}

function limitIn(info: Stanza): number | undefined {
  const valueOf = (form: Stanza, name: string): string | undefined =>
    form
      .getChildren('field')
      .find(({ attrs }) => attrs['var'] === name)
      ?.getChildText('value') ?? undefined
  const form = info.getChildren('x', 'jabber:x:data').find((each) => valueOf(each, 'FORM_TYPE') === upload)
  const limit = Number(form && valueOf(form, 'max-file-size'))
  return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined
}

function slotIn(slot: Stanza | undefined): Slot {
  const put = slot?.getChild('put')
  const [to, from] = [put, slot?.getChild('get')].map((each) => httpsIn(each?.attrs['url']))
  if (!put || !to || !from) throw new ParleyError('chat-upload-refused', 'the place that it gives is not one of https')
  const headers: Record<string, string> = {}
  for (const header of put.getChildren('header')) {
    const name = String(header.attrs['name']).toLowerCase()
    // Others are not the server's to set, and no line of another one is smuggled in (§5).
    const value = header.getText().replaceAll(/[^\t\x20-\x7E]/g, '')
    if (allowedHeaders.includes(name) && !Object.hasOwn(headers, name) && value.length <= longestHeader)
      headers[name] = value
  }
  return { put: to, get: from, headers }
}

function httpsIn(address: string | undefined): URL | undefined {
  if (address === undefined || address.length > longestAddress || !URL.canParse(address)) return undefined
  const url = new URL(address)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url : undefined
}

/** Why the file is not there, as the contract’s error. */
function refusalOf(error: unknown): unknown {
  if (error instanceof NetFailure)
    return new ParleyError('chat-upload-failed', error.message, networkCause(error.is, error.system).peer)
  if (!(error instanceof StanzaFailure)) return error
  if (error.condition === 'offline') return new ParleyError('chat-unavailable')
  if (error.application === 'file-too-large') return new ParleyError('chat-file-too-large', error.text, error.peer)
  const mayChange = error.condition === 'timeout' || error.condition === 'resource-constraint'
  return new ParleyError(mayChange ? 'chat-upload-failed' : 'chat-upload-refused', undefined, error.peer)
}

function httpCause(status: number): PeerCause {
  return { protocol: 'http', status }
}

/** For all of it, at 32 kB/s and a minute beside. */
function wholeMs(bytes: number): number {
  return 60_000 + Math.ceil(bytes / 32)
}

const upload = 'urn:xmpp:http:upload:0'
const disco = 'http://jabber.org/protocol/disco'
const allowedHeaders: readonly string[] = ['authorization', 'cookie', 'expires']
const longestHeader = 8192
const longestAddress = 4096
const mostAsked = 32
const mostAnswerBytes = 65_536
const idleMs = 20_000
