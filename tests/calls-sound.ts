// Sound that is none: what the phone asks of it is counted, and said to be done.
import type { Leg, LegEvent, MediaPort } from '../packages/core/services/media/port.ts'

export interface Sound {
  readonly media: MediaPort
  /** How many legs are open. */
  open(): number
  /** How often keys were pressed, and endpoints joined. */
  readonly counted: { pressed: number; attached: number }
  /** Nothing is heard any more on the legs that are open. */
  fallSilent(): void
}

export function soundless(): Sound {
  const open = new Map<Leg, (event: LegEvent) => void>()
  const counted = { pressed: 0, attached: 0 }
  const openLeg = async (_: string, tell: (event: LegEvent) => void): Promise<Leg> => {
    let taped: string | undefined
    const tape: Leg['tape'] = (to) => {
      if (taped !== undefined) tell({ type: 'recorded', path: taped })
      taped = to?.record
    }
    const leg: Leg = {
      id: 'leg',
      local: {
        address: '10.0.0.1',
        port: 4000,
        direction: 'sendrecv',
        codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
      },
      newKeys: () => [],
      connect: () => {},
      attach: () => void counted.attached++,
      mute: () => {},
      join: () => {},
      silence: () => {},
      holdWith: () => {},
      heldTone: () => {},
      tape,
      sendDigits: () => void counted.pressed++,
      write: () => {},
      openVideo: () => Promise.reject(new Error('nothing is shown here')),
      connectVideo: () => {},
      askPicture: () => {},
      statistics: async () => none,
      close: async () => {
        tape(undefined)
        open.delete(leg)
        return none
      },
    }
    open.set(leg, tell)
    return leg
  }
  return {
    media: {
      openLeg,
      openPlayer: () => {
        throw new Error('nothing is played here')
      },
      openBrowser: async () => '',
      closeBrowser: () => {},
      close: async () => {},
    },
    open: () => open.size,
    counted,
    fallSilent: () => {
      for (const tell of open.values()) tell({ type: 'silent', forMs: 30_000 })
    },
  }
}

const none = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
