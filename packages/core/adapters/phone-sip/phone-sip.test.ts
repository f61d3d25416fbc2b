// The SIP soft phone over UDP on loopback, against a user agent that the test plays. Sound is only noted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, type SettingsInput, type Statistics } from '@openparley/contract'
import { drive, openUdp, realClock, realDice } from '@openparley/net'
import { type Audio, answer, begin, offer, parseSdp, type Said } from '@openparley/protocols/sdp'
import {
  Agent,
  type AgentEffect,
  type AgentInput,
  type Hop,
  parseMessage,
  type SessionEvent,
  writeMessage,
} from '@openparley/protocols/sip'
import { type FarSide, type PhoneUnderTest, phonePortSuite } from '../../services/calls/port.suite.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg, LegEvent, MediaDescription, MediaPort } from '../../services/media/port.ts'
import { recorder } from '../../runtime/recorder.ts'
import { sipPhone } from './phone.ts'

phonePortSuite('the SIP soft phone', (tell) => open(tell))

test('a call without a codec in common is ended and told as incompatible', { timeout: 10_000 }, async () => {
  const ended = Promise.withResolvers<PhoneEvent>()
  const { phone, far, close } = await open((event) => event.type === 'ended' && ended.resolve(event), {}, ['G729'])
  phone.perform({ type: 'dial', call: 'call_a', to: far.number, endpoint: { kind: 'none' } })
  await far.called()
  far.answer()
  const told = await ended.promise
  assert(told.type === 'ended')
  assert.equal(told.end.error?.code, 'call-incompatible')
  await far.until('idle')
  await close()
})

for (const [what, settings, codecs, code, warning] of [
  ['no codec in common', {}, ['G729'], 'call-incompatible', '305 parley "Incompatible media format"'],
  [
    'no protection, which is wanted',
    { 'media.srtp': 'require' },
    undefined,
    'call-unprotected',
    '302 parley "Incompatible transport protocol"',
  ],
] as const)
  test(`a call with ${what}, is refused with a warning and rings nowhere`, { timeout: 10_000 }, async () => {
    const told: PhoneEvent[] = []
    const { phone, far, close } = await open(
      (event) => {
        told.push(event)
        if (event.type === 'incoming') phone.perform({ type: 'decline', call: event.call, reason: 'incompatible' })
      },
      settings,
      codecs,
    )
    far.call()
    await far.until('idle')
    assert.deepEqual(far.answers, [[488, warning]])
    assert.deepEqual(
      told.flatMap((event) => (event.type === 'incoming' ? [event.unanswerable] : [])),
      [code],
    )
    await close()
  })

test('the codecs are offered in the order of the setting, and nothing that is not in it', {
  timeout: 10_000,
}, async () => {
  const { phone, far, offers, close } = await open(() => {}, { 'media.codecs': ['PCMA'] })
  phone.perform({ type: 'dial', call: 'call_a', to: far.number, endpoint: { kind: 'none' } })
  await far.called()
  const described = parseSdp(offers[0] as string)
  assert('media' in described)
  assert.deepEqual(described.media[0]?.formats, ['8', '101'])
  phone.perform({ type: 'end', call: 'call_a' })
  await far.until('idle')
  await close()
})

test('a whole picture is asked for by INFO where the leg says so, and asked of the leg where an INFO comes', {
  timeout: 10_000,
}, async () => {
  const connected = Promise.withResolvers<void>()
  const { phone, far, legs, close } = await open((event) => event.type === 'connected' && connected.resolve())
  phone.perform({ type: 'dial', call: 'call_a', to: far.number, endpoint: { kind: 'none' } })
  await far.called()
  far.answer()
  await connected.promise
  const [leg] = legs
  leg?.tell({ type: 'picture-wanted' })
  assert.match(await far.info(), /<picture_fast_update\/>/)
  assert.equal(
    await far.sendInfo('application/media_control+xml', '<media_control><picture_fast_update/></media_control>'),
    200,
  )
  assert.equal(await far.sendInfo('application/media_control+xml', '<media_control/>'), 200)
  assert.equal(await far.sendInfo('application/unheard-of', 'x'), 415)
  assert.equal(leg?.picturesAsked, 1)
  phone.perform({ type: 'end', call: 'call_a' })
  await far.until('idle')
  await close()
})

interface Opened extends PhoneUnderTest {
  /** What its calls were answered: each status, or how they ended, and the warnings. */
  readonly far: FarSide & {
    readonly answers: readonly (readonly (number | string)[])[]
    /** The body of the INFO that has come or comes next. */
    info(): Promise<string>
    /** How an INFO in the call is answered. */
    sendInfo(contentType: string, body: string): Promise<number>
  }
  readonly legs: readonly NotedLeg[]
  /** The descriptions that the far side was offered. */
  readonly offers: readonly string[]
}

async function open(
  tell: (event: PhoneEvent) => void,
  given: SettingsInput = {},
  theirCodecs?: readonly string[],
): Promise<Opened> {
  const offers: string[] = []
  const legs: NotedLeg[] = []
  const far = await farSide(offers, theirCodecs)
  const ready = Promise.withResolvers<void>()
  const settings = readSettings({
    'softphone.servers': [`sip:127.0.0.1:${far.port};transport=udp`],
    'softphone.user': 'alice',
    'softphone.password': 'secret',
    ...given,
  })
  let calls = 0
  const phone = sipPhone({
    recorder: recorder(),
    world: { clock: realClock, dice: realDice, wall: () => new Date().toISOString() },
    settings: () => settings,
    media: silentMedia(legs),
    newCall: () => `call_in${++calls}`,
    tell: (event) => {
      if (event.type === 'state' && event.state.is === 'ready') ready.resolve()
      tell(event)
    },
  })
  await ready.promise
  return {
    phone,
    far,
    offers,
    legs,
    close: async () => {
      await phone.close()
      await far.close()
    },
  }
}

/** A registrar and a phone in one: whoever registers is whom it calls. */
async function farSide(
  offers: string[],
  theirCodecs: readonly string[] = ['PCMU'],
): Promise<Opened['far'] & { readonly port: number; close(): Promise<void> }> {
  let state: FarSide['state'] = 'idle'
  let session = ''
  let theirs: Hop | undefined
  let said: Said = begin(1)
  const waiting = new Set<() => void>()
  const become = (next: FarSide['state']): void => {
    state = next
    for (const look of waiting) look()
  }
  const until = (wanted: FarSide['state']): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (state !== wanted) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onMessage: (bytes, address, port) => {
      // A keep-alive asks only whether somebody is here.
      if (bytes.length <= 4) return
      const message = parseMessage(bytes)
      assert(message.kind !== 'malformed')
      driven.feed({ type: 'received', message, hop: { transport: 'udp', address, port } })
    },
  })
  const uri = `sip:bob@127.0.0.1:${socket.port}`
  const audio = (direction: Audio['direction'], codecs: readonly string[] = theirCodecs): Audio => ({
    address: '127.0.0.1',
    port: 4002,
    direction,
    codecs: codecs.map((name) => ({ payloadType: name === 'PCMU' ? 0 : 18, name, clockRate: 8000 })),
  })
  const reply = (body: string): string => {
    offers.push(body)
    const answered = answer(said, body, audio('sendrecv'))
    // Who has no codec in common says what it has all the same; the phone must see it.
    if ('refused' in answered) return offer(begin(2), audio('sendrecv')).text
    said = answered.said
    become(answered.agreed.direction === 'sendrecv' ? 'talking' : 'held')
    return answered.text
  }
  let offered = ''
  const answers: (readonly (number | string)[])[] = []
  let agreed = Promise.withResolvers<void>()
  const informed = Promise.withResolvers<string>()
  let replied: ((status: number) => void) | undefined
  let infos = 0
  const on: { [Type in SessionEvent['type']]?: (event: Extract<SessionEvent, { type: Type }>) => void } = {
    incoming: ({ body = '' }) => {
      offered = body
      offers.push(body)
      become('called')
    },
    accepted: () => become('talking'),
    offered: ({ body }) => driven.feed({ type: 'answer', session, body: reply(body) }),
    'offer-answered': () => agreed.resolve(),
    ended: ({ cause, headers }) => {
      answers.push([
        cause.is === 'status' ? cause.status : cause.is,
        ...[...headers].filter(({ name }) => name === 'Warning').map(({ value }) => value),
      ])
      become('idle')
    },
    provisional: ({ status }) => answers.push([status]),
  }
  const agent = new Agent({
    dice: realDice,
    sentBy: () => `127.0.0.1:${socket.port}`,
    contact: () => uri,
    userAgent: 'far',
    ringMs: () => 30_000,
    sessionExpiresS: () => 1800,
    mostSessions: 10,
    methods: ['REGISTER', 'INFO'],
  })
  const driven = drive<AgentInput, AgentEffect>(agent, realClock, (effect) => {
    if (effect.type === 'send') socket.send(writeMessage(effect.message), effect.hop.address, effect.hop.port)
    else if (effect.type === 'replied') replied?.(effect.response.status)
    else if (effect.type === 'request' && effect.request.method === 'INFO') {
      driven.feed({ type: 'reply', id: effect.id, status: 200 })
      informed.resolve(new TextDecoder().decode(effect.request.body))
    } else if (effect.type === 'request') {
      theirs = effect.hop
      const contact = effect.request.headers.get('Contact') as string
      driven.feed({ type: 'reply', id: effect.id, status: 200, headers: [['Contact', contact]] })
    } else if (effect.type === 'session') {
      if (effect.event.type === 'incoming') session = effect.session
      if (effect.session === session) on[effect.event.type]?.(effect.event as never)
    }
  })
  const describe = (direction: Audio['direction'], codecs?: readonly string[]): string => {
    const made = offer(said, audio(direction, codecs))
    said = made.said
    return made.text
  }
  const reOffer = (direction: Audio['direction'], nowhere: boolean = false): Promise<void> => {
    agreed = Promise.withResolvers<void>()
    const body = describe(direction)
    driven.feed({ type: 'offer', session, body: nowhere ? body.replace(/^c=.*$/m, 'c=IN IP4 0.0.0.0') : body })
    return agreed.promise
  }
  const statuses = { busy: 486, declined: 603, unknown: 404 }
  return {
    port: socket.port,
    answers,
    info: () => informed.promise,
    sendInfo: (contentType, body) =>
      new Promise((resolve) => {
        replied = resolve
        driven.feed({ type: 'send', session, id: `info-${++infos}`, method: 'INFO', contentType, body })
      }),
    number: 'bob',
    get state() {
      return state
    },
    until,
    called: () => until('called'),
    ring: () => driven.feed({ type: 'ring', session }),
    answer: () => driven.feed({ type: 'accept', session, body: reply(offered) }),
    refuse: (how) => driven.feed({ type: 'reject', session, status: statuses[how] }),
    call: (how) => {
      session = 'ours'
      become('calling')
      const hop = theirs as Hop
      const to = `sip:alice@${hop.address}:${hop.port}`
      driven.feed({
        type: 'invite',
        session,
        uri: to,
        from: `<${uri}>`,
        to: `<${to}>`,
        body: describe(how === 'held' ? 'sendonly' : 'sendrecv', how === 'incompatible' ? ['G729'] : undefined),
        hop,
        contact: uri,
      })
    },
    hangUp: () => driven.feed({ type: 'end', session }),
    hold: (how) =>
      how === 'inactive' ? reOffer('inactive') : how === 'nowhere' ? reOffer('sendrecv', true) : reOffer('sendonly'),
    resume: () => reOffer('sendrecv'),
    close: async () => {
      driven.stop()
      await socket.close()
    },
  }
}

/** Legs that only remember: an address that is never used. */
interface NotedLeg {
  readonly tell: (event: LegEvent) => void
  picturesAsked: number
}

function silentMedia(noted: NotedLeg[]): MediaPort {
  const none: Statistics = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
  const local: MediaDescription = {
    address: '127.0.0.1',
    port: 4000,
    direction: 'sendrecv',
    codecs: [
      { payloadType: 0, name: 'PCMU', clockRate: 8000 },
      { payloadType: 8, name: 'PCMA', clockRate: 8000 },
      { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
    ],
  }
  const leg = (id: string, own: NotedLeg): Leg => ({
    id,
    local,
    newKeys: () => [],
    connect: () => {},
    attach: () => {},
    mute: () => {},
    join: () => {},
    silence: () => {},
    holdWith: () => {},
    heldTone: () => {},
    tape: () => {},
    sendDigits: () => {},
    write: () => {},
    openVideo: () => Promise.reject(new Error('nothing is shown here')),
    connectVideo: () => {},
    askPicture: () => void own.picturesAsked++,
    statistics: async () => none,
    close: async () => none,
  })
  let legs = 0
  return {
    openLeg: async (_, tell) => {
      const own = { tell, picturesAsked: 0 }
      noted.push(own)
      return leg(`leg-${++legs}`, own)
    },
    openPlayer: () => {
      throw new Error('nothing is played here')
    },
    openBrowser: async () => '',
    closeBrowser: () => {},
    close: async () => {},
  }
}
