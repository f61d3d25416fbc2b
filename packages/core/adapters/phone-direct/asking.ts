// What the phone is asked to do with a call of its own: to end it, to answer, to hold.
import type { Capability, PeerCause, Settings } from '@openparley/contract'
import type { LineDialog } from '@openparley/protocols/events'
import { type Field, isSip, parseUri, type SessionEvent, type SipResponse, writeUri } from '@openparley/protocols/sip'
import type { CallingLink, SipPart } from '../../links/sip/index.ts'
import { noSound } from './referring.ts'
import { remoteRefer } from './remotecc.ts'

export type Refusal = { readonly code: 'call-wrong-state' | 'call-failed'; readonly cause?: PeerCause }

/** Undefined: it was taken. */
export type Asked = (refusal: Refusal | undefined) => void

export interface AskingParts {
  readonly link: CallingLink
  readonly part: SipPart
  readonly given: Settings
  readonly phone: () => string | undefined
}

/** What it can be had to do with a call: what the settings say that it takes. */
export function canOf({
  'deskPhone.via': via,
  'deskPhone.sip.end': ends,
  'deskPhone.sip.events': events,
}: Settings): Capability[] {
  const rest: Capability[] = via === 'remotecc' ? ['answer', 'resume'] : events ? ['answer', 'hold', 'resume'] : []
  return ends === 'no' ? rest : ['end', ...rest]
}

export class Asking {
  readonly #parts: AskingParts
  /** Calls of ours that take the place of one of the phone’s, and end with it. */
  readonly #taking = new Map<string, Asked>()

  constructor(parts: AskingParts) {
    this.#parts = parts
  }

  end(dialog: LineDialog | undefined, asked: Asked): void {
    const way = this.#parts.given['deskPhone.sip.end']
    if (way === 'replace') return this.#replace(dialog, asked)
    const named = dialog && targetDialog(dialog)
    const uri = parseUri(dialog?.remoteTarget ?? dialog?.remote?.uri ?? '')
    if (way === 'no' || named === undefined || !isSip(uri)) return asked({ code: 'call-wrong-state' })
    const { headers: _, ...bare } = uri
    const leaving = writeUri({ ...bare, params: new Map([...uri.params, ['method', 'BYE']]) })
    void this.#ask(
      'REFER',
      [
        ['Refer-To', `<${leaving}>`],
        ['Target-Dialog', named],
        // Its dialog events tell what became of it (RFC 4488).
        ['Refer-Sub', 'false'],
        ['Supported', 'norefersub, tdialog'],
      ],
      asked,
    )
  }

  does(act: 'answer' | 'hold' | 'resume', dialog: LineDialog | undefined, asked: Asked): void {
    const { given, link } = this.#parts
    if (given['deskPhone.via'] === 'remotecc') {
      if (act === 'hold') return asked({ code: 'call-wrong-state' })
      const { method, headers, body } = remoteRefer(link, given, { is: act, dialog: dialog && namesOf(dialog) })
      return void this.#ask(method, headers, asked, body)
    }
    const named = dialog && targetDialog(dialog)
    void this.#ask(
      'NOTIFY',
      [
        // talk answers a call that rings, and takes one off hold.
        ['Event', act === 'hold' ? 'hold' : 'talk'],
        ['Subscription-State', 'active'],
        ...(named === undefined ? [] : ([['Target-Dialog', named]] as const)),
      ],
      asked,
    )
  }

  /** False: it is of another. */
  session(name: string, event: SessionEvent): boolean {
    const asked = this.#taking.get(name)
    if (!asked) return false
    const { link } = this.#parts
    if (event.type === 'offered' || event.type === 'offer-wanted')
      link.act({ type: 'answer', session: name, body: noSound(link) })
    else if (event.type === 'accepted') {
      asked(undefined)
      link.act({ type: 'end', session: name })
    } else if (event.type === 'ended') {
      this.#taking.delete(name)
      if (event.cause.is === 'status') asked(refusalOf({ status: event.cause.status, reason: event.cause.reason }))
      else if (event.by === 'network') asked({ code: 'call-failed' })
    }
    return true
  }

  get isTaking(): boolean {
    return this.#taking.size > 0
  }

  stop(): void {
    this.#taking.clear()
  }

  /** RFC 3891: the phone ends the call whose place ours takes; a call that rings there it does not take so. */
  #replace(dialog: LineDialog | undefined, asked: Asked): void {
    const { link, part, phone } = this.#parts
    const uri = phone()
    const names = dialog && namesOf(dialog)
    if (uri === undefined || names === undefined) return asked({ code: 'call-wrong-state' })
    const { callId, localTag, remoteTag } = names
    const replaces = `${callId};to-tag=${localTag};from-tag=${remoteTag}`
    const headers = [
      ['Replaces', replaces],
      ['Require', 'replaces'],
    ] as const
    const session = link.invite(part, { uri, headers, body: noSound(link) })
    if (session === undefined) return asked({ code: 'call-failed' })
    this.#taking.set(session, asked)
  }

  async #ask(method: string, headers: readonly Field[], asked: Asked, body?: string): Promise<void> {
    const { link, phone } = this.#parts
    const uri = phone()
    const contact = link.here?.contact
    if (uri === undefined || contact === undefined) return asked({ code: 'call-failed' })
    const more = body === undefined ? {} : { body }
    const answer = await link.ask({ method, uri, headers: [['Contact', `<${contact}>`], ...headers], ...more })
    if (typeof answer === 'string') return asked({ code: 'call-failed' })
    asked(answer.status < 300 ? undefined : refusalOf(answer))
  }
}

/** No more than those who ask are told of: what else there is to say is in the cause. */
function refusalOf({ status, reason }: Pick<SipResponse, 'status' | 'reason'>): Refusal {
  const cause: PeerCause = { protocol: 'sip', status, text: reason }
  return { code: status === 481 || status === 491 ? 'call-wrong-state' : 'call-failed', cause }
}

/** RFC 4538 §7: local and remote as the phone sees them. */
function targetDialog(dialog: LineDialog): string | undefined {
  const names = namesOf(dialog)
  return names && `${names.callId};local-tag=${names.localTag};remote-tag=${names.remoteTag}`
}

/** What others wrote goes into a header as it is, or not at all. */
function namesOf({ callId = '', localTag = '', remoteTag = '' }: LineDialog) {
  const plain = /^[^\s;,<>"\r\n]+$/
  return [callId, localTag, remoteTag].every((each) => plain.test(each)) ? { callId, localTag, remoteTag } : undefined
}
