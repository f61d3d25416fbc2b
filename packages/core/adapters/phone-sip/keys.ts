// Keys in a call: sent as events beside the sound, by INFO, or as tones in it, as the settings and the other side have it; and those
// that come by INFO. `application/dtmf-relay` and `application/dtmf` are written down nowhere but in what everybody does.
import type { PeerCause } from '@openparley/contract'
import type { Clock } from '@openparley/protocols/common'
import type { Cause, HeaderField, SipRequest, SipResponse } from '@openparley/protocols/sip'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg } from '../../services/media/port.ts'
import type { SoundPolicy } from './side.ts'

export interface KeysParts {
  readonly call: string
  readonly clock: Clock
  readonly how: SoundPolicy['digits']
  readonly ask: (contentType: string, body: string) => Promise<SipResponse | Cause['is']>
  readonly reply: (id: string, status: number) => void
  readonly tell: (event: PhoneEvent) => void
}

export class Keys {
  readonly #parts: KeysParts
  #is: 'open' | 'over' = 'open'
  /** Whether the other side takes INFO: it has said so, or has refused one. */
  #takesInfo = false
  readonly #waiting: { readonly key: string; readonly durationMs: number }[] = []
  #isSending = false
  #cancel: (() => void) | undefined

  constructor(parts: KeysParts) {
    this.#parts = parts
  }

  /** Headers of theirs: what they allow is said there (RFC 3261 §20.5). */
  learn(headers: Iterable<HeaderField>): void {
    const allowed = [...headers].filter(({ name }) => name.toLowerCase() === 'allow').map(({ value }) => value)
    if (allowed.length > 0) this.#takesInfo = /(?:^|,)\s*INFO\s*(?:,|$)/.test(allowed.join(','))
  }

  /** `events`: whether such were agreed on. */
  press(digits: string, durationMs: number, leg: Leg | undefined, events: boolean): void {
    const { call, how, tell } = this.#parts
    if (how === 'inband') return leg?.sendDigits(digits, durationMs, 'tones')
    if (how !== 'info' && events) return leg?.sendDigits(digits, durationMs, 'events')
    if (how === 'rtp') return tell({ type: 'refused', call, command: 'send-digits', code: 'call-incompatible' })
    if (how === 'auto' && !this.#takesInfo) return leg?.sendDigits(digits, durationMs, 'tones')
    for (const key of digits) if (this.#waiting.length < mostWaiting) this.#waiting.push({ key, durationMs })
    if (!this.#isSending) void this.#send(leg)
  }

  /** A request of theirs; false: it tells of no key. */
  requested(id: string, request: SipRequest): boolean {
    if (request.method !== 'INFO') return false
    const found = readKey(request.headers.get('Content-Type') ?? '', new TextDecoder().decode(request.body))
    if (!found) return false
    const { call, reply, tell } = this.#parts
    reply(id, 200)
    tell({ type: 'digit', call, ...found })
    return true
  }

  stop(): void {
    this.#is = 'over'
    this.#waiting.length = 0
    this.#cancel?.()
  }

  /** One after the other: what overtakes on the way would be another number. */
  async #send(leg: Leg | undefined): Promise<void> {
    const { ask, how } = this.#parts
    this.#isSending = true
    for (let next = this.#waiting.shift(); next && this.#is === 'open'; next = this.#waiting.shift()) {
      const { key, durationMs } = next
      if (key === ',') {
        await this.#pause()
        continue
      }
      const answer = await ask('application/dtmf-relay', `Signal=${key}\r\nDuration=${durationMs}\r\n`)
      const status = typeof answer === 'string' ? undefined : answer.status
      if (status !== undefined && status < 300) continue
      // It does not take them after all: then the rest is heard, beginning with this one.
      if (how === 'auto' && status !== undefined && unknownTo.has(status)) {
        this.#takesInfo = false
        const rest = [key, ...this.#waiting.splice(0).map((each) => each.key)].join('')
        leg?.sendDigits(rest, durationMs, 'tones')
      } else this.#refused(answer)
    }
    this.#isSending = false
  }

  #refused(answer: SipResponse | Cause['is']): void {
    this.#waiting.length = 0
    if (this.#is === 'over') return
    const { call, tell } = this.#parts
    const cause: PeerCause | undefined =
      typeof answer === 'string' ? undefined : { protocol: 'sip', status: answer.status, text: answer.reason }
    tell({ type: 'refused', call, command: 'send-digits', code: 'call-failed', ...(cause ? { cause } : {}) })
  }

  #pause(): Promise<void> {
    const { clock } = this.#parts
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + commaMs, resolve)
      this.#cancel = () => {
        cancel()
        resolve()
      }
    })
  }
}

/** Undefined where no key is told that is one. */
export function readKey(
  contentType: string,
  body: string,
): { readonly digit: string; readonly durationMs: number } | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/dtmf-relay' && type !== 'application/dtmf') return undefined
  const field = (name: string): string | undefined => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)`, 'im').exec(body)?.[1]
  const said = field('Signal') ?? (type === 'application/dtmf' ? body.trim() : undefined)
  // Some number them as events are (RFC 4733 §3.2).
  const named = said !== undefined && /^1[0-5]$/.test(said) ? '*#ABCD'[Number(said) - 10] : said?.toUpperCase()
  if (named === undefined || !/^[\d*#A-D]$/.test(named)) return undefined
  const durationMs = Number(field('Duration') ?? usualMs)
  return { digit: named, durationMs: durationMs > 0 && durationMs <= 10_000 ? Math.round(durationMs) : usualMs }
}

/** Not the method, not the content, not implemented. */
const unknownTo = new Set([405, 415, 469, 489, 501])
const commaMs = 1000
const usualMs = 160
const mostWaiting = 256
