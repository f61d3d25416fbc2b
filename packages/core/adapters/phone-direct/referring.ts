// The phone is had to call somebody: by a REFER outside of any call, or in one that it answers by itself (RFC 3515).
import type { Settings } from '@openparley/contract'
import type { SessionEvent, SipRequest, SubscriptionEvent } from '@openparley/protocols/sip'
import { byRemoteRequest } from './remotecc.ts'
import { type CallingLink, callFailure, type Failure, type SipPart } from '../../links/sip/index.ts'

/** How it goes, as the phone tells it. */
export type Progress =
  | { readonly is: 'taken' }
  | { readonly is: 'status'; readonly status: number; readonly reason: string }
  /** The phone does not do it. */
  | { readonly is: 'refused'; readonly failure: Failure }
  /** Nothing more is told. */
  | { readonly is: 'over' }

export interface ReferringParts {
  readonly link: CallingLink
  readonly part: SipPart
  /** The phone’s address, and whom it is to call. */
  readonly phone: string
  readonly target: string
  /** The same, as it was dialled. */
  readonly dialled: string
  readonly tell: (progress: Progress) => void
}

export interface Referring {
  /** False: it is of another. */
  subscription(name: string, event: SubscriptionEvent): boolean
  session(name: string, event: SessionEvent): boolean
  within(id: string, request: SipRequest, session: string): boolean
  /** Where the phone was not sent on yet, it is not any more: true. */
  stop(): boolean
}

export function referring(given: Settings, parts: ReferringParts): Referring {
  if (given['deskPhone.via'] === 'remotecc') return byRemoteRequest(parts, given)
  return given['deskPhone.sip.dial'] === 'refer' ? byRefer(parts) : byCall(parts)
}

function byRefer({ link, part, phone, target, tell }: ReferringParts): Referring {
  let last = 0
  const subscription = link.subscribe(part, {
    method: 'REFER',
    uri: phone,
    event: 'refer',
    accept: fragment,
    headers: headersOf(link, target),
    expiresS: 0,
  })
  if (subscription === undefined) queueMicrotask(() => tell({ is: 'refused', failure: { code: 'server-closed' } }))
  return {
    subscription: (name, event) => {
      if (name !== subscription) return false
      if (event.type === 'notified') {
        const said = statusIn(event.body)
        if (!said) return true
        last = said.status
        tell({ is: 'status', ...said })
        return true
      }
      const { end } = event
      if (end.why === 'refused' && last === 0) tell({ is: 'refused', failure: refusalOf(end.cause) })
      else tell({ is: 'over' })
      return true
    },
    session: () => false,
    within: () => false,
    // Nothing takes a REFER back.
    stop: () => false,
  }
}

function byCall({ link, part, phone, target, tell }: ReferringParts): Referring {
  let isSentOn = false
  let isOver = false
  const session = link.invite(part, { uri: phone, headers: answerAtOnce(link.own ?? phone), body: noSound(link) })
  const over = (progress: Progress): void => {
    if (isOver) return
    isOver = true
    tell(progress)
  }
  if (session === undefined) queueMicrotask(() => over({ is: 'refused', failure: { code: 'server-closed' } }))
  const sendOn = async (): Promise<void> => {
    if (session === undefined || isSentOn) return
    isSentOn = true
    const answer = await link.askWithin(session, 'REFER', headersOf(link, target))
    if (isOver) return
    if (typeof answer === 'string' || answer.status >= 300) {
      over({
        is: 'refused',
        failure:
          typeof answer === 'string'
            ? { code: 'server-silent' }
            : refusalOf({ is: 'status', status: answer.status, reason: answer.reason }),
      })
      return link.act({ type: 'end', session })
    }
    tell({ is: 'taken' })
  }
  return {
    subscription: () => false,
    session: (name, event) => {
      if (name !== session) return false
      if (event.type === 'accepted') void sendOn()
      // It may hold us before it calls; of sound there is none either way.
      else if (event.type === 'offered' || event.type === 'offer-wanted')
        link.act({ type: 'answer', session: name, body: noSound(link) })
      else if (event.type === 'ended')
        over(
          isSentOn
            ? { is: 'over' }
            : { is: 'refused', failure: callFailure(event.cause, false) ?? { code: 'call-failed' } },
        )
      return true
    },
    within: (id, request, name) => {
      if (name !== session) return false
      if (
        request.method !== 'NOTIFY' ||
        !/^\s*refer\b/i.test(request.headers.get('Event') ?? request.headers.get('o') ?? '')
      ) {
        link.reply(id, request.method === 'NOTIFY' ? 489 : 405)
        return true
      }
      link.reply(id, 200)
      const said = statusIn(new TextDecoder().decode(request.body))
      if (said && !isOver) tell({ is: 'status', ...said })
      if (said && said.status >= 200) {
        over({ is: 'over' })
        link.act({ type: 'end', session: name })
      }
      return true
    },
    stop: () => {
      if (session === undefined || isSentOn) return false
      isOver = true
      link.act({ type: 'end', session })
      return true
    },
  }
}

/** A SIP status as a message within a message (RFC 3420). */
function statusIn(body: string): { readonly status: number; readonly reason: string } | undefined {
  const [, code, reason = ''] = /^SIP\/2\.0 ([1-6]\d\d)[ \t]*([^\r\n]*)/.exec(body) ?? []
  return code === undefined ? undefined : { status: Number(code), reason: reason.slice(0, 256) }
}

function refusalOf(cause: Parameters<typeof callFailure>[0]): Failure {
  return callFailure(cause, false) ?? { code: 'call-failed' }
}

function headersOf(link: CallingLink, target: string): [string, string][] {
  return [
    ['Refer-To', `<${target}>`],
    ...(link.own === undefined ? [] : ([['Referred-By', `<${link.own}>`]] as [string, string][])),
  ]
}

/** By RFC 5373, and in the ways that phones have had before. */
function answerAtOnce(own: string): [string, string][] {
  return [
    ['Call-Info', `<${own}>;answer-after=0`],
    ['Alert-Info', '<http://127.0.0.1>;info=alert-autoanswer;delay=0'],
    ['Answer-Mode', 'Auto'],
  ]
}

/** A call has sound: this one is told that there is none. */
export function noSound(link: CallingLink): string {
  const address = link.here?.address ?? '127.0.0.1'
  const version = address.includes(':') ? 'IP6' : 'IP4'
  const lines = [
    'v=0',
    `o=- 1 1 IN ${version} ${address}`,
    's=-',
    `c=IN ${version} ${address}`,
    't=0 0',
    'm=audio 9 RTP/AVP 0 8',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=inactive',
  ]
  return `${lines.join('\r\n')}\r\n`
}

const fragment = 'message/sipfrag'
