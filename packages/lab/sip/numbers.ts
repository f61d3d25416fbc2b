// The lab's own numbers: a phone inside the lab that answers, declines, or lets ring.
import { drive, openUdp, realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import { type Agreed, type Audio, answer, begin, type Crypto, type Said } from '@openparley/protocols/sdp'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  parseUri,
  userOf,
  writeMessage,
} from '@openparley/protocols/sip'
import type { LineDialog } from '@openparley/protocols/events'
import { readKpmlResponse, writeKpmlRequest } from '@openparley/protocols/kpml'
import { guardOf, newKey } from '../media/guard.ts'
import { echo, say, timeWords, type Voice } from '../media/voice.ts'

const codeOf606 = '4711'

/** What each number does. */
export const numbers: Readonly<Record<string, string>> = {
  '600': 'an echo: says again what it hears',
  '601': 'a speaking clock',
  '602': 'is always busy',
  '603': 'declines every call',
  '604': 'rings and never answers',
  '605': 'may not be called',
  '607': 'an echo that puts one on hold when the lab is told so, in one of the ways of old',
  '608': 'speaks before it answers, with provisional responses that must arrive, and changes its place meanwhile',
  '700': 'parks a call at the first free place: 701, 702 or 703',
  '701': 'a place for a parked call: who is transferred here waits, who calls it then fetches them',
  '702': 'another',
  '703': 'another',
  '708': 'takes the call that rings at whoever’s phone',
  '800': 'makes a conference: all who are brought into it hear one another',
  '606': `collects digits as they are pressed (KPML), and is an echo when they are ${codeOf606}`,
}

export interface Numbers {
  readonly hop: Hop
  close(): Promise<void>
}

/** A call whose digits are collected before it is answered. */
interface Collecting {
  digits: string
  readonly offer: string
}

interface Answered {
  readonly voice: Voice
  readonly key: Crypto
  said: Said
  /** What whoever calls is connected with, as soon as it is confirmed: a parked call, or one that rings. */
  readonly fetches?: Fetches
}

type Fetches = { readonly parkedAt: string } | { readonly ringing: LineDialog }

/** `ringing`: a call that rings at anybody's phone. */
export async function labNumbers(dice: Dice, ringing: () => LineDialog | undefined): Promise<Numbers> {
  const calls = new Map<string, Answered>()
  const collecting = new Map<string, Collecting>()
  /** By place: the session of the call that waits there. */
  const parked = new Map<string, string>()
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
    contact: () => `sip:lab@127.0.0.1:${socket.port}`,
    userAgent: 'Parley-Lab/0.1',
    methods: ['NOTIFY'],
    ringMs: () => 180_000,
    sessionExpiresS: () => 1800,
    mostSessions: 1000,
  })
  const perform = (effect: AgentEffect): void => {
    if (effect.type === 'send') {
      const { id } = effect
      socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port, (failure) => {
        if (id !== undefined) driven.feed({ type: 'failed', id, cause: failure.message })
      })
    } else if (effect.type === 'session') void attend(effect)
    else if (effect.type === 'request') {
      driven.feed({ type: 'reply', id: effect.id, status: 200 })
      void collect(effect.session ?? '', new TextDecoder().decode(effect.request.body))
    }
  }
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, perform)

  const accept = async (
    session: string,
    voice: Voice,
    offered: string | undefined,
    fetches?: Fetches,
  ): Promise<void> => {
    const call: Answered = {
      voice,
      key: newKey(),
      said: begin(Math.floor(dice.roll() * 2 ** 53)),
      ...(fetches ? { fetches } : {}),
    }
    calls.set(session, call)
    const body = offered === undefined ? undefined : answerFor(call, offered)
    if (body !== undefined) return driven.feed({ type: 'accept', session, body })
    calls.delete(session)
    await voice.close()
    driven.feed({ type: 'reject', session, status: 488 })
  }
  const refer = (session: string, to: string, replaces: string): void =>
    driven.feed({
      type: 'send',
      session,
      id: `refer-${session}`,
      method: 'REFER',
      headers: [
        ['Refer-To', `<${to}?Replaces=${encodeURIComponent(replaces)}>`],
        ['Referred-By', '<sip:lab@127.0.0.1>'],
      ],
    })
  /** The parked side is asked to take our place in that call; or whoever called, to take over the call that rings (RFC 3515, RFC 3891). */
  const fetch = (session: string, fetches: Fetches): void => {
    if ('ringing' in fetches) {
      const { callId, localTag, remoteTag, remoteTarget } = fetches.ringing
      return refer(session, remoteTarget ?? '', `${callId};to-tag=${remoteTag};from-tag=${localTag};early-only`)
    }
    const dialog = agent.dialogOf(session)
    const waits = parked.get(fetches.parkedAt)
    if (!dialog || waits === undefined) return
    refer(waits, dialog.remoteTarget, `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`)
  }
  const subscribe = (session: string, expires: string): void =>
    driven.feed({
      type: 'send',
      session,
      id: `collect-${session}-${expires}`,
      method: 'SUBSCRIBE',
      headers: [
        ['Event', 'kpml'],
        ['Expires', expires],
      ],
      contentType: 'application/kpml-request+xml',
      body: writeKpmlRequest('[x*#]', 'persist'),
    })
  const askForDigits = (session: string, offer = ''): void => {
    collecting.set(session, { digits: '', offer })
    driven.feed({ type: 'ring', session, status: 183 })
    subscribe(session, '60')
  }
  const collect = async (session: string, body: string): Promise<void> => {
    const call = collecting.get(session)
    const told = readKpmlResponse(body)
    if (!call || told?.code !== 200) return
    call.digits += told.digits
    if (call.digits.length < codeOf606.length) return
    collecting.delete(session)
    subscribe(session, '0')
    if (call.digits === codeOf606) return accept(session, await echo(), call.offer)
    driven.feed({ type: 'reject', session, status: 403 })
  }

  const attend = async ({ session, event }: Extract<AgentEffect, { type: 'session' }>): Promise<void> => {
    switch (event.type) {
      case 'incoming': {
        const number = userOf(parseUri(event.request.uri)) ?? ''
        const status = { '602': 486, '603': 603, '605': 403 }[number]
        if (status !== undefined) return driven.feed({ type: 'reject', session, status })
        if (number === '606') return askForDigits(session, event.body)
        const place = number === '700' ? places.find((each) => !parked.has(each)) : number
        const comes = event.request.headers.get('Referred-By') === undefined ? 'calls' : 'parked'
        let fetches: Fetches | undefined
        if (number === '708') {
          const rings = ringing()
          if (!rings) return driven.feed({ type: 'reject', session, status: 404 })
          fetches = { ringing: rings }
        } else if (number === '700' || places.includes(number)) {
          if (place === undefined) return driven.feed({ type: 'reject', session, status: 486 })
          if (parked.has(place)) fetches = { parkedAt: place }
          else if (comes === 'parked' || number === '700') parked.set(place, session)
          else return driven.feed({ type: 'reject', session, status: 404 })
        }
        driven.feed({ type: 'ring', session })
        if (number === '604') return
        const now = new Date()
        const voice = number === '601' ? await say(timeWords(now.getHours(), now.getMinutes())) : await echo()
        return accept(session, voice, event.body, fetches)
      }
      case 'confirmed':
        {
          const fetches = calls.get(session)?.fetches
          if (fetches) fetch(session, fetches)
        }
        return
      case 'offered': {
        const call = calls.get(session)
        const body = call && answerFor(call, event.body)
        return driven.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return driven.feed({ type: 'refuse', session })
      case 'ended': {
        collecting.delete(session)
        for (const [place, waits] of parked) if (waits === session) parked.delete(place)
        const call = calls.get(session)
        calls.delete(session)
        await call?.voice.close()
      }
    }
  }
  return {
    hop: { transport: 'udp', address: '127.0.0.1', port: socket.port },
    close: async () => {
      driven.stop()
      for (const { voice } of calls.values()) await voice.close()
      await socket.close()
    },
  }
}

/** Our answer, and the voice is joined to what was agreed; undefined where there is nothing in common. */
function answerFor(call: Answered, offered: string): string | undefined {
  const { key, voice } = call
  const local: Audio = { address: '127.0.0.1', port: voice.port, codecs, direction: 'sendrecv', crypto: [key] }
  const answered = answer(call.said, offered, local)
  if ('refused' in answered) return undefined
  call.said = answered.said
  const { remote, direction, protection }: Agreed = answered.agreed
  if (direction === 'sendrecv' || direction === 'sendonly')
    voice.connect(remote.address, remote.port, protection && guardOf(protection))
  return answered.text
}

const places: readonly string[] = ['701', '702', '703']
const codecs = [
  { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
]
