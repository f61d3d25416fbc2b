// Parts of messages that an association needs.
import type { XmlElement } from '../common/index.ts'
import { element } from './fields.ts'
import type { CstaError, CstaEvent, CstaMessage, CstaServices } from './message.ts'

export function unread(text: string): CstaError {
  return { is: 'CSTAErrorCode', category: 'unspecified', value: text.slice(0, 80) }
}

export function errorIn(message: CstaMessage): CstaError | undefined {
  if (message.is === 'CSTAErrorCode') return message
  const { errorCode } = message as CstaServices['StartApplicationSessionNegResponse']
  return errorCode?.definedError === undefined
    ? undefined
    : { is: 'CSTAErrorCode', category: 'session', value: errorCode.definedError }
}

/** As the one server wants it that is known to want one. */
export function loginOf({ user, password }: { readonly user: string; readonly password: string }): XmlElement {
  const uri = 'http://www.avaya.com/csta'
  return element('SessionLoginInfo', [element('userName', [user], uri), element('password', [password], uri)], uri)
}

export const ofSession = 'http://www.ecma-international.org/standards/ecma-354/appl_session'

export function isEvent(message: { readonly is: string }): message is CstaEvent {
  return message.is.endsWith('Event')
}
