// A channel carries texts to one application and back, and tells how much the other side has not taken yet.
import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { maxMessageBytes } from '@openparley/contract'
import type { WebSocket } from 'ws'

export interface Channel {
  send(text: string): void
  /** Bytes that were sent and that the other side has not taken. */
  readonly waiting: number
  /** Resolves when little is waiting, and when the channel is closed. */
  drained(): Promise<void>
  /** Stops reading, so that the other side has to wait too. */
  pause(): void
  resume(): void
  /** Sends what is waiting for a short while, then closes. */
  close(): void
}

export interface ChannelEvents {
  text(text: string): void
  /** What came breaks the channel's own form; it is closed after this. */
  broken(why: string): void
  closed(): void
}

export type OpenChannel = (events: ChannelEvents) => Channel

/** A Unix socket or a named pipe: one message a line. */
export function lineChannel(socket: Socket): OpenChannel {
  return (events) => {
    const out = outbox((text, taken) => socket.write(`${text}\n`, taken))
    const lines = lineReader(events)
    socket.on('data', (chunk) => {
      if (!lines(chunk)) close()
    })
    // An error is always followed by a close.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      out.close()
      events.closed()
    })
    const close = (): void => {
      if (socket.destroyed) return
      socket.pause()
      socket.end()
      const timer = setTimeout(() => socket.destroy(), closeMs)
      socket.on('close', () => clearTimeout(timer))
    }
    return {
      send: (text) => {
        if (socket.writable) out.send(text)
      },
      get waiting() {
        return out.waiting
      },
      drained: () => out.drained(),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close,
    }
  }
}

/** A WebSocket: one message a text frame. The library bounds a message's length. */
export function webSocketChannel(socket: WebSocket): OpenChannel {
  return (events) => {
    const out = outbox((text, taken) => socket.send(text, taken))
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        events.broken('a binary frame')
        socket.close(1003, 'text frames only')
      } else events.text((data as Buffer).toString('utf8'))
    })
    socket.on('error', (error) => events.broken(error.message))
    socket.on('close', () => {
      out.close()
      events.closed()
    })
    return {
      send: (text) => {
        if (socket.readyState === socket.OPEN) out.send(text)
      },
      get waiting() {
        return out.waiting
      },
      drained: () => out.drained(),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: () => {
        socket.close(1000)
        const timer = setTimeout(() => socket.terminate(), closeMs)
        socket.on('close', () => clearTimeout(timer))
      },
    }
  }
}

/** Cuts a stream of bytes into lines; false when one grows beyond what the contract allows. */
function lineReader(events: ChannelEvents): (chunk: Buffer) => boolean {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let held = 0
  return (chunk) => {
    const lines = decoder.write(chunk).split('\n')
    for (const [index, line] of lines.entries()) {
      parts.push(line)
      held += line.length
      if (held > maxMessageBytes) {
        events.broken('a message that is too long')
        return false
      }
      if (index === lines.length - 1) return true
      const text = parts.join('')
      parts = []
      held = 0
      if (text.trim() !== '') events.text(text)
    }
    return true
  }
}

interface Outbox extends Pick<Channel, 'send' | 'waiting' | 'drained'> {
  close(): void
}

function outbox(write: (text: string, taken: () => void) => void): Outbox {
  let waiting = 0
  let wakes: (() => void)[] = []
  let is: 'open' | 'closed' = 'open'
  const wake = (): void => {
    const now = wakes
    wakes = []
    for (const each of now) each()
  }
  return {
    get waiting() {
      return waiting
    },
    send: (text) => {
      const length = text.length
      waiting += length
      write(text, () => {
        waiting -= length
        if (waiting <= lowWater) wake()
      })
    },
    drained: () =>
      waiting <= lowWater || is === 'closed' ? Promise.resolve() : new Promise((resolve) => wakes.push(resolve)),
    close: () => {
      is = 'closed'
      wake()
    },
  }
}

/** With so many bytes or fewer waiting, a reader keeps up. */
const lowWater = 64 * 1024
const closeMs = 1000
