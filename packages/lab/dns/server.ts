// The lab's name server, over UDP and TCP (RFC 1035 §4.2): one zone, with the records that lead to the lab's services.
import { AUTHORITATIVE_ANSWER, type Answer, decode, encode, type Packet } from 'dns-packet'
import { listenBoth } from '../both.ts'

export interface DnsServerOptions {
  readonly address: string
  /** Without a dot at the end. */
  readonly zone: string
  /** The records of a name and type, now: `nothing` where the name has no such record. */
  readonly recordsOf: (name: string, type: string) => readonly Answer[]
  /** Whether there is such a name, with whatever record. */
  readonly isName: (name: string) => boolean
  readonly fault: () => 'silent' | 'failed' | undefined
}

export interface DnsServer {
  readonly port: number
  close(): Promise<void>
}

export async function openDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const answer = (bytes: Uint8Array): Buffer | undefined => {
    const asked = read(bytes)
    if (!asked || asked.type !== 'query' || options.fault() === 'silent') return undefined
    return encode(answerTo(asked, options))
  }
  const { udp, tcp } = await listenBoth({
    address: options.address,
    port: 0,
    mostConnections: 20,
    onMessage: (bytes, from, port) => {
      const said = answer(bytes)
      if (said) udp.send(said, from, port)
    },
    onStream: (stream) => {
      let held = Buffer.alloc(0)
      return {
        onData: (bytes) => {
          held = Buffer.concat([held, bytes])
          if (held.length > 4096) return stream.close()
          while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
            const length = held.readUInt16BE(0)
            const said = answer(held.subarray(2, 2 + length))
            held = held.subarray(2 + length)
            if (said) stream.send(Buffer.concat([Buffer.from([said.length >> 8, said.length & 0xff]), said]))
          }
        },
        onClose: () => {},
      }
    },
  })
  return {
    port: tcp.port,
    close: async () => {
      await Promise.all([udp.close(), tcp.close()])
    },
  }
}

function read(bytes: Uint8Array): Packet | undefined {
  try {
    return decode(Buffer.from(bytes))
  } catch {
    // Not a question: who sent it gets nothing.
    return undefined
  }
}

function answerTo({ id, questions = [] }: Packet, { zone, recordsOf, isName, fault }: DnsServerOptions): Packet {
  const [question] = questions
  const name = question?.name.toLowerCase() ?? ''
  const base = { id: id ?? 0, type: 'response' as const, questions }
  if (fault() === 'failed') return { ...base, flags: codes.SERVFAIL }
  if (name !== zone && !name.endsWith(`.${zone}`)) return { ...base, flags: codes.REFUSED }
  const answers = [...recordsOf(name, question?.type ?? 'A')]
  const flags = AUTHORITATIVE_ANSWER | (answers.length > 0 || isName(name) ? 0 : codes.NXDOMAIN)
  return { ...base, flags, answers }
}

/** RFC 1035 §4.1.1. */
const codes = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const
