// A large answer piece by piece as it comes: no faster than it is taken, and only as far as it is.
import { type IncomingMessage, request as requestHttp } from 'node:http'
import type { Socket } from 'node:net'
import { NetFailure, netFailure } from './failure.ts'
import { connectHttp, type HttpRequest } from './http.ts'

export interface HttpStreamRequest extends Pick<HttpRequest, 'url' | 'headers' | 'trust' | 'dns' | 'signal'> {
  /** Until the answer begins. */
  readonly timeoutMs: number
  /** So long may no byte come after that, while one is awaited. */
  readonly idleMs: number
}

export interface HttpStream {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** To be read once, to its end or not. Throws a NetFailure where it is cut off. */
  readonly pieces: AsyncIterable<Uint8Array>
}

/** A GET whose redirects are not followed. Rejects with a NetFailure. */
export async function httpStream(request: HttpStreamRequest): Promise<HttpStream> {
  const url = new URL(request.url)
  const limit = AbortSignal.timeout(request.timeoutMs)
  const opening = request.signal ? AbortSignal.any([limit, request.signal]) : limit
  const socket = await connectHttp(url, request, opening)
  try {
    const answer = await begun(socket, url, request.headers ?? {}, opening)
    return { status: answer.statusCode ?? 0, headers: answer.headers, pieces: piecesOf(answer, socket, request) }
  } catch (error) {
    socket.destroy()
    throw limit.aborted ? new NetFailure('silent', 'no answer in time') : netFailure(error)
  }
}

function begun(
  socket: Socket,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new NetFailure('closed', 'given up'))
    signal.addEventListener('abort', abort, { once: true })
    const sent = requestHttp(
      {
        createConnection: () => socket,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, connection: 'close', ...headers },
      },
      (answer) => {
        signal.removeEventListener('abort', abort)
        resolve(answer)
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

async function* piecesOf(
  answer: IncomingMessage,
  socket: Socket,
  { idleMs, signal }: HttpStreamRequest,
): AsyncGenerator<Uint8Array> {
  const abort = (): void => void answer.destroy(new NetFailure('closed', 'given up'))
  signal?.addEventListener('abort', abort, { once: true })
  // Who takes it slowly is not to blame on the server: time runs only while something is awaited.
  let timer: NodeJS.Timeout | undefined
  const wait = (): void => {
    timer = setTimeout(() => answer.destroy(new NetFailure('silent', 'nothing comes')), idleMs)
  }
  try {
    if (signal?.aborted) abort()
    wait()
    for await (const piece of answer as AsyncIterable<Buffer>) {
      clearTimeout(timer)
      yield piece
      wait()
    }
    if (!answer.complete) throw new NetFailure('closed', 'in the middle of the answer')
  } catch (error) {
    throw error instanceof NetFailure ? error : new NetFailure('closed', 'in the middle of the answer')
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    socket.destroy()
  }
}
