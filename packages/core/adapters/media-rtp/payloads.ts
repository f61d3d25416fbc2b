// What a leg speaks and hears, and by which numbers, as it was agreed.
import type { Codec } from '../../services/media/port.ts'
import { type Decoder, decoderFor, type Encoder, encoderFor, isSound } from './codecs.ts'
import { frameSamples } from './sound.ts'

export class Payloads {
  #codecs: readonly Codec[] = []
  /** By what we send; its name is that of the figures. */
  #sent: Codec | undefined
  #heard: Codec | undefined
  encoder: Encoder | undefined
  #decoder: Decoder | undefined
  /** The other side's number of key presses, of the clock of what we send where there is one; -1: none. */
  eventType = -1
  /** Hz. */
  eventRate = 8000

  /** Takes what was agreed, best first. True where another codec is heard, or none. */
  agree(codecs: readonly Codec[]): boolean {
    this.#codecs = codecs
    const sound = codecs.find(isSound)
    const event = this.#eventFor(sound)
    this.eventType = event?.payloadType ?? -1
    this.eventRate = event?.clockRate ?? 8000
    if (!isSame(sound, this.#sent)) {
      this.encoder?.close?.()
      this.encoder = sound && encoderFor(sound)
    }
    const isAnother = !isSame(sound, this.#sent) || !isSame(sound, this.#heard)
    this.#sent = sound
    if (isAnother) this.#hear(sound)
    return isAnother
  }

  /** As SDP names it. */
  get name(): string | undefined {
    return this.#sent?.name
  }

  get payloadType(): number {
    return this.#sent?.payloadType ?? -1
  }

  get decoder(): Decoder | undefined {
    return this.#decoder
  }

  /** Of 20 ms. */
  get frameSamples(): number {
    return this.encoder?.rate === 16_000 ? frameSamples * 2 : frameSamples
  }

  /** Timestamp units of 20 ms. */
  get frameUnits(): number {
    return (this.encoder?.unitsPerMs ?? 8) * 20
  }

  /** What a packet with that number is; `another`: of a codec that was agreed and not heard before. */
  kind(payloadType: number): 'sound' | 'another' | 'event' | 'noise' | undefined {
    if (this.#heard && payloadType === received(this.#heard)) return 'sound'
    for (const codec of this.#codecs) {
      if (received(codec) !== payloadType) continue
      const name = codec.name.toLowerCase()
      return name === 'telephone-event' ? 'event' : name === 'cn' ? 'noise' : isSound(codec) ? 'another' : undefined
    }
    return undefined
  }

  /** The other side has gone over to another codec of those that were agreed. */
  follow(payloadType: number): Decoder | undefined {
    this.#hear(this.#codecs.find((codec) => received(codec) === payloadType))
    return this.#decoder
  }

  close(): void {
    this.encoder?.close?.()
    this.#decoder?.close?.()
    this.encoder = undefined
    this.#decoder = undefined
  }

  #hear(codec: Codec | undefined): void {
    this.#decoder?.close?.()
    this.#decoder = codec && decoderFor(codec)
    this.#heard = codec
  }

  #eventFor(sound: Codec | undefined): Codec | undefined {
    const events = this.#codecs.filter(({ name }) => name.toLowerCase() === 'telephone-event')
    return events.find(({ clockRate }) => clockRate === sound?.clockRate) ?? events[0]
  }
}

function isSame(a: Codec | undefined, b: Codec | undefined): boolean {
  return a?.name === b?.name && a?.payloadType === b?.payloadType && a?.parameters === b?.parameters
}

/** The number by which it comes: ours, where each side has its own (RFC 3264 §5.1). */
function received({ payloadType, receivedType = payloadType }: Codec): number {
  return receivedType
}
