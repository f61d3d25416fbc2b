// What we answer to their INVITE: provisionally, and for certain where they want that (RFC 3262), and in the end.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Field } from './agent-types.ts'
import { optionsOf } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { ReliableOut } from './reliable.ts'
import { fieldsOf, responseTo } from './responses.ts'
import type { SessionNeeds } from './session-needs.ts'

export interface AnsweringNeeds extends Pick<SessionNeeds, 'contact' | 'describes' | 'reliable' | 'respond' | 'roll'> {
  readonly localTag: string
  /** Of their INVITE. */
  readonly transaction: string
  /** Sends again then what waits for its PRACK. */
  repeatAt(at: Millis): void
}

export class Answering {
  readonly #needs: AnsweringNeeds
  readonly #request: SipRequest
  /** Where they want our provisional responses to arrive for certain. */
  readonly #reliable: ReliableOut | undefined

  constructor(needs: AnsweringNeeds, request: SipRequest) {
    this.#needs = needs
    this.#request = request
    const knows = (name: string): boolean => optionsOf(request.headers, name).includes('100rel')
    const wanted = knows('Require') || (needs.reliable && knows('Supported'))
    this.#reliable = wanted ? new ReliableOut(Math.floor(needs.roll() * 2 ** 30)) : undefined
  }

  respond(
    status: number,
    { body, extra = [] }: { readonly body?: string | undefined; readonly extra?: readonly Field[] | undefined },
    now: Millis,
    effects: AgentEffect[],
  ): void {
    // In a redirection it would be where else to look (RFC 3261 §21.3).
    const fields: readonly Field[] = status >= 300 ? extra : [['Contact', this.#needs.contact()], ...extra]
    const whole = [...fields, ...fieldsOf(this.#needs.describes, body)]
    const response = responseTo(this.#request, status, this.#needs.localTag, whole, body)
    const reliable = status > 100 && status < 200 ? this.#reliable : undefined
    const sent = reliable ? reliable.send(response, now) : response
    if (sent) this.send(sent, now, effects)
  }

  /** A PRACK: whether it is of what was sent, and what is to be sent next. */
  acknowledged(prack: SipRequest, now: Millis): ReturnType<ReliableOut['acknowledged']> {
    return this.#reliable?.acknowledged(prack, now)
  }

  send(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    this.#needs.respond(this.#needs.transaction, response, now, effects)
    const again = response.status < 200 ? this.#reliable?.nextAt(now) : undefined
    if (again !== undefined) this.#needs.repeatAt(again)
  }

  /** Sends once more what nobody has acknowledged; false: that was long enough. */
  again(now: Millis, effects: AgentEffect[]): boolean {
    const again = this.#reliable?.again(now)
    if (again === 'given-up') return false
    if (again) this.send(again, now, effects)
    return true
  }
}
