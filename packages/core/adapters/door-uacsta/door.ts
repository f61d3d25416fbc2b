// The door for host applications that control the person’s phone by uaCSTA (ECMA TR/87): off unless a setting names its port, and on loopback
// alone. Whoever proves its password is one more application of the core, and its calls are under the same rules and budget.
import { errorValue, type HealthRow, type Settings } from '@openparley/contract'
import { type Driven, drive, netFailure } from '@openparley/net'
import { readMessage } from '@openparley/protocols/csta'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Field,
  type Hop,
  type SessionEvent,
} from '@openparley/protocols/sip'
import type { Attachment } from '../../runtime/api.ts'
import { networkValue } from '../../runtime/network-causes.ts'
import type { World } from '../../runtime/world.ts'
import { type Association, association } from './association.ts'
import { proofs } from './proofs.ts'
import { listenLoopback, type Sockets } from './sockets.ts'
import { secretOf } from '../../runtime/secret.ts'

export interface UacstaDoorOptions {
  readonly world: World
  readonly settings: () => Settings
  /** One more application of this session. */
  readonly attach: () => Attachment
  readonly row: (row: Omit<HealthRow, 'service' | 'since'>) => void
}

export interface UacstaDoor {
  /** Where the settings name a port, and it is not open. */
  open(): void
  close(): Promise<void>
}

interface Dialog {
  readonly association: Association
  /** Events that wait until those before them are answered. */
  readonly events: string[]
  isUnderWay: boolean
  /** By which the INVITE came. */
  readonly way: Hop
  readonly callId: string
}

export function uacstaDoor(options: UacstaDoorOptions): UacstaDoor {
  let opened: Promise<{ close(): Promise<void> } | undefined> | undefined
  return {
    open: () => {
      const { 'door.uacsta.port': port } = options.settings()
      if (port !== undefined) opened ??= open(port, options)
    },
    close: async () => {
      const closing = opened
      opened = undefined
      await (await closing)?.close()
    },
  }
}

async function open(
  port: number,
  { world, settings, attach, row }: UacstaDoorOptions,
): Promise<{ close(): Promise<void> } | undefined> {
  const dialogs = new Map<string, Dialog>()
  const ways = new Map<string, Hop>()
  let sockets: Sockets | undefined
  let last = 0
  const here = (): string => `127.0.0.1:${sockets?.port}`
  const proof = proofs(world, () => secretOf(settings()['door.uacsta.password']))
  if (secretOf(settings()['door.uacsta.password']) === undefined) {
    row({ state: 'failed', error: errorValue('setting-missing', 'door.uacsta.password'), without })
    return undefined
  }
  const agent = new Agent({
    dice: world.dice,
    userAgent: 'Parley/0.1',
    methods: ['INFO'],
    describes: { contentType, fields },
    sentBy: here,
    contact: ({ transport }) => `sip:phone@${here()};transport=${transport}`,
    ringMs: () => 10_000,
    sessionExpiresS: () => 1800,
    mostSessions: mostDialogs,
  })
  const perform = (effect: AgentEffect): void => {
    switch (effect.type) {
      case 'send': {
        const { id, message, hop } = effect
        // Whatever a Contact says: nothing of this door goes elsewhere than where it was asked from.
        const came = message.kind === 'request' ? ways.get(message.headers.get('Call-ID') ?? '') : undefined
        const isSent = sockets?.send(message, came?.transport === hop.transport ? came : hop)
        if (!isSent && id !== undefined) driven.feed({ type: 'failed', id })
        return
      }
      case 'session':
        if (effect.event.type === 'incoming') void invited(effect.session, effect.event)
        else void attend(effect.session, effect.event)
        return
      case 'request':
        void requested(effect)
        return
      case 'replied':
      case 'unanswered':
        return answered(effect.id, effect.type === 'replied' && effect.response.status !== 481)
      case 'resolve': {
        const way = dialogs.get(sessionOf(effect.id))?.way
        return driven.feed({ type: 'resolved', id: effect.id, hops: way ? [way] : [] })
      }
      default:
        return
    }
  }
  const driven: Driven<AgentInput> = drive<AgentInput, AgentEffect>(agent, world.clock, perform)

  const invited = async (
    session: string,
    { request, hop, body = '' }: Extract<SessionEvent, { type: 'incoming' }>,
  ): Promise<void> => {
    const reject = (status: number, headers: readonly Field[] = []): void =>
      driven.feed({ type: 'reject', session, status, headers })
    const lacking = proof.lacking(request)
    if (lacking) return reject(lacking.status, lacking.fields)
    if (readMessage(body).is !== 'RequestSystemStatus') return reject(400)
    const events: string[] = []
    const made = association({
      attachment: attach(),
      token: () => world.dice.token(64),
      tell: (text) => {
        // Who does not take what it is told for so long is let go.
        if (events.length >= mostWaiting) return driven.feed({ type: 'end', session })
        events.push(text)
        next(session)
      },
    })
    const callId = request.headers.get('Call-ID') ?? ''
    ways.set(callId, hop)
    dialogs.set(session, { association: made, events, isUnderWay: false, way: hop, callId })
    const status = await made.ask(body)
    driven.feed({ type: 'accept', session, ...(status === undefined ? {} : { body: status }) })
  }
  const attend = async (session: string, event: SessionEvent): Promise<void> => {
    const dialog = dialogs.get(session)
    if (event.type === 'offered') {
      const body = await dialog?.association.ask(event.body)
      driven.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
    }
    if (event.type === 'offer-wanted') driven.feed({ type: 'refuse', session })
    if (event.type !== 'ended') return
    if (!dialog) return
    dialogs.delete(session)
    // Not before the BYE has gone its way.
    queueMicrotask(() => ways.delete(dialog.callId))
    dialog.association.close()
  }
  const requested = async ({ id, request, session = '' }: Extract<AgentEffect, { type: 'request' }>): Promise<void> => {
    const reply = (status: number, body?: string): void =>
      driven.feed({
        type: 'reply',
        id,
        status,
        ...(body === undefined ? {} : { body, contentType, headers: fields }),
      })
    const dialog = dialogs.get(session)
    if (!dialog || request.method !== 'INFO') return reply(request.method === 'OPTIONS' ? 200 : 501)
    const type = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
    if (request.body.length === 0) return reply(200)
    if (type !== contentType) return reply(415)
    reply(200, await dialog.association.ask(new TextDecoder().decode(request.body)))
  }
  /** One at a time: what overtakes another over UDP is refused. */
  const next = (session: string): void => {
    const dialog = dialogs.get(session)
    if (!dialog || dialog.isUnderWay) return
    const body = dialog.events.shift()
    if (body === undefined) return
    dialog.isUnderWay = true
    const id = `${session} ${++last}`
    driven.feed({ type: 'send', session, id, method: 'INFO', body, contentType, headers: fields })
  }
  const answered = (id: string, isThere: boolean): void => {
    const session = sessionOf(id)
    const dialog = dialogs.get(session)
    if (!dialog) return
    dialog.isUnderWay = false
    if (isThere) next(session)
    else driven.feed({ type: 'end', session })
  }

  try {
    sockets = await listenLoopback(
      port,
      (message, hop) => driven.feed({ type: 'received', message, hop }),
      (hop) => driven.feed({ type: 'hop-failed', hop }),
    )
  } catch (error) {
    row({ state: 'failed', error: { ...networkValue(netFailure(error)), detail: `127.0.0.1:${port}` }, without })
    driven.stop()
    return undefined
  }
  row({ state: 'ok', address: here() })
  return {
    close: async () => {
      for (const session of dialogs.keys()) driven.feed({ type: 'end', session })
      driven.stop()
      for (const each of dialogs.values()) each.association.close()
      dialogs.clear()
      row({ state: 'off' })
      await sockets?.close()
    },
  }
}

/** Of an id that is made of it and a number. */
function sessionOf(id: string): string {
  return id.slice(0, id.lastIndexOf(' '))
}

const contentType = 'application/csta+xml'
const fields: readonly Field[] = [['Content-Disposition', 'signal;handling=required']]
const without = 'the control of the phone by other programs over uaCSTA'
const mostDialogs = 16
const mostWaiting = 1024
