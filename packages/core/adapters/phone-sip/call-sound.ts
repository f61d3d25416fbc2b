// The sound of one call: the leg that carries it, and to what it is joined before and after the answer.
import type { ErrorCode, Statistics } from '@openparley/contract'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'
import type { Endpoint, Leg, LegEvent, MediaPort } from '../../services/media/port.ts'

export type SoundCommand = Extract<PhoneCommand, { type: 'mute' | 'attach' | 'join' | 'silence' | 'record' }>

export interface CallSoundParts {
  readonly call: string
  readonly media: MediaPort
  readonly tell: (event: PhoneEvent) => void
  /** Nothing is heard any more. */
  readonly silent: () => void
  /** A whole picture is wanted of the far side, by a request. */
  readonly pictureWanted: () => void
  /** There is no sound to be had. */
  readonly failed: (code: ErrorCode, detail: string) => void
}

export class CallSound {
  readonly #parts: CallSoundParts
  #leg: Promise<Leg> | undefined
  /** The endpoint of an outgoing call, from its answer on. */
  #whenAnswered: Endpoint | undefined
  #is: 'open' | 'closed' = 'open'
  /** Whether what it is joined to, or will be, shows video. */
  shows = false

  constructor(parts: CallSoundParts) {
    this.#parts = parts
  }

  /** Undefined while it is not opened. */
  get leg(): Promise<Leg | undefined> {
    return this.#leg ?? Promise.resolve(undefined)
  }

  /** Before the answer one listens and does not speak yet. */
  openEarly(localAddress: string, endpoint: Endpoint): Promise<Leg | undefined> {
    this.#whenAnswered = endpoint
    const leg = this.open(localAddress, listening(endpoint))
    this.shows = showsVideo(endpoint)
    return leg
  }

  /** Undefined where it failed, or where the call ended before it began. */
  async open(localAddress: string, endpoint: Endpoint): Promise<Leg | undefined> {
    if (this.#is === 'closed') return undefined
    const { media, failed } = this.#parts
    this.shows = showsVideo(endpoint)
    this.#leg ??= media.openLeg(localAddress, (event) => this.#heard(event))
    try {
      const leg = await this.#leg
      leg.attach(endpoint)
      return leg
    } catch (error) {
      this.#leg = undefined
      failed((error as { code?: ErrorCode }).code ?? 'internal', (error as Error).message)
      return undefined
    }
  }

  /** The call is answered: what waited for that is joined. */
  async answered(): Promise<void> {
    const endpoint = this.#whenAnswered
    this.#whenAnswered = undefined
    if (endpoint) (await this.leg)?.attach(endpoint)
  }

  async perform(command: SoundCommand): Promise<void> {
    const leg = await this.leg
    switch (command.type) {
      case 'mute':
        return leg?.mute(command.muted)
      case 'attach':
        this.shows = showsVideo(command.endpoint)
        if (!this.#whenAnswered) return leg?.attach(command.endpoint)
        this.#whenAnswered = command.endpoint
        return leg?.attach(listening(command.endpoint))
      case 'join':
        return leg?.join(command.conference)
      case 'silence':
        return leg?.silence(command.silenced)
      case 'record':
        return leg?.tape(command.tape)
    }
  }

  async statistics(): Promise<Statistics | undefined> {
    return (await this.leg)?.statistics()
  }

  /** The final figures; undefined where there was no sound. */
  async close(): Promise<Statistics | undefined> {
    this.#is = 'closed'
    const statistics = await (await this.leg.catch(() => undefined))?.close()
    return statistics && statistics.packetsSent + statistics.packetsReceived > 0 ? statistics : undefined
  }

  #heard(event: LegEvent): void {
    const { call, silent, tell } = this.#parts
    if (event.type === 'digit') tell({ type: 'digit', call, digit: event.digit, durationMs: event.durationMs })
    else if (event.type === 'played') tell({ type: 'played', call })
    else if (event.type === 'recorded') tell({ type: 'recorded', call, path: event.path })
    else if (event.type === 'silent') silent()
    else if (event.type === 'picture-wanted') this.#parts.pictureWanted()
    else if (event.type === 'endpoint-failed') tell({ type: 'refused', call, command: 'attach', code: event.code })
  }
}

function listening(endpoint: Endpoint): Endpoint {
  if (endpoint.kind !== 'file') return endpoint
  return endpoint.record === undefined ? { kind: 'none' } : { kind: 'file', record: endpoint.record }
}

export function showsVideo(endpoint: Endpoint): boolean {
  return endpoint.kind === 'browser' && endpoint.video === true
}
