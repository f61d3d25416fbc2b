// A connection as the library is given it: it gets one whole, well-formed message at a time, of searches that somebody waits for; what is
// abandoned (RFC 4511 §4.11), which it knows no way for, is done here.
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { ParleyError } from '@openparley/contract'
import { netFailure } from '@openparley/net'
import { networkError } from '../../runtime/network-causes.ts'
import { ends, Frames, operations, shapeOf } from './shape.ts'

export interface Wire {
  /** What the library takes for its socket. */
  readonly library: Socket
  /** Why it is over; undefined: it stands. */
  readonly failure: ParleyError | undefined
  readonly isOpen: boolean
  /** Resolves with the number of the search that is sent next. */
  nextSearch(): Promise<number>
  /** The server need not go on with it, and the library is told that it is over. */
  abandon(id: number): void
  /** Nothing is read any more: whoever has the socket next does. */
  release(): void
  close(): void
}

export function wireOver(socket: Socket, over: () => void = () => {}): Wire {
  const frames = new Frames(mostOfMessage)
  /** What is waited for, and how many bytes have come for each. */
  const waiting = new Map<number, number>()
  const next: ((id: number) => void)[] = []
  let failure: ParleyError | undefined
  const fail = (why: ParleyError): void => {
    if (failure) return
    failure = why
    socket.destroy()
    library.destroy()
    over()
  }
  const library = new Duplex({
    readableObjectMode: true,
    read: () => {},
    write: (bytes: Buffer, _encoding, done) => {
      sent(bytes)
      socket.write(bytes, () => done())
    },
    final: (done) => {
      socket.end()
      done()
    },
  })
  const sent = (bytes: Buffer): void => {
    const [id, operation] = headOf(bytes)
    if (operation === searchRequest) next.shift()?.(id)
    if (operation !== unbindRequest) waiting.set(id, 0)
  }
  const came = (message: Buffer): void => {
    const shape = shapeOf(message)
    if (!shape) return fail(new ParleyError('server-garbled', 'not LDAP'))
    const { id, operation } = shape
    // What the server says of its own accord (RFC 4511 §4.4): it goes.
    if (id === 0) return fail(new ParleyError('server-closed', 'notice of disconnection'))
    const bytes = waiting.get(id)
    if (bytes === undefined || operation === operations.intermediate) return
    if (bytes + message.length > mostOfSearch)
      return fail(new ParleyError('server-garbled', `more than ${mostOfSearch} bytes`))
    if (ends.includes(operation)) waiting.delete(id)
    else waiting.set(id, bytes + message.length)
    library.push(message)
  }
  const take = (bytes: Buffer): void => {
    const whole = frames.push(bytes)
    if (whole === 'garbled') return fail(new ParleyError('server-garbled', 'not LDAP'))
    if (whole === 'large')
      return fail(new ParleyError('server-garbled', `a message of more than ${mostOfMessage} bytes`))
    for (const each of whole) came(each)
  }
  const broken = (error: Error): void => fail(networkError(netFailure(error)))
  const closed = (): void => fail(new ParleyError('server-closed'))
  socket.on('data', take).on('error', broken).on('close', closed)
  socket.setKeepAlive(true, 30_000)
  socket.setNoDelay(true)
  return {
    // That it is open is asked of it as of a socket.
    library: Object.assign(library, { connecting: false, readyState: 'open' }) as unknown as Socket,
    get failure() {
      return failure
    },
    get isOpen() {
      return failure === undefined
    },
    nextSearch: () => new Promise((resolve) => next.push(resolve)),
    abandon: (id) => {
      if (failure || !waiting.delete(id)) return
      const abandoned = numberBytes(id)
      socket.write(messageOf(mostId, Buffer.concat([Buffer.from([abandonRequest, abandoned.length]), abandoned])))
      library.push(messageOf(id, canceled))
    },
    release: () => {
      socket.off('data', take).off('error', broken).off('close', closed)
      failure = new ParleyError('server-closed')
    },
    close: () => fail(new ParleyError('server-closed')),
  }
}

/** Of what the library has written itself: its number, and what it is. */
function headOf(bytes: Buffer): [id: number, operation: number] {
  const first = bytes[1] ?? 0
  const at = first < 0x80 ? 2 : 2 + (first & 0x7f)
  const size = bytes[at + 1] ?? 0
  return [bytes.readUIntBE(at + 2, size), bytes[at + 2 + size] ?? 0]
}

function messageOf(id: number, operation: Buffer): Buffer {
  const number = numberBytes(id)
  const content = Buffer.concat([Buffer.from([0x02, number.length]), number, operation])
  return Buffer.concat([Buffer.from([0x30, content.length]), content])
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const searchRequest = 0x63
const unbindRequest = 0x42
const abandonRequest = 0x50
/** The library counts from 1 on and comes to it after two thousand million questions. */
const mostId = 2 ** 31 - 1
/** searchResDone: canceled (RFC 3909), nothing more. */
const canceled = Buffer.from([operations.done, 7, 0x0a, 1, 118, 0x04, 0, 0x04, 0])
/** Half a million bytes of picture and a page of text. */
const mostOfMessage = 2_000_000
const mostOfSearch = 32_000_000
