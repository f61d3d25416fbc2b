// What the lab tells whoever subscribes: the calls of its people (dialog events, RFC 4235), their mailboxes (RFC 3842), and when they
// can be called again (RFC 6910).
import { drive, openUdp, realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import {
  completionMode,
  type LineDialog,
  writeCallCompletion,
  writeDialogInfo,
  writeMessageSummary,
} from '@openparley/protocols/events'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  contactsOf,
  fromOf,
  type Hop,
  isSip,
  parseMessage,
  parseUri,
  type SipRequest,
  type SipResponse,
  toOf,
  uriOf,
  userOf,
  type WatcherEvent,
  writeMessage,
} from '@openparley/protocols/sip'

export interface Mailbox {
  readonly fresh: number
  readonly old: number
}

export interface Lines {
  /** Where subscriptions go. */
  readonly hop: Hop
  /** An INVITE goes to that person. */
  called(user: string, request: SipRequest): void
  /** What comes back to it. */
  answered(callId: string, response: SipResponse): void
  over(callId: string): void
  mailbox(user: string, mailbox: Mailbox): void
  /** A call that rings at anybody's phone. */
  ringing(): LineDialog | undefined
  /** The calls of that person, as those who watch are told. */
  dialogsOf(user: string): readonly LineDialog[]
  close(): Promise<void>
}

interface Watcher {
  readonly user: string
  readonly event: 'dialog' | 'message-summary' | 'call-completion'
  version: number
  /** Of who wants to be told when that person can be called: whether they were seen to be there. */
  seen: boolean
}

/** A call of the lab: whose it is at each end, and how it stands there. */
interface Known {
  readonly caller: string
  readonly callee: string
  dialogs: { readonly caller: LineDialog; readonly callee: LineDialog }
}

export async function labLines(dice: Dice): Promise<Lines> {
  const watchers = new Map<string, Watcher>()
  const calls = new Map<string, Known>()
  const mailboxes = new Map<string, Mailbox>()
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes, address, port) => {
      const message = parseMessage(bytes)
      if (message.kind !== 'malformed')
        driven.feed({ type: 'received', message, hop: { transport: 'udp', address, port } })
    },
  })
  const agent = new Agent({
    dice,
    sentBy: () => `127.0.0.1:${socket.port}`,
    contact: () => `sip:lines@127.0.0.1:${socket.port}`,
    userAgent: 'Parley-Lab/0.1',
    methods: ['SUBSCRIBE'],
    events: ['dialog', 'message-summary', 'call-completion'],
    ringMs: () => 180_000,
    sessionExpiresS: () => 1800,
    mostSessions: 1,
  })
  const perform = (effect: AgentEffect): void => {
    if (effect.type === 'send') socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port, () => {})
    else if (effect.type === 'watcher') watch(effect.watcher, effect.event)
  }
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, perform)

  const watch = (id: string, event: WatcherEvent): void => {
    if (event.type === 'ending') {
      watchers.delete(id)
      return driven.feed({ type: 'notify', watcher: id, state: 'terminated' })
    }
    const user = userOf(parseUri(event.request.uri)) ?? ''
    const uri = parseUri(event.request.uri)
    const seen = isSip(uri) && completionMode(uri.params.get('m')) === 'BS'
    const watcher = watchers.get(id) ?? { user, event: event.event as Watcher['event'], version: 0, seen }
    watchers.set(id, watcher)
    driven.feed({ type: 'watch', watcher: id, expiresS: 3600 })
    tell(id, watcher)
  }
  const tell = (id: string, watcher: Watcher): void => {
    const { user, event } = watcher
    const entity = `sip:${user}@127.0.0.1`
    const mailbox = mailboxes.get(user)
    const bodies = {
      dialog: () => writeDialogInfo({ version: watcher.version++, state: 'full', entity, dialogs: dialogsOf(user) }),
      'message-summary': () => writeMessageSummary({ waiting: (mailbox?.fresh ?? 0) > 0, account: entity, ...mailbox }),
      'call-completion': () => writeCallCompletion({ state: mayCall(watcher) ? 'ready' : 'queued', retained: false }),
    }
    driven.feed({
      type: 'notify',
      watcher: id,
      state: 'active',
      contentType: contentTypes[event],
      body: bodies[event](),
    })
  }
  /** Who asked first is first. */
  const mayCall = (watcher: Watcher): boolean => {
    if (dialogsOf(watcher.user).length > 0) {
      watcher.seen = true
      return false
    }
    const queue = [...watchers.values()].filter(
      (each) => each.event === 'call-completion' && each.user === watcher.user,
    )
    return watcher.seen && queue.find(({ seen }) => seen) === watcher
  }
  const tellAbout = (users: readonly string[], ...events: readonly Watcher['event'][]): void => {
    for (const [id, watcher] of watchers)
      if (events.includes(watcher.event) && users.includes(watcher.user)) tell(id, watcher)
  }
  const dialogsOf = (user: string): LineDialog[] =>
    [...calls.values()].flatMap(({ caller, callee, dialogs }) => [
      ...(caller === user ? [dialogs.caller] : []),
      ...(callee === user ? [dialogs.callee] : []),
    ])

  return {
    hop: { transport: 'udp', address: '127.0.0.1', port: socket.port },
    called: (callee, request) => {
      const { headers } = request
      const callId = headers.get('Call-ID') ?? ''
      const from = fromOf(headers)
      const caller = userOf(uriOf(from)) ?? ''
      const [contact] = contactsOf(headers) ?? []
      const tag = from?.params.get('tag') ?? ''
      const remoteTarget = contact === undefined || contact === '*' ? {} : { remoteTarget: contact.uri }
      const at = (user: string): string => `sip:${user}@127.0.0.1`
      const { displayName } = from ?? {}
      const named = displayName === undefined ? {} : { displayName }
      calls.set(callId, {
        caller,
        callee,
        dialogs: {
          caller: {
            id: `${callId}-a`,
            state: 'trying',
            direction: 'initiator',
            callId,
            localTag: tag,
            remote: { uri: at(callee) },
          },
          callee: {
            id: `${callId}-b`,
            state: 'trying',
            direction: 'recipient',
            callId,
            remoteTag: tag,
            remote: { uri: at(caller), ...named },
            ...remoteTarget,
          },
        },
      })
      if (calls.size > mostCalls) calls.delete(calls.keys().next().value as string)
      tellAbout([caller, callee], 'dialog', 'call-completion')
    },
    answered: (callId, { status, headers }) => {
      const call = calls.get(callId)
      if (!call || status === 100) return
      if (status >= 300) calls.delete(callId)
      const tag = toOf(headers)?.params.get('tag') ?? ''
      const state = status < 200 ? 'early' : 'confirmed'
      call.dialogs = {
        caller: { ...call.dialogs.caller, state, remoteTag: tag },
        callee: { ...call.dialogs.callee, state, localTag: tag },
      }
      tellAbout([call.caller, call.callee], 'dialog', 'call-completion')
    },
    dialogsOf,
    over: (callId) => {
      const call = calls.get(callId)
      calls.delete(callId)
      if (call) tellAbout([call.caller, call.callee], 'dialog', 'call-completion')
    },
    mailbox: (user, mailbox) => {
      mailboxes.set(user, mailbox)
      tellAbout([user], 'message-summary')
    },
    ringing: () => [...calls.values()].find(({ dialogs }) => dialogs.callee.state === 'early')?.dialogs.callee,
    close: async () => {
      driven.stop()
      await socket.close()
    },
  }
}

const contentTypes = {
  dialog: 'application/dialog-info+xml',
  'message-summary': 'application/simple-message-summary',
  'call-completion': 'application/call-completion',
} as const
const mostCalls = 1000
