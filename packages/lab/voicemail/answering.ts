// The lab's voicemail by phone: who calls it for somebody leaves a message after the tone, who calls the pilot number hears their own.
import { ToneGenerator } from '@openparley/media'
import type { Dice } from '@openparley/protocols/common'
import { type Agreed, type Audio, answer, begin, type Crypto, type Said } from '@openparley/protocols/sdp'
import { type AgentEffect, fromOf, type Hop, parseUri, type SipRequest, uriOf, userOf } from '@openparley/protocols/sip'
import { guardOf, newKey } from '../media/guard.ts'
import { openAgent } from '../sip/agent.ts'
import { type Machine, machine } from './machine.ts'
import type { Mailboxes } from './mailboxes.ts'
import { samplesOf } from './reading.ts'

/** Whoever calls it hears their own new messages. */
export const pilotNumber = '*98'
/** With a person's name after it: a message is left for them. */
export const depositPrefix = '*7'

export interface Answering {
  /** Where calls to these numbers go; undefined: it is none. */
  at(number: string): Hop | undefined
  close(): Promise<void>
}

export interface AnsweringOptions {
  readonly dice: Dice
  /** Whose mailbox calls to that number are for; undefined: nobody's. */
  readonly ownerOf: (number: string) => string | undefined
  readonly mailboxes: Mailboxes
}

interface Talk {
  readonly machine: Machine
  readonly key: Crypto
  said: Said
  /** What is done with what was heard. */
  readonly over: (heard: Int16Array) => void
}

export async function openAnswering({ dice, ownerOf, mailboxes }: AnsweringOptions): Promise<Answering> {
  const talks = new Map<string, Talk>()
  const agent = await openAgent({
    dice,
    user: () => 'voicemail',
    perform: (effect) => {
      if (effect.type === 'session') void attend(effect)
    },
  })
  const end = (session: string): void => agent.feed({ type: 'end', session })
  const deposit = async (session: string, person: string, caller: Caller): Promise<Talk> => ({
    ...begun(),
    machine: await machine({
      says: [{ samples: greeting }, { samples: beep }],
      listens: { onQuiet: () => end(session) },
    }),
    over: (heard) => {
      if (heard.length >= leastLeft)
        mailboxes.leave(person, { from: caller, sound: { samples: heard, sampleRate: 8000 } })
    },
  })
  const pilot = async (session: string, person: string): Promise<Talk> => {
    const fresh = mailboxes.all(person).filter(({ isNew, folder }) => isNew && folder === 'INBOX')
    const says = fresh.flatMap((lying) => {
      const wav = mailboxes.soundOf(lying.message)
      const samples = wav === undefined ? nothing : samplesOf(wav)
      return [{ samples: beep }, { samples, after: () => mailboxes.mark(person, lying, true) }]
    })
    return {
      ...begun(),
      machine: await machine({ says: [...says, { samples: nothing }], onSaid: () => end(session) }),
      over: () => {},
    }
  }
  const begun = (): Pick<Talk, 'said' | 'key'> => ({ said: begin(Math.floor(dice.roll() * 2 ** 53)), key: newKey() })
  const answered = (talk: Talk, offered: string): string | undefined => {
    const local: Audio = {
      address: '127.0.0.1',
      port: talk.machine.port,
      codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
      direction: 'sendrecv',
      crypto: [talk.key],
    }
    const said = answer(talk.said, offered, local)
    if ('refused' in said) return undefined
    talk.said = said.said
    const { remote, protection, direction }: Agreed = said.agreed
    if (direction === 'sendrecv' || direction === 'sendonly')
      talk.machine.connect(remote.address, remote.port, protection && guardOf(protection))
    else talk.machine.silence()
    return said.text
  }
  const take = async (session: string, request: SipRequest, offered: string | undefined): Promise<void> => {
    const number = userOf(parseUri(request.uri)) ?? ''
    const caller = callerOf(request)
    const whose = ownerOf(number === pilotNumber ? (caller.number ?? '') : number.slice(depositPrefix.length))
    if (whose === undefined) return agent.feed({ type: 'reject', session, status: number === pilotNumber ? 403 : 404 })
    const talk = await (number === pilotNumber ? pilot(session, whose) : deposit(session, whose, caller))
    talks.set(session, talk)
    const body = offered === undefined ? undefined : answered(talk, offered)
    if (body !== undefined) return agent.feed({ type: 'accept', session, body })
    talks.delete(session)
    await talk.machine.close()
    agent.feed({ type: 'reject', session, status: 488 })
  }
  const attend = async ({ session, event }: Extract<AgentEffect, { type: 'session' }>): Promise<void> => {
    const talk = talks.get(session)
    switch (event.type) {
      case 'incoming':
        return take(session, event.request, event.body)
      case 'offered': {
        const body = talk && answered(talk, event.body)
        return agent.feed(body === undefined ? { type: 'refuse', session } : { type: 'answer', session, body })
      }
      case 'offer-wanted':
        return agent.feed({ type: 'refuse', session })
      case 'ended':
        talks.delete(session)
        if (!talk) return
        talk.over(talk.machine.heard)
        await talk.machine.close()
    }
  }
  return {
    at: (number) =>
      number === pilotNumber ||
      (number.startsWith(depositPrefix) && ownerOf(number.slice(depositPrefix.length)) !== undefined)
        ? agent.hop
        : undefined,
    close: async () => {
      for (const each of talks.values()) await each.machine.close()
      await agent.close()
    },
  }
}

interface Caller {
  readonly number?: string
  readonly name?: string
}

/** Who does not want to be named is not. */
function callerOf({ headers }: SipRequest): Caller {
  const from = fromOf(headers)
  const number = userOf(uriOf(from))
  if (number === undefined || number === 'anonymous') return {}
  return { number, ...(from?.displayName ? { name: from.displayName } : {}) }
}

function tones(...each: readonly (readonly [hz: number, ms: number])[]): Int16Array {
  return Int16Array.from(
    each.flatMap(([hz, ms]) => {
      const samples = new Int16Array(ms * 8)
      new ToneGenerator({ frequencies: hz === 0 ? [] : [hz], onOffMs: [] }, 8000).pull(samples)
      return [...samples]
    }),
  )
}

/** Two notes, and the tone after which one speaks. */
const greeting = tones([523, 160], [659, 160], [0, 100])
const beep = tones([1000, 200], [0, 60])
/** Who has nothing new, and after the last one. */
const nothing = tones([400, 200], [0, 100], [400, 200])
/** In samples: what is shorter was no message. */
const leastLeft = 3200
