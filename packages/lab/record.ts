// What the lab saw at its end: calls, who registered, and every SIP message as a rung of a ladder.
import type { QualityReport } from '@openparley/protocols/quality'
import type { RegisteredDevice } from './sip/cucm.ts'
import { type XmppRecord, XmppRecorder } from './xmpp/record.ts'

export interface CallRecord {
  readonly callId: string
  readonly from: string
  readonly to: string
  answered: boolean
  /** The final status of the INVITE. */
  status?: number
  endedBy?: 'caller' | 'callee'
}

export interface Rung {
  readonly atMs: number
  readonly from: string
  readonly to: string
  /** The method, or the status and its method. */
  readonly label: string
  readonly callId: string
}

export interface LabRecord {
  readonly calls: readonly CallRecord[]
  readonly ladder: readonly Rung[]
  /** How often each person's phone was registered. */
  readonly registrations: Readonly<Record<string, number>>
  /** What each person's phone said of itself as a device, last. */
  readonly devices: Readonly<Record<string, RegisteredDevice>>
  /** How often each person's phone asked a call manager only whether it is there. */
  readonly keptAlive: Readonly<Record<string, number>>
  /** What its collector was told of how calls sounded (RFC 6035). */
  readonly quality: readonly QualityReport[]
  readonly relayed: { readonly packets: number; readonly dropped: number }
  readonly xmpp: XmppRecord
}

export class Recorder {
  readonly #calls = new Map<string, CallRecord>()
  readonly #ladder: Rung[] = []
  readonly #registrations: Record<string, number> = {}
  readonly #devices: Record<string, RegisteredDevice> = {}
  readonly #keptAlive: Record<string, number> = {}
  readonly #quality: QualityReport[] = []
  readonly relayed: { packets: number; dropped: number } = { packets: 0, dropped: 0 }
  readonly xmpp: XmppRecorder = new XmppRecorder()

  device(user: string, device: RegisteredDevice | undefined): void {
    if (device) this.#devices[user] = device
  }

  isDevice(user: string): boolean {
    return Object.hasOwn(this.#devices, user)
  }

  keptAlive(user: string): void {
    this.#keptAlive[user] = (this.#keptAlive[user] ?? 0) + 1
  }

  quality(report: QualityReport): void {
    this.#quality.push(report)
    if (this.#quality.length > most) this.#quality.shift()
  }

  begun(callId: string, from: string, to: string): void {
    if (!this.#calls.has(callId)) this.#calls.set(callId, { callId, from, to, answered: false })
    if (this.#calls.size > most) this.#calls.delete(this.#calls.keys().next().value as string)
  }

  final(callId: string, status: number): void {
    const call = this.#calls.get(callId)
    if (!call || call.answered) return
    call.status = status
    call.answered = status < 300
  }

  ended(callId: string, by: 'caller' | 'callee'): void {
    const call = this.#calls.get(callId)
    if (call) call.endedBy ??= by
  }

  registered(user: string): void {
    this.#registrations[user] = (this.#registrations[user] ?? 0) + 1
  }

  rung(rung: Rung): void {
    this.#ladder.push(rung)
    if (this.#ladder.length > most) this.#ladder.shift()
  }

  read(): LabRecord {
    return structuredClone({
      calls: [...this.#calls.values()],
      ladder: this.#ladder,
      registrations: this.#registrations,
      devices: { ...this.#devices },
      keptAlive: { ...this.#keptAlive },
      quality: this.#quality,
      relayed: this.relayed,
      xmpp: this.xmpp.read(),
    })
  }
}

const most = 10_000
