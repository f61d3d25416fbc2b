// Who may come over loopback: only names of loopback with our port as Host (DNS rebinding), and which pages are our own.
import type { IncomingMessage } from 'node:http'

export interface Loopback {
  /** http://127.0.0.1:PORT */
  readonly address: string
  /** Whether the request was meant for us: a page of another name that resolves here says that name. */
  isForUs(request: IncomingMessage): boolean
  /** Whether the page that asks was served by us. */
  isOwn(origin: string): boolean
}

export function loopback(port: number): Loopback {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  return {
    address: `http://127.0.0.1:${port}`,
    isForUs: ({ headers }) => headers.host !== undefined && hosts.includes(headers.host.toLowerCase()),
    isOwn: (origin) => hosts.some((host) => origin.toLowerCase() === `http://${host}`),
  }
}
