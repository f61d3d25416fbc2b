// The sockets that the lines of one device share: to its server the device is whoever is at the other end of them. Each message goes
// to the line that it is for.
import { type Malformed, parseUri, type SipMessage, topVia, userOf } from '@openparley/protocols/sip'
import { type Flows, type FlowsOptions, openFlows } from './flows.ts'

export interface Wires {
  /** The sockets on that address, as whoever comes first wants them. `contact` is the URI by which this line's requests are told from others'. */
  open(contact: string, options: FlowsOptions): Promise<Flows>
}

interface Member {
  readonly user: string | undefined
  readonly options: FlowsOptions
}

export function wires(): Wires {
  const members = new Set<Member>()
  /** Who sent the request of a branch, while there is more than one who could have. */
  const senders = new Map<string, Member>()
  /** By our address: when it changes the lines move one after the other. */
  const opened = new Map<string, Promise<Flows>>()

  const first = (): Member | undefined => members.values().next().value
  const answered = ({ headers }: SipMessage | Malformed): Member | undefined =>
    senders.get(topVia(headers)?.params.get('branch') ?? '')
  /** A request bears the address of the line; a call of one line to another has the same Call-ID at both. */
  const addressee = (message: SipMessage): Member | undefined => {
    if (members.size < 2) return first()
    if (message.kind === 'response') return answered(message) ?? first()
    const user = userOf(parseUri(message.uri))
    return [...members].find((member) => member.user === user) ?? first()
  }
  const on = (localAddress: string): Member[] =>
    [...members].filter(({ options }) => options.localAddress === localAddress)
  const sending = (message: SipMessage, by: Member): void => {
    const branch = topVia(message.headers)?.params.get('branch')
    if (branch === undefined) return
    senders.set(branch, by)
    if (senders.size > mostBranches) senders.delete(senders.keys().next().value as string)
  }

  return {
    open: async (contact, options) => {
      const member: Member = { user: userOf(parseUri(contact)), options }
      members.add(member)
      const { localAddress } = options
      const flowsHere =
        opened.get(localAddress) ??
        openFlows({
          ...options,
          nameOf: (address) => {
            for (const { options: each } of members) {
              const name = each.nameOf(address)
              if (name !== address) return name
            }
            return address
          },
          onMessage: (message, hop) => addressee(message)?.options.onMessage(message, hop),
          onMalformed: (malformed, hop) => (answered(malformed) ?? first())?.options.onMalformed(malformed, hop),
          onLost: (hop, failure) => {
            for (const each of on(localAddress)) each.options.onLost(hop, failure)
          },
          onPong: (hop) => {
            for (const each of on(localAddress)) each.options.onPong?.(hop)
          },
        })
      opened.set(localAddress, flowsHere)
      try {
        const flows = await flowsHere
        return {
          ...flows,
          send: (message, hop, failed) => {
            if (members.size > 1 && message.kind === 'request') sending(message, member)
            flows.send(message, hop, failed)
          },
          close: async () => {
            members.delete(member)
            if (on(localAddress).length > 0) return
            opened.delete(localAddress)
            await flows.close()
          },
        }
      } catch (error) {
        members.delete(member)
        opened.delete(localAddress)
        throw error
      }
    },
  }
}

/** More than can be under way at once for as long as a request may last. */
const mostBranches = 10_000
