// HTTP faces of the lab on loopback: one that is listened on, and the one that gives files out.
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FaultSet } from '../faults.ts'
import { isRules, type LabFiles } from './files.ts'

export interface HttpFace {
  readonly port: number
  close(): Promise<void>
}

/** `secure`: over TLS with that certificate. */
export function openFileServer(
  files: LabFiles,
  faults: FaultSet,
  secure?: { readonly key: string; readonly cert: string },
): Promise<HttpFace> {
  const listener: RequestListener = ({ url = '/', method }, response) => {
    if (faults.has('files-silent') || (faults.has('rules-silent') && isRules(nameOf(url)))) return
    if (faults.has('files-error')) return void response.writeHead(500).end()
    const found = method === 'GET' ? files(nameOf(url)) : undefined
    if (found === 'denied') response.writeHead(403).end()
    else if (found === undefined) response.writeHead(404).end()
    else if (faults.has('config-broken-off')) breakOff(response, found)
    else response.writeHead(200, { 'content-type': 'text/xml' }).end(found)
  }
  return listen(secure ? createSecureServer(secure, listener) : createServer(listener))
}

/** Half of what was promised. */
function breakOff(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': String(bytes.length) })
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
}

export async function listen(server: Server): Promise<HttpFace> {
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    // Closing what is closed already is no fault.
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function nameOf(url: string): string {
  try {
    return decodeURIComponent(url.replace(/^\//, '').replace(/\?.*$/, ''))
  } catch {
    return ''
  }
}
