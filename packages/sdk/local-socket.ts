// The connection over a Unix socket or a named pipe: one message a line.
import { connect } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { type Opener, openMs } from './connection.ts'
import { problem } from './error.ts'
import { greet, type PipeEvents } from './rpc.ts'

/** An opener for the socket of that path. */
export function localSocket(path: string): Opener {
  return async (greeting, { signal }) => {
    if (signal.aborted) throw problem('cancelled')
    const socket = connect(path)
    const late = AbortSignal.any([signal, AbortSignal.timeout(openMs)])
    await new Promise<void>((resolve, reject) => {
      const fail = (error?: unknown): void => {
        socket.destroy()
        reject(problem('core-unreachable', (error as NodeJS.ErrnoException | undefined)?.code ?? path))
      }
      const cancel = (): void => fail()
      late.addEventListener('abort', cancel, { once: true })
      socket.once('error', fail)
      socket.once('connect', () => {
        late.removeEventListener('abort', cancel)
        socket.off('error', fail)
        resolve()
      })
    })
    const open = (events: PipeEvents): { send(text: string): void; close(): void } => {
      const decoder = new StringDecoder('utf8')
      let parts: string[] = []
      let held = 0
      socket.on('error', (error) => events.closed(error.message))
      socket.on('close', () => events.closed('the socket was closed'))
      socket.on('data', (chunk) => {
        const lines = decoder.write(chunk).split('\n')
        for (const [index, line] of lines.entries()) {
          parts.push(line)
          held += line.length
          if (held > maxMessageLength) {
            events.closed('the core sends too long a message')
            return
          }
          if (index === lines.length - 1) break
          const text = parts.join('')
          parts = []
          held = 0
          if (text !== '') events.text(text)
        }
      })
      return { send: (text) => void (socket.writable && socket.write(`${text}\n`)), close: () => socket.end() }
    }
    return greet(open, greeting, signal)
  }
}

/** As long as the contract allows a message to be. */
const maxMessageLength = 16 * 1024 * 1024
