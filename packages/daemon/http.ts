// The door's side towards HTTP: who may come, pages, the exchange of one-time codes, figures.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { errorValue, ParleyError } from '@openparley/contract'
import type { Codes } from './codes.ts'
import type { Loopback } from './loopback.ts'
import { protect, sayJson, sayText, servePage } from './pages.ts'
import type { Tokens } from './tokens.ts'

export interface HttpNeeds {
  readonly port: number
  readonly loopback: Loopback
  readonly tokens: Tokens
  readonly codes: Codes
  /** A folder of pages for /; the status page alone unless given. */
  readonly pages?: string | undefined
  readonly metrics?: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined
  refused(why: string): void
}

/** Answers one request; never rejects. */
export async function answerHttp(needs: HttpNeeds, request: IncomingMessage, response: ServerResponse): Promise<void> {
  protect(response, needs.port)
  try {
    await route(needs, request, response)
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    needs.refused(thrown.message)
    if (!response.headersSent) {
      sayJson(response, statusOf(thrown), { error: errorValue(thrown.code, thrown.detail) })
    }
  }
}

async function route(needs: HttpNeeds, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { loopback, pages } = needs
  const { origin } = request.headers
  if (!loopback.isForUs(request)) throw new ParleyError('origin-refused', 'the request is for another host')
  if (origin !== undefined && !loopback.isOwn(origin)) throw new ParleyError('origin-refused', origin)
  const [path = '/'] = (request.url ?? '/').split('?')
  if (path === '/exchange') return exchange(needs, request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') return sayText(response, 405, 'Only GET and HEAD.')
  if (path === '/metrics') return metrics(needs, request, response)
  if (path.startsWith('/status/')) return servePage(statusPage, path.slice('/status'.length), request, response)
  if (pages !== undefined) return servePage(pages, path, request, response)
  if (path !== '/') return sayText(response, 404, 'There is no such page.')
  // A browser keeps the fragment, and with it the one-time code.
  response.writeHead(302, { location: '/status/' }).end()
}

async function exchange(
  { codes, tokens }: HttpNeeds,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return sayText(response, 405, 'Only POST.')
  // A form of another page cannot send this type without being asked about first.
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new ParleyError('request-malformed', 'content-type must be application/json')
  }
  const code = codeIn(await bodyOf(request))
  if (code === undefined) throw new ParleyError('request-malformed', 'the body must be {"code": "…"}')
  const { application, session, scopes, origins, validForMs = pageTokenMs } = codes.take(code)
  const token = tokens.issue({ application, session, scopes, origins, validForMs })
  sayJson(response, 200, { token, application, scopes, ...(session === undefined ? {} : { session }) })
}

async function metrics(
  { tokens, metrics: figures }: HttpNeeds,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!figures) return sayText(response, 404, 'No figures are kept.')
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const { scopes, session } = tokens.admit(token, { origin: request.headers.origin, own: true })
  if (!scopes.includes('system.read') || session !== undefined) throw new ParleyError('scope-missing', 'system.read')
  const { type, text } = await figures()
  response.writeHead(200, { 'content-type': type }).end(request.method === 'HEAD' ? undefined : text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBody) throw new ParleyError('request-malformed', 'the body is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function codeIn(body: string): string | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown }
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}

function statusOf({ code }: ParleyError): number {
  if (code === 'token-rejected') return 401
  return code === 'request-malformed' ? 400 : 403
}

const statusPage = join(import.meta.dirname, 'status-page')
const maxBody = 1024
/** A working day: a page that is open longer asks for a new address. */
const pageTokenMs = 12 * 3_600_000
