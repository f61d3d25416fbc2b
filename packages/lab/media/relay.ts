// The lab's own media relay: with a media fault it stands between the two sides and loses, delays and scatters packets.
import { openUdp, type UdpSocket } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { parseSdp, writeSdp } from '@openparley/protocols/sdp'
import type { SipMessage } from '@openparley/protocols/sip'
import type { FaultSet } from '../faults.ts'

interface Side {
  /** What this side is told to send to, and what the other side's packets come from. */
  readonly rtp: UdpSocket
  readonly rtcp: UdpSocket
  /** Where this side itself is, as it said. */
  target: { readonly address: string; readonly port: number } | undefined
}

interface Path {
  readonly caller: Side
  readonly callee: Side
}

export interface Relay {
  /** Puts the relay's addresses in place of the sender's; undefined where nothing is to be done. */
  through(message: SipMessage, callId: string, fromCaller: boolean): Promise<void> | undefined
  close(): Promise<void>
}

export function mediaRelay(faults: FaultSet, dice: Dice, counted: { packets: number; dropped: number }): Relay {
  const paths = new Map<string, Promise<Path>>()
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  const carry = (bytes: Buffer, from: UdpSocket, target: Side['target'], offset: number): void => {
    if (!target || closed) return
    counted.packets++
    if (dice.roll() * 100 < faults.value('media-drop')) {
      counted.dropped++
      return
    }
    const delay = faults.value('media-delay') + dice.roll() * faults.value('media-jitter')
    const send = (): void => from.send(bytes, target.address, target.port + offset)
    if (delay < 1) return send()
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) send()
    }, delay)
    timers.add(timer)
  }
  const open = async (): Promise<Path> => {
    const path = {} as { caller: Side; callee: Side }
    // A packet that comes in where one side sends to goes out where the other side expects it from.
    const side = async (self: 'caller' | 'callee', other: 'caller' | 'callee'): Promise<Side> => {
      for (;;) {
        const rtp = await openUdp({
          address: '127.0.0.1',
          port: 0,
          onMessage: (bytes) => carry(bytes, path[other].rtp, path[other].target, 0),
        })
        try {
          const rtcp = await openUdp({
            address: '127.0.0.1',
            port: rtp.port + 1,
            onMessage: (bytes) => carry(bytes, path[other].rtcp, path[other].target, 1),
          })
          return { rtp, rtcp, target: undefined }
        } catch {
          // The port beside it is taken: another pair.
          await rtp.close()
        }
      }
    }
    path.caller = await side('caller', 'callee')
    path.callee = await side('callee', 'caller')
    return path
  }
  const rewrite = async (message: SipMessage, callId: string, fromCaller: boolean): Promise<void> => {
    const description = parseSdp(new TextDecoder().decode(message.body))
    if ('malformed' in description) return
    const opening = paths.get(callId) ?? open()
    paths.set(callId, opening)
    const path = await opening
    const [own, other] = fromCaller ? [path.caller, path.callee] : [path.callee, path.caller]
    for (const section of description.media) {
      const connection = section.connection ?? description.connection
      if (section.kind !== 'audio' || section.port === 0 || !connection) continue
      own.target = { address: connection.address, port: section.port }
      section.port = other.rtp.port
      section.connection = { family: 'IP4', address: '127.0.0.1' }
      section.attributes = section.attributes.filter(({ name }) => name !== 'rtcp')
    }
    message.body = new TextEncoder().encode(writeSdp(description))
  }
  return {
    through: (message, callId, fromCaller) => {
      if (message.body.length === 0 || !(faults.anyInMedia || paths.has(callId))) return undefined
      return rewrite(message, callId, fromCaller)
    },
    close: async () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      for (const opening of paths.values()) {
        const { caller, callee } = await opening
        await Promise.all([caller, callee].flatMap(({ rtp, rtcp }) => [rtp.close(), rtcp.close()]))
      }
    },
  }
}
