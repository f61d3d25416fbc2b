// A phone of the lab that does what few phones do: it joins a call (RFC 3911), holds as phones of old did (RFC 2543), and
// speaks before it answers, with responses that must arrive (RFC 3262) and an UPDATE in between (RFC 3311).
import { realClock } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import type { LineDialog } from '@openparley/protocols/events'
import {
  type Agreed,
  type Audio,
  answer,
  begin,
  offer,
  parseSdp,
  readAnswer,
  type Said,
  writeSdp,
} from '@openparley/protocols/sdp'
import { type AgentEffect, type Hop, parseUri, type SessionEvent, userOf } from '@openparley/protocols/sip'
import { echo, tone, type Voice } from '../media/voice.ts'
import { type LabAgent, openAgent } from './agent.ts'

/** nowhere: the address 0.0.0.0; inactive: neither side sends; off: nobody is held. */
export type OldHold = 'nowhere' | 'inactive' | 'off'

export interface Stranger {
  /** Its numbers. */
  at(user: string): Hop | undefined
  /** All calls with it are held in that way from now on, or no longer. */
  hold(how: OldHold): void
  /** An echo calls the phone of that address to be in that call of its. */
  join(uri: string, dialog: Pick<LineDialog, 'callId' | 'localTag' | 'remoteTag'>): void
  close(): Promise<void>
}

interface Talk {
  voice: Voice
  said: Said
  /** What takes the place of the voice before the answer. */
  readonly next?: Voice
}

export async function labStranger(dice: Dice, proxy: () => Hop): Promise<Stranger> {
  const talks = new Map<string, Talk>()
  const timers = new Set<() => void>()
  let called = 0
  let isClosed = false
  const later = (act: () => void): void => {
    const cancel = realClock.at(realClock.now() + announcedMs, () => {
      timers.delete(cancel)
      act()
    })
    timers.add(cancel)
  }
  const agent: LabAgent = await openAgent({
    dice,
    user: () => 'stranger',
    reliable: true,
    perform: (effect) => {
      if (effect.type === 'session') void attend(effect)
      else if (effect.type === 'replied') {
        const session = effect.id.slice(updating.length)
        const talk = talks.get(session)
        if (talk) read(talk, new TextDecoder().decode(effect.response.body))
        later(() => agent.feed({ type: 'accept', session }))
      }
    },
  })
  const begun = (voice: Voice, next?: Voice): Talk => ({
    voice,
    said: begin(Math.floor(dice.roll() * 2 ** 53)),
    ...(next ? { next } : {}),
  })
  const answered = (talk: Talk, offered: string): string | undefined => {
    const said = answer(talk.said, offered, audioOf(talk.voice))
    if ('refused' in said) return undefined
    talk.said = said.said
    joined(talk, said.agreed)
    return said.text
  }
  const offered = (talk: Talk, direction: Audio['direction'] = 'sendrecv'): string => {
    const { text, said } = offer(talk.said, { ...audioOf(talk.voice), direction })
    talk.said = said
    return text
  }

  /** It announces, from one place and then from another, and answers. */
  const announce = (session: string, talk: Talk): void =>
    later(() => {
      const before = talk.voice
      if (!talks.has(session) || !talk.next) return
      talk.voice = talk.next
      agent.feed({
        type: 'send',
        session,
        id: `${updating}${session}`,
        method: 'UPDATE',
        contentType: 'application/sdp',
        body: offered(talk),
      })
      void before.close()
    })
  const incoming = async (session: string, event: Extract<SessionEvent, { type: 'incoming' }>): Promise<void> => {
    const announces = userOf(parseUri(event.request.uri)) === announcer
    const talk = announces ? begun(await tone(announced.first), await tone(announced.second)) : begun(await echo())
    if (isClosed) return closeOf(talk)
    talks.set(session, talk)
    const body = event.body === undefined ? undefined : answered(talk, event.body)
    if (body === undefined) return agent.feed({ type: 'reject', session, status: 488 })
    if (!announces) return agent.feed({ type: 'accept', session, body })
    agent.feed({ type: 'ring', session, status: 183, body })
    announce(session, talk)
  }
  const attend = async ({ session, event }: Extract<AgentEffect, { type: 'session' }>): Promise<void> => {
    if (event.type === 'incoming') return incoming(session, event)
    const talk = talks.get(session)
    if (!talk) return
    switch (event.type) {
      case 'accepted':
      case 'offer-answered':
        return read(talk, event.body)
      case 'offered': {
        const body = answered(talk, event.body)
        return agent.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return agent.feed({ type: 'refuse', session })
      case 'ended':
        talks.delete(session)
        return closeOf(talk)
    }
  }

  return {
    at: (user) => (user === holder || user === announcer ? agent.hop : undefined),
    hold: (how) => {
      for (const [session, talk] of talks) {
        const body = offered(talk, how === 'inactive' ? 'inactive' : 'sendrecv')
        if (how !== 'off') talk.voice.silence()
        agent.feed({ type: 'offer', session, body: how === 'nowhere' ? toNowhere(body) : body })
      }
    },
    join: (uri, { callId, localTag, remoteTag }) => {
      const session = `joining-${++called}`
      void (async () => {
        const talk = begun(await echo())
        if (isClosed) return closeOf(talk)
        talks.set(session, talk)
        const own = `sip:stranger@127.0.0.1:${agent.hop.port}`
        agent.feed({
          type: 'invite',
          session,
          uri,
          from: `"Stranger" <${own}>`,
          to: `<${uri}>`,
          body: offered(talk),
          contact: own,
          hop: proxy(),
          headers: [['Join', `${callId};to-tag=${localTag};from-tag=${remoteTag}`]],
        })
      })()
    },
    close: async () => {
      isClosed = true
      for (const cancel of timers) cancel()
      await agent.close()
      await Promise.all([...talks.values()].map(closeOf))
    },
  }
}

async function closeOf({ voice, next }: Talk): Promise<void> {
  await voice.close()
  if (next && next !== voice) await next.close()
}

function read(talk: Talk, body = ''): void {
  const agreed = readAnswer(body, audioOf(talk.voice))
  if (!('refused' in agreed)) joined(talk, agreed)
}

function joined({ voice }: Talk, { remote, direction }: Agreed): void {
  if (direction === 'sendrecv' || direction === 'sendonly') voice.connect(remote.address, remote.port)
  else voice.silence()
}

function audioOf(voice: Voice): Audio {
  return { address: '127.0.0.1', port: voice.port, codecs, direction: 'sendrecv' }
}

/** RFC 2543 §B.5. */
function toNowhere(body: string): string {
  const description = parseSdp(body)
  if ('malformed' in description) return body
  const nowhere = { family: 'IP4', address: '0.0.0.0' } as const
  for (const section of description.media) delete section.connection
  return writeSdp({ ...description, connection: nowhere })
}

const holder = '607'
const announcer = '608'
/** What it says before the answer, at each place: Hz. */
export const announced = { first: 1400, second: 1800 } as const
const announcedMs = 1500
const updating = 'update '
const codecs = [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]
