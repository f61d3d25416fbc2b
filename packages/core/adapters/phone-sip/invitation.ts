// Their INVITE: whether anybody can answer it, and how it is refused or sent on.
import type { CallEnd, ErrorCode, Party } from '@openparley/contract'
import type { Refusal } from '@openparley/protocols/sdp'
import type { Headers, SessionEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand } from '../../services/calls/port.ts'
import { codeOf, preempted, type Rejection, refusalOf } from './ending.ts'
import { hopeless, type SoundPolicy } from './side.ts'

export class Invitation {
  readonly headers: Headers
  /** What is wrong with its offer. */
  readonly #hopeless: Refusal | undefined
  #sentOnTo: Party | undefined

  constructor({ body, request }: Extract<SessionEvent, { type: 'incoming' }>, policy: SoundPolicy) {
    this.headers = request.headers
    this.#hopeless = body === undefined ? undefined : hopeless(body, policy)
  }

  get peerId(): string {
    return this.headers.get('Call-ID') ?? ''
  }

  /** Why nobody can answer it. */
  get unanswerable(): ErrorCode | undefined {
    return this.#hopeless && codeOf(this.#hopeless)
  }

  refuse(command: Extract<PhoneCommand, { type: 'decline' | 'deflect' }>, link: SipLink): Rejection {
    if (command.type === 'deflect') {
      this.#sentOnTo = { number: command.to }
      return { status: 302, headers: [['Contact', `<${link.targetOf(command.to)}>`]] }
    }
    const { reason, accepts = [] } = command
    if (reason === 'incompatible') return this.#hopeless ? refusalOf(this.#hopeless) : { status: 488, headers: [] }
    return {
      status: statusOf[reason],
      headers: [
        ...(reason === 'preempted' ? preempted : []),
        ...(accepts.length > 0 ? ([['Accept-Resource-Priority', accepts.join(', ')]] as const) : []),
      ],
    }
  }

  /** Of a call that we have sent on; who gave up meanwhile goes nowhere. */
  endOf({ by }: Extract<SessionEvent, { type: 'ended' }>): CallEnd | undefined {
    return this.#sentOnTo && by === 'local' ? { by, transferredTo: this.#sentOnTo } : undefined
  }
}

const statusOf = { busy: 486, declined: 603, preempted: 486, 'precedence-unknown': 417 } as const
