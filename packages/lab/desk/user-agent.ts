// A desk phone’s side of SIP: what the phone does becomes requests, what comes in becomes its signals.
import type { Dice } from '@openparley/protocols/common'
import {
  type AgentEffect,
  contactsOf,
  fromOf,
  type Hop,
  parseUri,
  type SessionEvent,
  uriOf,
  userOf,
} from '@openparley/protocols/sip'
import { type LabAgent, openAgent } from '../sip/agent.ts'
import { DeskAsked, type DeskAskedOptions } from './asked.ts'
import type { CallAct } from './call-table.ts'
import { Leg } from './leg.ts'
import type { DeskEvent, PhoneEffect, PhoneSignal } from './signals.ts'
import { legSound } from './sound.ts'

export interface DeskUserAgentOptions extends Pick<DeskAskedOptions, 'owner' | 'calls' | 'act'> {
  readonly dice: Dice
  readonly number: string
  readonly displayName: string
  /** The server by which it calls. */
  readonly proxy: () => Hop
  /** What happens to the phone. */
  readonly tell: (signal: PhoneSignal) => void
  /** The lab’s name for a call that comes from that address. */
  readonly idOf: (contact: string) => string
  /** The lab’s name for a call that goes out. */
  readonly idAt: (key: string) => string | undefined
}

export interface DeskUserAgent {
  readonly hop: Hop
  readonly contact: string
  /** What the phone does is told to whoever watches it. */
  told(event: DeskEvent): void
  perform(effect: Exclude<PhoneEffect, { type: 'event' | 'tell-far' }>): void
  close(): Promise<void>
}

export async function openDeskUserAgent(options: DeskUserAgentOptions): Promise<DeskUserAgent> {
  const { dice, number, displayName, proxy, tell, idOf, idAt } = options
  const legs = new Map<string, Leg>()
  /** Calls that ended before their sound was there. */
  const given = new Set<string>()
  let isClosed = false
  const agent: LabAgent = await openAgent({
    dice,
    user: () => number,
    methods: ['REFER', 'NOTIFY', 'SUBSCRIBE'],
    events: ['dialog', 'refer'],
    perform: (effect) => {
      if (effect.type === 'session') void attend(effect)
      else if (effect.type === 'request') asked.request(effect)
      else if (effect.type === 'watcher') asked.watcher(effect)
    },
  })
  const asked = new DeskAsked({
    ...options,
    feed: (input) => agent.feed(input),
    dialogOf: (key) => {
      const session = legs.get(key)?.session
      return session === undefined ? undefined : agent.dialogOf(session)
    },
  })
  const contact = `sip:${number}@127.0.0.1:${agent.hop.port}`
  const legOf = (session: string): Leg | undefined => [...legs.values()].find((leg) => leg.session === session)
  const soundOf = (key: string) => legSound((digits) => tell({ type: 'far-presses', key, digits }))
  const reOffer = (leg: Leg, body: string | undefined): void => {
    if (body !== undefined) agent.feed({ type: 'offer', session: leg.session, body })
  }

  const invite = async (key: string, to: string, id: string, pair?: Leg): Promise<void> => {
    const leg = new Leg(key, key, await soundOf(key), dice)
    const isGiven = given.delete(key)
    if (isClosed || isGiven || (pair && !legs.has(pair.key))) {
      await leg.sound.close()
      return
    }
    legs.set(key, leg)
    if (pair) {
      leg.isLoose = true
      bring(leg, pair)
    }
    const { address, port } = proxy()
    const uri = `sip:${encodeURIComponent(to)}@${address}:${port}`
    agent.feed({
      type: 'invite',
      session: key,
      uri,
      from: `"${displayName}" <sip:${number}@127.0.0.1>`,
      to: `<${uri}>`,
      body: leg.offer(),
      // By this the phone that is called knows which call of the lab’s it is.
      contact: `${contact};call=${id}`,
      hop: proxy(),
    })
  }
  const bring = (one: Leg, other: Leg): void => {
    for (const [leg, pair] of [
      [one, other],
      [other, one],
    ] as const) {
      leg.pair = pair
      leg.sound.passTo(pair.sound)
      reOffer(leg, leg.want('sendrecv'))
    }
  }
  const accept = (leg: Leg): void => {
    if (leg.state !== 'rings') return
    leg.state = 'up'
    agent.feed({ type: 'accept', session: leg.session, body: leg.answer ?? leg.offer() })
  }
  const acts: Readonly<Record<Exclude<CallAct, 'invite'>, (leg: Leg) => void>> = {
    ring: ({ session }) => agent.feed({ type: 'ring', session }),
    accept,
    busy: ({ session }) => agent.feed({ type: 'reject', session, status: 486 }),
    decline: ({ session }) => agent.feed({ type: 'reject', session, status: 603 }),
    end: ({ session }) => agent.feed({ type: 'end', session }),
    'offer-hold': (leg) => reOffer(leg, leg.want('sendonly')),
    'offer-resume': (leg) => reOffer(leg, leg.want('sendrecv')),
  }

  // What comes in.

  const incoming = async (session: string, event: Extract<SessionEvent, { type: 'incoming' }>): Promise<void> => {
    const instead = event.instead === undefined ? undefined : legOf(event.instead)
    if (instead) return replaced(instead, session, event.body)
    const { headers } = event.request
    const from = fromOf(headers)
    const [caller] = contactsOf(headers) ?? []
    const leg = new Leg(session, session, await soundOf(session), dice)
    leg.state = 'rings'
    if (isClosed) return leg.sound.close()
    legs.set(session, leg)
    if (event.body !== undefined) leg.answer = leg.answerTo(event.body)
    if (event.body !== undefined && leg.answer === undefined)
      return agent.feed({ type: 'reject', session, status: 488 })
    if (asked.isAnswered(event.request)) {
      // Of the call by which it is asked nothing is heard, and nothing shown.
      leg.isLoose = true
      return accept(leg)
    }
    tell({
      type: 'comes',
      key: session,
      id: idOf(caller === undefined || caller === '*' ? '' : caller.uri),
      from: userOf(uriOf(from)) ?? 'anonymous',
      ...(from?.displayName === undefined ? {} : { name: from.displayName }),
      called: userOf(parseUri(event.request.uri)) ?? number,
    })
  }
  const replaced = (leg: Leg, session: string, offered: string | undefined): void => {
    const before = leg.session
    leg.anew(session, dice)
    const body = offered === undefined ? leg.offer() : leg.answerTo(offered)
    agent.feed(body === undefined ? { type: 'reject', session, status: 488 } : { type: 'accept', session, body })
    agent.feed({ type: 'end', session: before })
  }
  const attend = async ({ session, event }: Extract<AgentEffect, { type: 'session' }>): Promise<void> => {
    if (event.type === 'incoming') return incoming(session, event)
    const leg = legOf(session)
    if (!leg) return
    const { key } = leg
    switch (event.type) {
      case 'provisional':
        if (event.status >= 180) told(leg, { type: 'far-rings', key })
        return
      case 'accepted':
        leg.state = 'up'
        reOffer(leg, leg.answered(event.body))
        if (leg.pair) accept(leg.pair)
        return told(leg, { type: 'far-answers', key })
      case 'answered':
      case 'offer-answered':
        return reOffer(leg, leg.answered(event.body))
      case 'offer-refused':
        return reOffer(leg, leg.answered(undefined))
      case 'offered': {
        const body = leg.answerTo(event.body)
        agent.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
        return told(leg, { type: leg.heldByThem ? 'far-holds' : 'far-resumes', key })
      }
      case 'offer-wanted':
        return agent.feed({ type: 'answer', session, body: leg.offer() })
      case 'ended':
        return ended(leg, event)
    }
  }
  const told = (leg: Leg, signal: PhoneSignal): void => {
    if (!leg.isLoose) tell(signal)
  }
  const ended = async (leg: Leg, { cause }: Extract<SessionEvent, { type: 'ended' }>): Promise<void> => {
    const { key, pair, state } = leg
    legs.delete(key)
    const status = cause.is === 'status' ? cause.status : undefined
    if (pair) {
      pair.pair = undefined
      pair.sound.passTo(undefined)
      // Of two that were brought together without the phone neither is left alone.
      if (pair.isLoose && pair.state === 'rings')
        agent.feed({ type: 'reject', session: pair.session, status: status ?? 480 })
      else if (pair.isLoose) agent.feed({ type: 'end', session: pair.session })
    }
    if (state === 'calls' && cause.is !== 'bye')
      told(leg, { type: 'far-refuses', key, status: status ?? (cause.is === 'transport' ? 503 : 408) })
    else told(leg, { type: 'far-hangs-up', key })
    await leg.sound.close()
  }

  return {
    hop: agent.hop,
    contact,
    told: (event) => asked.told(event),
    perform: (effect) => {
      const leg = legs.get(effect.key)
      switch (effect.type) {
        case 'act':
          if (effect.act === 'invite') return void invite(effect.key, effect.to ?? '', idAt(effect.key) ?? '')
          if (leg) return acts[effect.act](leg)
          if (effect.act === 'end') given.add(effect.key)
          return
        case 'press':
          return leg?.sound.press(effect.digits)
        case 'send-on':
          if (!leg) return
          leg.isLoose = true
          return void invite(`${effect.key}-on`, effect.to, effect.id, leg)
        case 'bridge': {
          const other = legs.get(effect.other)
          if (!leg || !other) return
          if (!effect.stays) leg.isLoose = other.isLoose = true
          return bring(leg, other)
        }
      }
    },
    close: async () => {
      isClosed = true
      await agent.close()
      await Promise.all([...legs.values()].map(({ sound }) => sound.close()))
    },
  }
}
