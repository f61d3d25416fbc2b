// What an INVITE of ours says beside whom it calls: how important it is, who calls, which call it takes over.
import type { Party } from '@openparley/contract'
import type { LineDialog } from '@openparley/protocols/events'
import {
  contactsOf,
  type HeaderField,
  Headers,
  isSip,
  parseUri,
  type SipUri,
  writeUri,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand } from '../../services/calls/port.ts'
import type { Recall } from './completing.ts'
import { partyAt } from './parties.ts'

export interface Asking {
  readonly uri: string
  readonly from: string
  readonly headers: readonly (readonly [string, string])[]
  /** With video. */
  readonly video?: boolean
}

/** `ringing`: the call to be taken over where one is picked up; `recall`: it is made again, now that the other side can be called. */
export function askingFor(
  { to, precedence, anonymous, video }: Extract<PhoneCommand, { type: 'dial' }>,
  link: SipLink,
  ringing: LineDialog | undefined,
  recall: Recall | undefined,
): Asking {
  const taken = ringing && takenOver(ringing)
  return {
    uri: taken?.uri ?? recall?.uri ?? link.targetOf(to),
    ...(video ? { video } : {}),
    from: anonymous ? '"Anonymous" <sip:anonymous@anonymous.invalid>' : link.address,
    headers: [
      ...(precedence === undefined ? [] : ([['Resource-Priority', precedence.value]] as const)),
      ...(precedence?.required ? ([['Require', 'resource-priority']] as const) : []),
      // Who it is the server is told, and nobody beyond it (RFC 3325 §9.2).
      ...(anonymous
        ? ([
            ['Privacy', 'id'],
            ['P-Preferred-Identity', link.address],
          ] as const)
        : []),
      ...(taken === undefined ? [] : ([['Replaces', taken.replaces]] as const)),
      ...(recall?.headers ?? []),
    ],
  }
}

/** The call of a line, taken over from who calls it (RFC 3891 §1): to-tag is of the caller, who gets this INVITE. */
function takenOver({
  callId,
  localTag,
  remoteTag,
  remote,
  remoteTarget,
}: LineDialog): { readonly uri: string; readonly replaces: string } | undefined {
  const uri = bareUri(remoteTarget ?? remote?.uri ?? '')
  const plain = /^[^\s;,<>"\r\n]+$/
  if (uri === undefined || ![callId, localTag, remoteTag].every((each) => each !== undefined && plain.test(each)))
    return undefined
  return { uri, replaces: `${callId};to-tag=${remoteTag};from-tag=${localTag};early-only` }
}

/** Whom the other side redirects us to (RFC 3261 §8.1.3.4): the first that can be called. */
export function redirectionIn(fields: Iterable<HeaderField>): { readonly uri: string; readonly to: Party } | undefined {
  const headers = fields instanceof Headers ? fields : new Headers(fields)
  for (const contact of contactsOf(headers) ?? []) {
    const uri = contact === '*' ? undefined : bareUri(contact.uri)
    const to = uri === undefined || contact === '*' ? undefined : partyAt(uri, contact.displayName)
    if (uri !== undefined && to) return { uri, to }
  }
  return undefined
}

/** Who names an address does not say which method and header fields a request to it has. */
function bareUri(text: string): string | undefined {
  const uri = parseUri(text)
  if (!isSip(uri)) return undefined
  const { headers: _, ...bare }: SipUri = uri
  return writeUri({ ...bare, params: new Map([...uri.params].filter(([name]) => name !== 'method')) })
}
