// What a call manager asks its phone by remote call control, as events of the phone.
import { type DialogName, type RemoteRequest, readRemoteRequests } from '@openparley/protocols/cucm'
import type { SipRequest } from '@openparley/protocols/sip'
import type { PhoneEvent } from '../../services/calls/port.ts'

export interface RemoteParts {
  /** The call of that Call-ID. */
  readonly callOf: (peerId: string) => string | undefined
  readonly tell: (event: PhoneEvent) => void
}

/** False where the request bears none. Which call is meant, where none is named, whoever is told decides. */
export function remoteControl(request: SipRequest, { callOf, tell }: RemoteParts): boolean {
  const body = new TextDecoder().decode(request.body)
  const requests = readRemoteRequests(request.headers.get('Content-Type') ?? '', body)
  for (const each of requests) {
    const event = eventOf(each, (dialog) => dialog && callOf(dialog.callId))
    if (event) tell(event)
  }
  return requests.length > 0
}

function eventOf(
  request: RemoteRequest,
  callOf: (dialog: DialogName | undefined) => string | undefined,
): PhoneEvent | undefined {
  switch (request.is) {
    case 'dial':
      return { type: 'asked-to-dial', to: request.number, button: request.line }
    case 'answer':
    case 'resume': {
      const call = callOf(request.dialog)
      // A call that is named and not known is not another one.
      if (request.dialog && call === undefined) return undefined
      return { type: 'asked-to', act: request.is, ...(call === undefined ? {} : { call }) }
    }
    case 'line': {
      const { messages, forwardedTo } = request.what
      return {
        type: 'line',
        button: request.line,
        line: {
          ...(messages === undefined ? {} : { messages }),
          ...(forwardedTo === undefined ? {} : { forwardedTo: forwardedTo ?? undefined }),
        },
      }
    }
    case 'do-not-disturb':
      return { type: 'line', line: { doNotDisturb: request.enabled } }
    case 'display':
      return { type: 'line', line: { notice: request.text === '' ? undefined : request.text }, forMs: request.forMs }
    case 'other':
      return undefined
  }
}
