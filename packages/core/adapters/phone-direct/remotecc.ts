// Remote call control: the phone is asked as call managers ask theirs, by a document in a REFER outside of any call.
import type { Settings } from '@openparley/contract'
import { type AskedOfPhone, remoteRequestType, writeRemoteRequest } from '@openparley/protocols/cucm'
import type { Field, SipResponse } from '@openparley/protocols/sip'
import { type CallingLink, callFailure } from '../../links/sip/index.ts'
import type { Referring, ReferringParts } from './referring.ts'

/** What is sent, beside the address. */
export interface RemoteRefer {
  readonly method: 'REFER'
  readonly headers: readonly Field[]
  readonly body: string
}

export function remoteRefer(link: CallingLink, given: Settings, asked: AskedOfPhone): RemoteRefer {
  const id = `request@${link.here?.address ?? '127.0.0.1'}`
  return {
    method: 'REFER',
    headers: [
      ['Refer-To', `<cid:${id}>`],
      // Its dialog events tell what became of it (RFC 4488).
      ['Refer-Sub', 'false'],
      ['Supported', 'norefersub'],
      ['Content-Id', `<${id}>`],
      ['Content-Type', remoteRequestType],
    ],
    body: writeRemoteRequest(asked, { answer: given['deskPhone.remotecc.answer'] }),
  }
}

export function byRemoteRequest({ link, phone, dialled, tell }: ReferringParts, given: Settings): Referring {
  const { headers, ...asked } = remoteRefer(link, given, {
    is: 'dial',
    number: dialled,
    line: given['deskPhone.remotecc.line'],
  })
  const contact: Field[] = link.here ? [['Contact', `<${link.here.contact}>`]] : []
  const answered = (answer: SipResponse | string): void => {
    if (typeof answer === 'string') return tell({ is: 'refused', failure: { code: 'server-silent' } })
    const { status, reason } = answer
    if (status >= 300) {
      const failure = callFailure({ is: 'status', status, reason }, false)
      return tell({ is: 'refused', failure: failure ?? { code: 'call-failed' } })
    }
    tell({ is: 'taken' })
    tell({ is: 'over' })
  }
  void link.ask({ ...asked, uri: phone, headers: [...contact, ...headers] }).then(answered)
  return {
    subscription: () => false,
    session: () => false,
    within: () => false,
    stop: () => false,
  }
}
