// One dialog with a server by which something there is controlled (ECMA TR/87): an INVITE opens it, and INFO goes both ways in it.
import { drive, isUdpRefused, localAddressFor, netFailure } from '@openparley/net'
import {
  Agent,
  type AgentEffect,
  type Hop,
  resolveHops,
  type SessionEvent,
  type SipRequest,
  type SipResponse,
} from '@openparley/protocols/sip'
import { dialogFailure, type Failure, networkFailure } from './causes.ts'
import type { ControlAnswer, ControlDialog, ControlDialogOptions } from './control-told.ts'
import { type Flows, openFlows } from './flows.ts'

/** At the first address of the server that takes it. Never rejects. */
export async function openControlDialog(options: ControlDialogOptions): Promise<ControlDialog | Failure> {
  try {
    let failure: Failure = { code: 'server-unresolved', detail: options.server.host }
    for (const hop of await resolveHops(options.server, options.dns, options.world.dice)) {
      if (options.signal.aborted) break
      const opened = await openAt(hop, options)
      if (!('code' in opened)) return opened
      failure = opened
    }
    return failure
  } catch (error) {
    return networkFailure(netFailure(error))
  }
}

async function openAt(hop: Hop, options: ControlDialogOptions): Promise<ControlDialog | Failure> {
  const { world, server, describes } = options
  const { contentType, fields } = describes
  const opened = Promise.withResolvers<SessionEvent & { type: 'accepted' }>()
  const failed = Promise.withResolvers<Failure>()
  let refused: Failure | undefined
  let asked = 0
  const waiting = new Map<string, (answer: ControlAnswer | undefined) => void>()
  /** Over UDP what is sent later may come first, and would be refused then (RFC 3261 §12.2.2): one at a time. */
  const inTurn: [id: string, body: string][] = []
  const known = new Set<string>()
  let flows: Flows | undefined

  const here = (): string => {
    const { address, port } = flows?.localOf(hop) ?? { address: 'localhost', port: 0 }
    return `${address.includes(':') ? `[${address}]` : address}:${port}`
  }
  const contact = (): string =>
    `sip:${options.user}@${here()}${hop.transport === 'udp' ? '' : `;transport=${hop.transport}`}`
  const agent = new Agent({
    dice: world.dice,
    userAgent: 'Parley/0.1',
    mostSessions: 1,
    methods: ['INFO'],
    describes,
    sentBy: here,
    contact,
    ringMs: () => answerMs,
    sessionExpiresS: () => refreshS,
  })
  const answered = (id: string, answer: ControlAnswer | undefined): void => {
    const tell = waiting.get(id)
    waiting.delete(id)
    tell?.(answer)
    const [next] = inTurn.splice(0, 1)
    if (next) send(...next)
  }
  const perform = (effect: AgentEffect): void => {
    switch (effect.type) {
      case 'send': {
        const { id, message, hop: to } = effect
        if (message.kind === 'request') known.add(to.address)
        return flows?.send(message, to, (failure) => {
          if (id !== undefined) driven.feed({ type: 'failed', id, ...(failure ? { cause: failure.message } : {}) })
        })
      }
      case 'resolve':
        // It said itself where it is reached; it is reached where it was found.
        return driven.feed({ type: 'resolved', id: effect.id, hops: [hop] })
      case 'challenged': {
        const answer = options.credentials.answer(effect, true)
        if ('failure' in answer) refused = answer.failure
        const header = 'header' in answer ? answer.header : undefined
        return driven.feed({ type: 'credentials', id: effect.id, header })
      }
      case 'session':
        return attend(effect.event)
      case 'request':
        return requested(effect.id, effect.request)
      case 'replied':
        return replied(effect.id, effect.response)
      case 'unanswered':
        answered(effect.id, undefined)
        return failed.resolve(refused ?? dialogFailure(effect.cause))
      default:
        return
    }
  }
  const driven = drive(agent, world.clock, perform)

  const attend = (event: SessionEvent): void => {
    switch (event.type) {
      case 'accepted':
        return opened.resolve(event)
      case 'offered': {
        const body = options.asked(event.body)
        return driven.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return driven.feed({ type: 'answer', session, body: options.body })
      case 'ended':
        return failed.resolve(refused ?? dialogFailure(event.cause))
    }
  }
  const requested = (id: string, { method, headers, body }: SipRequest): void => {
    const type = headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
    const reply = (status: number, answer?: string): void =>
      driven.feed({
        type: 'reply',
        id,
        status,
        ...(answer === undefined ? {} : { body: answer, contentType, headers: fields }),
      })
    if (method !== 'INFO') return reply(method === 'OPTIONS' ? 200 : 501)
    // Some servers send one that says nothing.
    if (body.length === 0) return reply(200)
    if (type !== contentType) return reply(415)
    reply(200, options.asked(new TextDecoder().decode(body)))
  }
  const replied = (id: string, { status, reason, body }: SipResponse): void => {
    const isGone = status === 481 || status === 408
    answered(id, isGone ? undefined : { status, reason, body: new TextDecoder().decode(body) })
    if (isGone) failed.resolve({ code: 'server-closed', peer: { protocol: 'sip', status, text: reason } })
  }

  const open = async (): Promise<void> => {
    flows = await openFlows({
      localAddress: await localAddressFor(hop.address),
      trust: options.trust,
      nameOf: () => server.host.replace(/^\[|\]$/g, ''),
      connectTimeoutMs: answerMs,
      // Nobody else than who was asked has anything to say here.
      onMessage: (message, from) => {
        if (known.has(from.address)) driven.feed({ type: 'received', message, hop: from })
      },
      onMalformed: () => failed.resolve({ code: 'server-garbled' }),
      onLost: (lost, failure) => {
        failed.resolve(networkFailure(failure))
        driven.feed({ type: 'hop-failed', hop: lost, ...(failure ? { cause: failure.message } : {}) })
      },
    })
    await flows.open(hop)
    const { to, from, body } = options
    const parties = { uri: to, from: `<${from}>`, to: `<${to}>` }
    driven.feed({ type: 'invite', session, ...parties, body, contact: contact(), hop })
    if (hop.transport === 'udp' && (await isUdpRefused(hop.address, hop.port)))
      failed.resolve({ code: 'server-refused' })
  }
  const stop = async (): Promise<void> => {
    driven.stop()
    for (const id of [...waiting.keys()]) answered(id, undefined)
    await flows?.close()
  }
  const send = (id: string, body: string): void =>
    driven.feed({ type: 'send', session, id, method: 'INFO', body, contentType, headers: fields })
  const ask: ControlDialog['ask'] = (body, tell) => {
    const id = `info-${++asked}`
    const isBusy = hop.transport === 'udp' && waiting.size > 0
    waiting.set(id, tell)
    if (isBusy) inTurn.push([id, body])
    else send(id, body)
  }
  const giveUp = (): void => failed.resolve({ code: 'server-closed' })
  const settled = world.clock.at(world.clock.now() + answerMs, () => failed.resolve({ code: 'server-silent' }))
  options.signal.addEventListener('abort', giveUp, { once: true })
  open().catch((error: unknown) => failed.resolve(networkFailure(netFailure(error))))
  const outcome = await Promise.race([opened.promise, failed.promise])
  settled()
  options.signal.removeEventListener('abort', giveUp)
  if ('code' in outcome) {
    driven.feed({ type: 'end', session })
    await stop()
    return outcome
  }
  let isClosing = false
  void failed.promise.then((why) => {
    if (!isClosing) options.over(why)
  })
  return {
    answer: outcome.body,
    ask,
    close: async () => {
      isClosing = true
      await new Promise<void>((left) => {
        const late = world.clock.at(world.clock.now() + goodbyeMs, left)
        const done = (): void => {
          late()
          left()
        }
        void failed.promise.then(done)
        waiting.set('bye', done)
        driven.feed({ type: 'send', session, id: 'bye', method: 'BYE' })
      })
      await stop()
    },
  }
}

const session = 'control'
const answerMs = 10_000
const goodbyeMs = 2000
/** Half of it after each refresh, it is refreshed (RFC 4028). */
const refreshS = 600
