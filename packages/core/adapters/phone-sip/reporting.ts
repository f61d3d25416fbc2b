// How calls sounded, told to a collector (RFC 6035) for whoever keeps the network: at their end, and in between where that is set.
// Nothing is told unless the settings name a collector. A report is sent once; a collector that takes none is told no more.
import type { Party, Settings } from '@openparley/contract'
import { qualityEvent, type QualityReport, qualityType, writeQualityReport } from '@openparley/protocols/quality'
import {
  type Cause,
  type DialogName,
  isSip,
  parseNameAddr,
  parseUri,
  type SipResponse,
  writeNameAddr,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg, Measured } from '../../services/media/port.ts'
import { figuresOf } from './figures.ts'

export interface ReportingParts {
  readonly world: World
  readonly link: () => SipLink
  readonly settings: () => Settings
}

interface Reported {
  /** Whose call it is: a name and an address, as From has them. */
  remote: string
  readonly by: 'local' | 'remote'
  /** From its answer on. */
  talk?: { readonly since: string; readonly dialog: DialogName; readonly stop: () => void }
}

export class Reporting {
  readonly #parts: ReportingParts
  readonly #calls = new Map<string, Reported>()
  /** Reports that are not answered yet. */
  readonly #sent = new Set<string>()
  #count = 0
  #isUnwanted = false
  #settled: (() => void) | undefined

  constructor(parts: ReportingParts) {
    this.#parts = parts
  }

  /** A call that begins. */
  begin(call: string, remote: Party, by: 'local' | 'remote'): void {
    if (this.#collector !== undefined) this.#calls.set(call, { remote: nameOf(remote), by })
  }

  /** What the application is told of a call; `session`: what it is in SIP now. */
  told(event: PhoneEvent, session: string, leg: () => Promise<Leg | undefined>): void {
    if (!('call' in event)) return
    const reported = this.#calls.get(event.call)
    if (!reported) return
    if ((event.type === 'connected' || event.type === 'transferred') && event.remote)
      reported.remote = nameOf(event.remote)
    if (event.type === 'connected') this.#begins(event.call, reported, session, leg)
    if (event.type === 'ended') this.#forget(event.call)
  }

  /** The call ends, and its leg is still there to be asked. */
  async ends(call: string, leg: Leg): Promise<void> {
    const reported = this.#calls.get(call)
    if (reported) await this.#report(reported, leg, true)
    this.#forget(call)
  }

  /** What became of a report; nothing where it is none. */
  answered(id: string, answer: SipResponse | Cause['is']): void {
    if (!this.#sent.delete(id)) return
    if (typeof answer !== 'string' && noCollector.has(answer.status)) this.#isUnwanted = true
    this.#settled?.()
  }

  /** Resolves when nothing is owed to the collector any more; one that does not answer is waited for no longer than a second. */
  settled(): Promise<void> {
    if (!this.#owes) return Promise.resolve()
    const { clock } = this.#parts.world
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + settlingMs, resolve)
      this.#settled = () => {
        if (this.#owes) return
        cancel()
        resolve()
      }
    })
  }

  get #owes(): boolean {
    return this.#sent.size > 0 || [...this.#calls.values()].some(({ talk }) => talk)
  }

  get #collector(): string | undefined {
    return this.#isUnwanted ? undefined : this.#parts.settings()['softphone.qualityReports']
  }

  #begins(call: string, reported: Reported, session: string, leg: () => Promise<Leg | undefined>): void {
    const { world, link, settings } = this.#parts
    const dialog = link().dialogOf(session)
    if (!dialog) return
    reported.talk?.stop()
    let cancel = (): void => {}
    const everyS = settings()['softphone.qualityReports.everyS']
    const again = (): void => {
      if (everyS !== undefined) cancel = world.clock.at(world.clock.now() + everyS * 1000, () => void interval())
    }
    const interval = async (): Promise<void> => {
      const open = await leg()
      if (open && this.#calls.get(call) === reported) await this.#report(reported, open, false)
      if (this.#calls.get(call) === reported) again()
    }
    reported.talk = { since: this.#now, dialog, stop: () => cancel() }
    again()
  }

  async #report(reported: Reported, leg: Leg, isLast: boolean): Promise<void> {
    const collector = this.#collector
    if (collector === undefined || !reported.talk) return
    const measured = await leg.measured?.()
    const link = this.#parts.link()
    const hop = link.way()?.hop
    // Of a call in which nothing was heard there is nothing to tell by figures.
    if (!measured || !hop) return
    const id = `quality-${++this.#count}`
    this.#sent.add(id)
    link.feed({
      type: 'ask',
      id,
      method: 'PUBLISH',
      uri: collector,
      from: link.address,
      to: `<${collector}>`,
      headers: [
        ['Event', qualityEvent],
        ['Expires', '0'],
        ['Content-Type', qualityType],
      ],
      body: writeQualityReport(this.#reportOf(reported, reported.talk, leg, measured, isLast)),
      hop,
    })
  }

  #reportOf(
    { remote, by }: Reported,
    { since, dialog }: NonNullable<Reported['talk']>,
    { local }: Leg,
    measured: Measured,
    isLast: boolean,
  ): QualityReport {
    const { ssrc, remote: far, heard, theirs } = measured
    const own = this.#parts.link().address
    const until = this.#now
    return {
      kind: isLast ? 'session' : 'interval',
      isLast,
      callId: dialog.callId,
      localId: own,
      remoteId: remote,
      originId: by === 'local' ? own : remote,
      localAddress: { address: local.address, port: local.port, ssrc },
      remoteAddress: far,
      localGroup: groupOf(own),
      remoteGroup: groupOf(remote),
      dialog: { callId: dialog.callId, toTag: dialog.remoteTag, fromTag: dialog.localTag },
      local: figuresOf(heard, measured, since, until),
      ...(theirs ? { remote: figuresOf(theirs, undefined, since, until) } : {}),
    }
  }

  /** As RFC 3339 has it, in UTC and whole seconds. */
  get #now(): string {
    return new Date(this.#parts.world.wall()).toISOString().replace(/\.\d+Z$/, 'Z')
  }

  #forget(call: string): void {
    this.#calls.get(call)?.talk?.stop()
    this.#calls.delete(call)
    this.#settled?.()
  }
}

function nameOf({ number, displayName, uri }: Party): string {
  const parsed = parseUri(uri ?? '')
  if (!parsed) return displayName ?? number
  return writeNameAddr({ uri: uri as string, params: new Map(), ...(displayName === undefined ? {} : { displayName }) })
}

/** Who belongs together: the domain of an address. */
function groupOf(address: string): string {
  const uri = parseUri(parseNameAddr(address)?.uri ?? '')
  return isSip(uri) ? uri.host : 'unknown'
}

const settlingMs = 1000
/** There is nobody there who takes reports (RFC 3903 §6, RFC 6665 §8.3.2). */
const noCollector = new Set([403, 404, 405, 489, 501])
