// Keys for a server that collects them (KPML, RFC 4730): a number that it needs more of, or a code that it asks for.
import { type Driven, drive } from '@openparley/net'
import type { Clock } from '@openparley/protocols/common'
import {
  Kpml,
  type KpmlEffect,
  type KpmlInput,
  kpmlTerms,
  type KpmlTerms,
  readKpmlRequest,
  writeKpmlResponse,
} from '@openparley/protocols/kpml'
import type { AgentInput, WatcherEvent } from '@openparley/protocols/sip'
import type { EngineRecord } from '../../runtime/recorder.ts'

export interface CollectingParts {
  readonly clock: Clock
  readonly feed: (act: AgentInput) => void
  /** Whether keys are wanted now. */
  readonly wanted: (wanted: boolean) => void
  /** Keeps what becomes of the keys, without them. */
  readonly record: (terms: KpmlTerms) => EngineRecord
}

export class Collecting {
  readonly #parts: CollectingParts
  #is: 'open' | 'hung-up' = 'open'
  #watcher: string | undefined
  #kpml: Driven<KpmlInput> | undefined

  constructor(parts: CollectingParts) {
    this.#parts = parts
  }

  watched(watcher: string, event: WatcherEvent): void {
    if (event.type === 'ending') {
      if (watcher !== this.#watcher) return
      if (event.why === 'gone') this.#over()
      else this.#kpml?.feed({ type: 'expired' })
      return
    }
    const { feed, clock } = this.#parts
    if (this.#is === 'hung-up') return feed({ type: 'refuse-watch', watcher, status: 481 })
    const { body, headers } = event.request
    const text = new TextDecoder().decode(body)
    const again = watcher === this.#watcher
    // A refresh may leave the document out: what was asked for stands (RFC 6665 §4.1.2.2).
    const request = text.trim() === '' && again ? undefined : readKpmlRequest(text)
    const isKpml = /^application\/kpml-request\+xml\b/i.test(headers.get('Content-Type') ?? '')
    if (text.trim() !== '' && !isKpml) return feed({ type: 'refuse-watch', watcher, status: 415 })
    if (!request && !again) {
      // Taken, and told what is wrong with it (RFC 4730 §4.6, code 501).
      feed({ type: 'watch', watcher, expiresS: 0 })
      return feed({ type: 'notify', watcher, state: 'terminated', contentType, body: writeKpmlResponse({ code: 501 }) })
    }
    feed({ type: 'watch', watcher, expiresS: mostS })
    feed({ type: 'notify', watcher, state: 'active' })
    if (again && request) this.#kpml?.feed({ type: 'asked', request })
    if (again || !request) return
    // One at a time: the last who asks is told.
    this.#kpml?.feed({ type: 'expired' })
    this.#watcher = watcher
    const record = this.#parts.record(kpmlTerms(request))
    const kpml = new Kpml(request, (look) => record.answer(look))
    const perform = ({ response, last }: KpmlEffect): void => {
      feed({
        type: 'notify',
        watcher,
        state: last ? 'terminated' : 'active',
        contentType,
        body: writeKpmlResponse(response),
      })
      if (last && watcher === this.#watcher) this.#over()
    }
    // Between two keys it is idle and not new: what came before counts for what comes after.
    this.#kpml = drive<KpmlInput, KpmlEffect>(kpml, clock, perform, (turn) => record.turn({ ...turn, idle: false }))
    this.#parts.wanted(true)
  }

  /** Pauses are for sound alone. */
  press(digits: string): void {
    for (const key of digits.replaceAll(',', '')) this.#kpml?.feed({ type: 'key', key })
  }

  /** Before the BYE: nothing may follow that in its dialog. */
  hungUp(): void {
    this.#is = 'hung-up'
    this.#kpml?.feed({ type: 'hung-up' })
    this.#over()
  }

  /** The call goes on in another dialog. */
  leave(): void {
    this.#kpml?.feed({ type: 'expired' })
    this.#over()
  }

  #over(): void {
    if (this.#watcher === undefined) return
    this.#watcher = undefined
    this.#kpml?.stop()
    this.#kpml = undefined
    this.#parts.wanted(false)
  }
}

const contentType = 'application/kpml-response+xml'
const mostS = 7200
