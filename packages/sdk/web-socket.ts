// The connection over a WebSocket, the one that browsers and Node both have.
import { type Opener, openMs } from './connection.ts'
import { problem } from './error.ts'
import { greet, type PipeEvents } from './rpc.ts'

/** An opener for `ws://127.0.0.1:PORT/socket`. */
export function webSocket(url: string): Opener {
  return async (greeting, { signal }) => {
    if (signal.aborted) throw problem('cancelled')
    const socket = new WebSocket(url)
    const late = AbortSignal.any([signal, AbortSignal.timeout(openMs)])
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => {
        socket.close()
        reject(problem('core-unreachable', url))
      }
      late.addEventListener('abort', fail, { once: true })
      socket.onerror = fail
      socket.onclose = fail
      socket.onopen = () => {
        late.removeEventListener('abort', fail)
        resolve()
      }
    })
    const open = (events: PipeEvents): { send(text: string): void; close(): void } => {
      socket.onerror = () => events.closed('the WebSocket failed')
      socket.onclose = ({ code, reason }) => events.closed(reason || `the WebSocket was closed (${code})`)
      socket.onmessage = ({ data }) => {
        if (typeof data === 'string') events.text(data)
      }
      return {
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text)
        },
        close: () => socket.close(),
      }
    }
    return greet(open, greeting, signal)
  }
}
