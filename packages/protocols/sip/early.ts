// Before our INVITE is answered: the dialogs that its provisional answers make, each fork its own (RFC 3261 §12.1), what of
// them must be acknowledged (RFC 3262), and offers in them (RFC 3311 §5.2).
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Field, SessionAct, SessionEvent } from './agent-types.ts'
import { type Dialog, dialogOfResponse, requestIn } from './dialog.ts'
import { toOf } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { rackOf, ReliableIn } from './reliable.ts'
import { responseTo, textOf } from './responses.ts'
import type { SessionNeeds } from './session-needs.ts'

export interface EarlyNeeds extends Pick<SessionNeeds, 'ask' | 'contact' | 'dialogBegun' | 'respond'> {
  readonly localTag: string
  emit(event: SessionEvent, effects: AgentEffect[]): void
}

export class EarlyDialogs {
  readonly #needs: EarlyNeeds
  readonly #reliable = new ReliableIn()
  #dialogs: Dialog[] = []
  /** The offer of our INVITE was answered for certain: the next may come. */
  #answered = false
  /** Their UPDATE whose offer waits for our answer. */
  #update: { readonly transaction: string; readonly request: SipRequest } | undefined

  constructor(needs: EarlyNeeds) {
    this.#needs = needs
  }

  with(remoteTag: string): Dialog | undefined {
    return this.#dialogs.find((dialog) => dialog.remoteTag === remoteTag)
  }

  get last(): Dialog | undefined {
    return this.#dialogs.at(-1)
  }

  /** A provisional response above 100. False for one that is as if it had not come: it came before, or too early. */
  received(response: SipResponse, invite: SipRequest, now: Millis, effects: AgentEffect[]): boolean {
    const tag = toOf(response.headers)?.params.get('tag')
    const dialog = tag === undefined ? undefined : (this.with(tag) ?? this.#begin(response, invite))
    if (!dialog) return true
    const is = this.#reliable.received(response, dialog.remoteTag)
    if (is !== 'acknowledge') return is === 'plain'
    const prack = requestIn(dialog, 'PRACK')
    prack.headers.append('RAck', rackOf(response))
    this.#needs.ask(prack, { send: undefined, dialog }, now, effects)
    if (textOf(response) !== undefined) this.#answered = true
    return true
  }

  /** Their UPDATE. */
  updated(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    const body = textOf(request)
    const respond = (status: number): void =>
      this.#needs.respond(transaction, responseTo(request, status, this.#needs.localTag), now, effects)
    if (body === undefined) return respond(200)
    if (!this.#answered || this.#update) return respond(491)
    this.#update = { transaction, request }
    this.#needs.emit({ type: 'offered', body }, effects)
  }

  /** False where no offer of theirs waits. */
  decide(act: Extract<SessionAct, { type: 'answer' | 'refuse' }>, now: Millis, effects: AgentEffect[]): boolean {
    if (!this.#update) return false
    const { transaction, request } = this.#update
    this.#update = undefined
    const { localTag, respond } = this.#needs
    const fields: Field[] = [['Contact', this.#needs.contact()]]
    const response =
      act.type === 'answer'
        ? responseTo(request, 200, localTag, fields, act.body)
        : responseTo(request, act.status ?? 488, localTag)
    respond(transaction, response, now, effects)
    return true
  }

  /**
   * The INVITE was answered: the dialog that stands. One and the same as an early one, and what was asked in that has used
   * its numbers (RFC 3261 §12.1.2, §13.2.2.4).
   */
  confirmed(response: SipResponse, invite: SipRequest): Dialog {
    const confirmed = dialogOfResponse(invite, response)
    const dialog = this.with(confirmed.remoteTag) ?? confirmed
    dialog.remoteTarget = confirmed.remoteTarget
    dialog.routes = confirmed.routes
    dialog.localCSeq = Math.max(dialog.localCSeq, confirmed.localCSeq)
    return dialog
  }

  /** They are over; false: there were none. */
  end(now: Millis, effects: AgentEffect[]): boolean {
    this.decide({ type: 'refuse', session: '', status: 500 }, now, effects)
    const had = this.#dialogs.length > 0
    this.#dialogs = []
    return had
  }

  #begin(response: SipResponse, invite: SipRequest): Dialog | undefined {
    if (this.#dialogs.length >= mostForks) return undefined
    const dialog = dialogOfResponse(invite, response)
    this.#dialogs.push(dialog)
    if (this.#dialogs.length === 1) this.#needs.dialogBegun(dialog)
    return dialog
  }
}

const mostForks = 16
